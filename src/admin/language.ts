import { english } from './english.ts'
import { nepali } from './nepali.ts'

/** All that the pages say, in one language. */
export type Texts = typeof english

/** A language of the pages. */
export type Language = 'en' | 'ne'

/** The languages, each with its own name. */
export const languages: Record<Language, { name: string; texts: Texts }> = {
  en: { name: 'English', texts: english },
  ne: { name: 'नेपाली', texts: nepali },
}

/** The language that `?lang=` asks for; undefined where it asks for none that we have. */
export function languageOf(query: URLSearchParams): Language | undefined {
  const wanted = query.get('lang')
  return wanted === 'en' || wanted === 'ne' ? wanted : undefined
}

/** The language that the browser likes best, of those that we have. */
export function browserLanguage(acceptLanguage: string | null): Language {
  const wishes = (acceptLanguage ?? '').split(',').map((wish) => {
    const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
    return { language: tag.split('-')[0], weight: weight === undefined ? 1 : Number(weight) || 0 }
  })
  const likes = (language: Language) =>
    Math.max(0, ...wishes.filter((wish) => wish.language === language).map(({ weight }) => weight))
  return likes('ne') > likes('en') ? 'ne' : 'en'
}
