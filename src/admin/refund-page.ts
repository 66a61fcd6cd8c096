import type { OrderView, Payment } from '../checkout/payment.ts'
import { inRupees, plainMobile, toDevanagari } from '../nepal/writing.ts'
import { errorSummary, type FieldError, field } from '../web-page/form-parts.ts'
import { parseRupees } from '../web-page/format-for-people.ts'
import { type Html, html } from '../web-page/html.ts'
import { type Action, act, readQuery, readSent, type Sent } from './actions.ts'
import { adminPage, nothingFoundPage } from './admin-page.ts'
import { orderPage } from './order-page.ts'
import { isStale, questionPage } from './question-page.ts'
import type { Visit } from './visit.ts'

/** What somebody typed into the form. */
interface Typed {
  amount: string
  mobile: string
  reason: string
}

/** `GET refund?order=&pidx=`: how much of a payment, and why. */
export async function refundForm(visit: Visit): Promise<Response> {
  const { view, payment } = (await readQuery(visit)) ?? {}
  if (view === undefined || payment === undefined) return nothingFoundPage(visit)
  if (payment.refundExtent === 'full') return allBackPage(visit, view)
  const amount = isPartUnknown(payment) ? '' : rupeesToEdit(visit, leftOf(view, payment))
  return formPage(visit, { view, payment, typed: { amount, mobile: '', reason: '' }, errors: [] })
}

/** `POST refund`: first the question, which gives the refund its id; then the refund. The same id is the same refund. */
export async function takeRefund(visit: Visit): Promise<Response> {
  const sent = await readSent(visit)
  if (sent?.payment === undefined) return nothingFoundPage(visit)
  const { view, payment, text } = sent
  // The second of two clicks asks for what the first has just sent.
  const isRepeated = view.refunds.some(({ id }) => id === text('id'))
  if (payment.refundExtent === 'full' && !isRepeated) return allBackPage(visit, view)
  const isAnew = !isRepeated && isStale(sent, groundOf(view, payment))
  if (text('id') !== '' && !isAnew) return act(visit, sent, giveBack)
  const typed = { amount: text('amount'), mobile: plainMobile(text('mobile')), reason: text('reason').slice(0, 300) }
  const errors = errorsOf(visit, { view, payment, typed })
  if (errors.length > 0) return formPage(visit, { view, payment, typed, errors })
  return question(visit, { view, payment, typed, isAnew })
}

/** Nothing is left to ask about: somebody else, or a second tab, has given it back. The order says who. */
function allBackPage(visit: Visit, view: OrderView): Response {
  return orderPage(visit, view, { status: 409, text: visit.texts.refusals.refunded ?? '' })
}

/**
 * It is asked again where another refund was made since, of whichever payment of the order: where money of the other one went
 * back, this one may be the only payment for what was handed out. And where the order was handed out since.
 */
function groundOf(view: OrderView, payment: Payment): string {
  const gone = view.payments.filter(({ refundExtent }) => refundExtent !== undefined)
  const back = gone.map((one) => [one.pidx, leftOf(view, one), isPartUnknown(one)])
  return JSON.stringify([leftOf(view, payment), view.fulfilledAt !== undefined, back])
}

const giveBack: Action = async ({ desk, by }, { payment, text }: Sent) => {
  const amount = parseRupees(text('amount'))
  if (payment === undefined || amount === undefined) return undefined
  const words = { mobile: text('mobile') || undefined, reason: text('reason') || undefined }
  const { id } = await desk.checkout.refund(payment.pidx, { ...words, amount, id: text('id'), by })
  return { refund: id }
}

function errorsOf({ texts, money }: Visit, { view, payment, typed }: Omit<FormParts, 'errors'>): FieldError[] {
  const { amount, mobile } = typed
  const paisa = parseRupees(amount)
  const left = leftOf(view, payment)
  const wrong = paisa === undefined ? texts.amountWrong : paisa > left ? texts.amountTooMuch(money(left)) : undefined
  return [
    ...(wrong === undefined ? [] : [{ field: 'amount', message: wrong }]),
    ...(mobile === '' || /^9\d{9}$/.test(mobile) ? [] : [{ field: 'mobile', message: texts.mobileWrong }]),
  ]
}

interface FormParts {
  view: OrderView
  payment: Payment
  typed: Typed
  errors: FieldError[]
}

function formPage(visit: Visit, { view, payment, typed, errors }: FormParts): Response {
  const { texts, at, money } = visit
  const left = money(leftOf(view, payment))
  const hint = isPartUnknown(payment) ? texts.refundUnknown(left) : texts.refundLeft(left)
  const text = (value: string, more?: Html) => html`type="text" autocomplete="off" value="${value}"${more}`
  const body = html`<div class="card ask"><h1>${texts.refundTitle}</h1>
<p class="to"><strong><bdi>${view.name || view.id}</bdi></strong> · ${view.id}</p>
${payment.method !== 'khalti' && html`<p>${texts.refundByHand}</p>`}
${errorSummary(errors, texts.sorry)}
<form method="post" action="${at('/refund')}" novalidate>${hiddenFields(view, payment)}
${field({ id: 'amount', label: texts.amount, hint, errors, attributes: text(typed.amount, html` inputmode="decimal"`) })}
${field({ id: 'reason', label: texts.reason, required: false, errors, attributes: text(typed.reason, html` maxlength="300"`) })}
${payment.method === 'khalti' && field({ id: 'mobile', label: texts.mobile, hint: texts.mobileHint, required: false, errors, attributes: text(typed.mobile, html` inputmode="numeric"`) })}
<button>${texts.next}</button><a class="button quiet" href="${at('/order', { id: view.id })}">${texts.no}</a></form></div>`
  return adminPage(visit, { title: texts.refundTitle, body, status: errors.length > 0 ? 400 : 200 })
}

type QuestionParts = Omit<FormParts, 'errors'> & { isAnew: boolean }

function question(visit: Visit, { view, payment, typed, isAnew }: QuestionParts): Response {
  const { texts, money, time } = visit
  const amount = money(parseRupees(typed.amount) ?? 0)
  return questionPage(visit, {
    view,
    payment,
    path: '/refund',
    title: texts.question(amount),
    text: payment.method === 'khalti' ? texts.questionText : texts.questionByHand,
    rows: [
      [texts.facts.handedOut, view.fulfilledAt ? time(view.fulfilledAt) : ''],
      [texts.to, typed.mobile],
      [texts.why, typed.reason],
    ],
    fields: { ...typed, id: crypto.randomUUID() },
    yes: texts.yes(amount),
    ground: groundOf(view, payment),
    isAnew,
  })
}

function hiddenFields(view: OrderView, { pidx }: Payment): Html {
  return html`<input type="hidden" name="order" value="${view.id}"><input type="hidden" name="pidx" value="${pidx}">`
}

/** Paisa that can go back, at the most: where nobody knows how much did, all but what our own refunds sent. */
function leftOf({ refunds }: OrderView, { pidx, receivedAmount, amount, refundedAmount }: Payment): number {
  const ours = refunds.filter((refund) => refund.pidx === pidx && refund.state === 'done')
  return (receivedAmount ?? amount) - (refundedAmount ?? ours.reduce((sum, refund) => sum + refund.amount, 0))
}

function isPartUnknown({ refundExtent, refundedAmount }: Payment): boolean {
  return refundExtent === 'partial' && refundedAmount === undefined
}

/** In the digits of the page: it is read in those of either writing. */
function rupeesToEdit({ lang }: Visit, paisa: number): string {
  return lang === 'ne' ? toDevanagari(inRupees(paisa)) : inRupees(paisa)
}
