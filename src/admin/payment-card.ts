import type { OrderView, Payment } from '../checkout/payment.ts'
import { type Html, html, type Part } from '../web-page/html.ts'
import { saidOfPayment } from './hold-words.ts'
import type { Visit } from './visit.ts'

/** A payment, in its order. */
export interface Place {
  view: OrderView
  payment: Payment
  /** 1 for the oldest of the order. */
  number: number
}

/** One payment: how it stands, what is known of it, and what can be done. */
export function paymentCard(visit: Visit, place: Place): Html {
  const { texts, money } = visit
  const { view, payment, number } = place
  const said = saidOfPayment(texts, view, payment)
  const state = payment.state === 'refunded' && payment.refundExtent === 'partial' ? 'partial' : payment.state
  return html`<div class="card"><div class="head"><h2>${texts.payment(number)}: ${money(payment.amount)}</h2><span class="state ${state}${state === 'hold' && html` wants`}">${texts.states[state]}</span></div>
${isOwed(payment) && html`<p class="held">${texts.duplicate}</p>`}
${payment.holdReason !== undefined && html`<p class="held">${texts.holds[payment.holdReason] ?? payment.holdReason}${said !== '' && html`<br>${said}`}</p>`}
<dl class="facts">${facts(visit, payment)}</dl>
${actions(visit, place)}</div>`
}

function facts({ texts, money, time }: Visit, payment: Payment): Html[] {
  const names = texts.facts
  const { fee, refundExtent, refundedAmount, receivedAmount, receivedAt, fulfilledAt } = payment
  const back = refundedAmount === undefined ? names.unknownAmount : money(refundedAmount)
  const rows: [name: string, value: Part][] = [
    [names.method, texts.methods[payment.method] ?? payment.method],
    [names.transaction, payment.transactionId],
    [names.pidx, payment.pidx],
    [names.made, time(payment.createdAt)],
    [names.received, receivedAmount === undefined ? hasMoney(payment) && names.unsaidAmount : money(receivedAmount)],
    [names.receivedAt, receivedAt && time(receivedAt)],
    [names.fee, fee && money(fee)],
    [names.refunded, refundExtent !== undefined && back],
    [names.handedOut, fulfilledAt && time(fulfilledAt)],
  ]
  return rows.filter(([, value]) => value).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)
}

function actions({ texts, at }: Visit, { view, payment, number }: Place): Html {
  const { pidx } = payment
  // Other payments of the order have the same buttons: their names say which is meant.
  const words = (text: string) => html` aria-label="${text}: ${texts.payment(number)}">${text}`
  return html`<div class="actions">
${canLook(payment) && html`<form method="post" action="${at('/look')}"><input type="hidden" name="order" value="${view.id}"><input type="hidden" name="pidx" value="${pidx}"><button class="quiet"${words(texts.lookAgain)}</button></form>`}
${canAccept(view, payment) && html`<a class="button quiet" href="${at('/accept', { order: view.id, pidx })}"${words(texts.accept)}</a>`}
${canRefund(view, payment) && html`<a class="button quiet" href="${at('/refund', { order: view.id, pidx })}"${words(texts.giveBack)}</a>`}</div>`
}

/** Paid a second time, and not given back yet. */
function isOwed({ duplicateOf, refundExtent }: Payment): boolean {
  return duplicateOf !== undefined && refundExtent !== 'full'
}

/** Money that came another way is known to the shop alone; what is left to do is to hand out. */
function canLook({ method, fulfilledAt }: Payment): boolean {
  return method === 'khalti' || fulfilledAt === undefined
}

function isRefundOpen({ refunds }: OrderView): boolean {
  return refunds.some(({ state }) => state === 'sent' || state === 'unclear')
}

/** Whether its money has arrived. Khalti may not have said how much. */
function hasMoney({ receivedAt }: Payment): boolean {
  return receivedAt !== undefined
}

/** Whether money of it is here that can be sent back; the checkout itself decides again. */
function canRefund(view: OrderView, payment: Payment): boolean {
  const canBeSent = payment.method !== 'khalti' || payment.transactionId !== undefined
  return hasMoney(payment) && canBeSent && payment.refundExtent !== 'full' && !isRefundOpen(view)
}

/** Whether a person may have it handed out all the same; the checkout itself decides again. */
export function canAccept(view: OrderView, payment: Payment): boolean {
  const isFree = view.fulfilledAt === undefined && payment.refundExtent === undefined && !isRefundOpen(view)
  return payment.state === 'hold' && hasMoney(payment) && isFree
}
