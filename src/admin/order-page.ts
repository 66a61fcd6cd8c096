import type { OrderView, Refund } from '../checkout/payment.ts'
import { toAscii } from '../nepal/writing.ts'
import { field } from '../web-page/form-parts.ts'
import { type Html, html } from '../web-page/html.ts'
import { adminPage, nothingFoundPage } from './admin-page.ts'
import { attentionWords } from './attention.ts'
import { saidOfPayment } from './hold-words.ts'
import { paymentCard } from './payment-card.ts'
import type { Problem } from './problem.ts'
import { isAcceptance, newsWords, story } from './story.ts'
import type { Visit } from './visit.ts'

/** The order with this id, or the one that has a payment or transaction with it. */
export async function findOrder({ desk }: Visit, id: string): Promise<OrderView | undefined> {
  // No id has a NUL, and databases refuse one in a question. The longest are 255 characters of two code units each.
  if (id.length > 1_000 || id.includes('\0')) return undefined
  // A browser sends the line breaks of a form as CR LF, people copy blanks along, and a Nepali keyboard writes १०४३ for 1043.
  for (const asked of new Set([id, id.replaceAll('\r\n', '\n'), id.trim(), toAscii(id.trim())])) {
    const found = asked === '' ? undefined : await desk.checkout.order(asked)
    if (found) return found
  }
  return undefined
}

/** `GET order?id=`: one order, its payments, its refunds and its story. */
export async function showOrder(visit: Visit): Promise<Response> {
  const id = visit.query.get('id') ?? ''
  const view = await findOrder(visit, id)
  return view === undefined ? nothingFoundPage(visit, id) : orderPage(visit, view)
}

/** One order, with what went wrong on top where something did. */
export function orderPage(visit: Visit, view: OrderView, problem?: Problem): Response {
  const { texts, money } = visit
  const title = view.name || view.id
  const said = problem ? undefined : resultOf(visit, view)
  const isRefused = askedRefund(visit, view)?.state === 'refused'
  const body = html`${problem && html`<div class="summary" role="alert"><p><strong>${texts.sorry}</strong></p><p>${problem.text}</p></div>`}
${said !== undefined && (isRefused ? html`<div class="summary" role="alert"><p>${said}</p></div>` : html`<p class="said" role="status">${said}</p>`)}
<div class="card"><h1>${title}</h1>
<p class="to">${texts.order} <strong>${view.id}</strong> · ${money(view.amount)} · ${view.fulfilledAt ? texts.handedOut : texts.notHandedOut}</p></div>
${view.attention.length > 0 && attentionCard(visit, view)}
${view.payments.map((payment, index) => paymentCard(visit, { view, payment, number: view.payments.length - index }))}
${view.refunds.length > 0 && refundsCard(visit, view)}
<div class="card"><h2>${texts.story}</h2>${story(visit, view)}</div>`
  return adminPage(visit, { title, body, status: problem?.status })
}

/**
 * What came of a form, read from the order itself. A look that brought nothing new leaves no trace that is shown: there the
 * address has its time, and is believed for a minute.
 */
function resultOf(visit: Visit, view: OrderView): string | undefined {
  const { query, texts } = visit
  const refund = askedRefund(visit, view)
  if (refund) return refundResult(visit, refund)
  const did = query.get('did')
  if (did === 'look') return isJustNow(Number(query.get('at'))) ? texts.looked : undefined
  if (did === 'accept') return acceptResult(visit, view)
  if (did !== 'attended' || view.events.at(-1)?.what !== 'attended') return undefined
  return view.attention.length === 0 ? texts.dealtWith : texts.dealtWithSome
}

const askedRefund = ({ query }: Visit, { refunds }: OrderView) => refunds.find(({ id }) => id === query.get('refund'))

/** Within a minute: the clock of the server that has looked may be ahead of this one's. */
const isJustNow = (at: number) => Math.abs(Date.now() - at) < 60_000

/** The shop may have held it again, now that it was accepted. */
function acceptResult({ texts }: Visit, view: OrderView): string | undefined {
  if (view.fulfilledAt) return texts.accepted
  const last = view.events.findLast(isAcceptance)
  const payment = view.payments.find(({ pidx }) => pidx === last?.pidx)
  if (payment === undefined) return undefined
  if (payment.state !== 'hold') return texts.notAccepted
  return [texts.heldAgain, saidOfPayment(texts, view, payment)].filter(Boolean).join(' ')
}

function refundResult({ texts, money }: Visit, { state, amount, message }: Refund): string {
  const results = {
    done: texts.refundDone,
    refused: texts.refundRefused,
    unclear: texts.refundUnclear,
    sent: texts.refundSent,
  }
  const why = state === 'refused' ? message : undefined
  // Khalti names the field that is missing. For a payment from a bank it needs to know where the money goes.
  const cure = why?.includes('mobile: ') && texts.refundNeedsMobile
  return [results[state](money(amount)), cure, why].filter(Boolean).join(' ')
}

function attentionCard(visit: Visit, view: OrderView): Html {
  const { texts, at } = visit
  const { id, attention, reasons, events } = view
  const failures = { 'not-fulfilled': 'fulfil-failed', 'not-told': 'not-told' } as Record<string, string>
  const items = attention.flatMap((name) => {
    const text = failures[name] && events.findLast(({ what }) => what === failures[name])?.text
    const why = name === 'not-told' ? newsWords(visit, text) : text
    return attentionWords(texts, view, name).map(
      ([label, sentence, ...said]) =>
        html`<li><strong>${label}${texts.sentenceEnd}</strong> ${sentence}${said.map((one) => html`<br>${one}`)}${why && html`<br><span class="hint">${why}</span>`}</li>`,
    )
  })
  return html`<div class="card wants-you"><h2>${texts.needsYou}</h2><ul>${items}</ul>
<form method="post" action="${at('/attended')}"><input type="hidden" name="order" value="${id}"><input type="hidden" name="reasons" value="${JSON.stringify(reasons)}">
${field({ id: 'note', label: texts.attendedNote, hint: texts.attendedHint, required: false, attributes: html`type="text" maxlength="300" autocomplete="off"` })}
<button class="quiet">${texts.attended}</button></form></div>`
}

function refundsCard(visit: Visit, view: OrderView): Html {
  return html`<div class="card"><h2>${visit.texts.refunds}</h2><ul class="refunds">${view.refunds.map((refund) => refundRow(visit, view, refund))}</ul></div>`
}

function refundRow(visit: Visit, view: OrderView, refund: Refund): Html {
  const { texts, money, time } = visit
  const { amount, state, by, reason, message, askedAt } = refund
  // What is unclear is said by the page. The error itself is for developers, who have it in the log.
  const said = state === 'unclear' ? undefined : message
  const words = [by !== undefined && texts.by(by), reason, said].filter(Boolean).join(' · ')
  return html`<li><p><strong>${money(amount)}</strong> <span class="state${state === 'unclear' && html` wants`}">${texts.refundStates[state]}</span></p>
<p class="hint">${time(askedAt)}${words !== '' && html` · ${words}`}</p>
${state === 'unclear' && resolveLinks(visit, view, refund)}</li>`
}

function resolveLinks({ texts, at }: Visit, view: OrderView, { id, pidx }: Refund): Html {
  const link = (how: string, words: string) =>
    html`<a class="button quiet" href="${at('/resolve', { order: view.id, pidx, id, how })}">${words}</a>`
  return html`<p>${texts.resolveHint}</p>
<div class="actions">${link('done', texts.resolveDone)}${link('not-done', texts.resolveNotDone)}</div>`
}
