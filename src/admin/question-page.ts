import type { OrderView, Payment } from '../checkout/payment.ts'
import { type Html, html, type Part } from '../web-page/html.ts'
import type { Sent } from './actions.ts'
import { adminPage } from './admin-page.ts'
import type { Visit } from './visit.ts'

/** What a person is asked before a button acts. */
export interface Question {
  view: OrderView
  payment: Payment
  /** Where the answer goes. */
  path: string
  title: string
  /** What it does. */
  text: string
  /** What else it is about, beside the order and the payment; without a value a row is left out. */
  rows: [name: string, value: string][]
  /** What the answer carries, beside the order and the payment. */
  fields: Record<string, string>
  /** What the button says. */
  yes: string
  /** How the order stands, as far as the answer depends on it. The answer carries it as `asked`. */
  ground: string
  /** Whether it is asked again, because the order has changed. */
  isAnew: boolean
}

/** Whether an answer was given to another question than the one that would be asked now: it has to be asked again. */
export function isStale({ text }: Sent, ground: string): boolean {
  return text('asked') !== '' && text('asked') !== ground
}

/** Asks once more, with what it is about: only the answer acts. */
export function questionPage(visit: Visit, question: Question): Response {
  const { texts, at } = visit
  const { view, payment, path, title, text, yes, ground, isAnew } = question
  const rows: [string, Part][] = [[texts.order, nameAndId(view)], [texts.facts.pidx, payment.pidx], ...question.rows]
  const fields = { order: view.id, pidx: payment.pidx, ...question.fields, asked: ground }
  const body = html`<div class="card ask">${isAnew && html`<div class="summary" role="alert"><p>${texts.askedAnew}</p></div>`}<h1>${title}</h1>
<p>${text}</p>
<dl>${rows.filter(([, value]) => value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
<form method="post" action="${at(path)}">${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button>${yes}</button><a class="button quiet" href="${at('/order', { id: view.id })}">${texts.no}</a></form></div>`
  return adminPage(visit, { title, body })
}

/** In letters that go from right to left a name would turn round the id behind it: `12-34` would be read as `34-12`. */
function nameAndId({ name, id }: OrderView): Html {
  return html`${name !== '' && html`<bdi>${name}</bdi> · `}${id}`
}
