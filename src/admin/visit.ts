import type { AdminDesk } from '../checkout/admin-pages.ts'
import { nepalTime, toDevanagari } from '../nepal/writing.ts'
import { formatAmount } from '../web-page/format-for-people.ts'
import { browserLanguage, type Language, languageOf, languages, type Texts } from './language.ts'

/** One request of somebody who may, and how to speak to them. */
export interface Visit {
  readonly desk: AdminDesk
  readonly request: Request
  readonly query: URLSearchParams
  /** Who they are; undefined on the page that asks them to sign in. */
  readonly by: string | undefined
  /** What the pages are called. */
  readonly title: string
  readonly lang: Language
  readonly texts: Texts
  /** The address of a page, in the language that was asked for. */
  at(path: string, query?: Record<string, string | undefined>): string
  /** Paisa, as this person reads them. */
  money(paisa: number): string
  /** A time in Nepal, as this person reads it. */
  time(date: Date): string
}

/** What a visit is made of. */
export interface VisitParts extends Pick<Visit, 'desk' | 'request' | 'by'> {
  title: string | undefined
}

/** Reads what a request says of its language. */
export function openVisit({ title, ...parts }: VisitParts): Visit {
  const query = new URL(parts.request.url).searchParams
  const asked = languageOf(query)
  const lang = asked ?? browserLanguage(parts.request.headers.get('accept-language'))
  const { texts } = languages[lang]
  const digits = (text: string) => (lang === 'ne' ? toDevanagari(text) : text)
  return {
    ...parts,
    query,
    title: title ?? texts.title,
    lang,
    texts,
    at: (path, wanted = {}) => addressOf(`${parts.desk.base}${path}`, { ...wanted, lang: asked }),
    money: (paisa) => (lang === 'ne' ? toDevanagari(formatAmount(paisa)).replace('Rs', 'रु') : formatAmount(paisa)),
    time: (date) => digits(nepalTime(date)),
  }
}

/** An address with what is said of its query. */
export function addressOf(path: string, wanted: Record<string, string | undefined>): string {
  const said = Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const query = new URLSearchParams(said).toString()
  return query === '' ? path : `${path}?${query}`
}
