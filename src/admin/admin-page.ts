import { html } from '../web-page/html.ts'
import { type Page, page } from '../web-page/page.ts'
import { adminStyle } from './admin-style.ts'
import { type Language, languages } from './language.ts'
import { addressOf, type Visit } from './visit.ts'

/** A page of the shop's people: its title, its body and its status. */
export type AdminPage = Pick<Page, 'title' | 'body' | 'status'>

/** Sends a page with its way home, its languages, and who is signed in. Forms say where they come from. */
export function adminPage(visit: Visit, { title, ...parts }: AdminPage): Response {
  const { lang, by, texts, at } = visit
  return page({
    ...parts,
    title: title === visit.title ? title : `${title} · ${visit.title}`,
    lang,
    wide: true,
    style: adminStyle,
    referrerPolicy: 'same-origin',
    header: html`<p><a href="${at('')}"><strong>${visit.title}</strong></a></p>`,
    footer: html`<p>${by !== undefined && html`${texts.signedInAs(by)} · `}<span class="languages" role="group" aria-label="${texts.language}">${(['en', 'ne'] as const).map((other) => languageLink(visit, other))}</span></p>`,
  })
}

/** The same page in another language. Not after a form, whose result cannot be requested again, and not for strangers. */
function languageLink({ desk, request, query, lang, by }: Visit, other: Language) {
  const { name } = languages[other]
  if (other === lang) return html`<strong lang="${other}" aria-current="true">${name}</strong>`
  const isPage = request.method !== 'POST' && by !== undefined
  const same = isPage ? Object.fromEntries(query) : {}
  const href = addressOf(`${desk.base}${isPage ? desk.path : ''}`, { ...same, lang: other })
  return html`<a href="${href}" hreflang="${other}" lang="${other}">${name}</a>`
}

/** The same for every id that leads nowhere, so that it tells nothing. What was searched stands in the field again. */
export function nothingFoundPage(visit: Visit, searched = ''): Response {
  const { texts } = visit
  const body = html`<div class="card"><h1>${texts.nothingFound}</h1><p>${texts.nothingFoundText}</p>${searchForm(visit, searched)}</div>`
  return adminPage(visit, { title: texts.nothingFound, body, status: 404 })
}

/** Finds an order by what a customer reads out. */
export function searchForm({ texts, at, query }: Visit, searched = '') {
  const lang = query.get('lang')
  return html`<form class="search" method="get" action="${at('/order')}" role="search">${lang !== null && html`<input type="hidden" name="lang" value="${lang}">`}
<label for="id">${texts.searchLabel}</label><p class="hint" id="id-hint">${texts.searchHint}</p>
<div class="row"><input id="id" name="id" type="search" value="${searched}" autocomplete="off" required aria-describedby="id-hint"><button class="quiet">${texts.search}</button></div></form>`
}
