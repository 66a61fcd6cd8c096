import type { OrderView, Payment } from '../checkout/payment.ts'
import { accept, act, readSent, resolve, type Sent } from './actions.ts'
import { nothingFoundPage } from './admin-page.ts'
import { saidOfPayment } from './hold-words.ts'
import { orderPage } from './order-page.ts'
import { questionPage } from './question-page.ts'
import type { Visit } from './visit.ts'

/**
 * `POST accept`: first the question, then the deed. The answer carries the reasons that the order had when it was asked:
 * where others have come since, it is asked anew.
 */
export async function takeAccept(visit: Visit): Promise<Response> {
  const sent = await readSent(visit)
  if (sent?.payment === undefined) return nothingFoundPage(visit)
  const { view, payment, text } = sent
  const refusal = refusalOf(view, payment)
  if (refusal !== undefined) return orderPage(visit, view, { status: 409, text: visit.texts.refusals[refusal] ?? '' })
  // The second of two clicks finds it accepted: the checkout says what has come of the first.
  const isUnderWay = text('reasons') !== '' && payment.state !== 'hold'
  return isUnderWay || isAnswered(sent) ? act(visit, sent, accept) : acceptQuestion(visit, { ...sent, payment })
}

/** Why the checkout would refuse, as far as the order shows. */
function refusalOf({ fulfilledAt, refunds }: OrderView, { pidx, receivedAt, refundExtent }: Payment) {
  if (receivedAt === undefined) return 'not-paid'
  if (fulfilledAt !== undefined) return 'already-paid'
  if (refundExtent !== undefined) return 'refunded'
  const isOpen = refunds.some((one) => one.pidx === pidx && (one.state === 'sent' || one.state === 'unclear'))
  return isOpen ? 'refund-in-progress' : undefined
}

/** Whether the question was asked, of what is still so. */
function isAnswered({ view, text }: Sent): boolean {
  return text('reasons') === JSON.stringify(view.reasons)
}

/** What a question shows of the order, and whether it was asked before. */
function asked({ view, text }: Sent) {
  return { reasons: JSON.stringify(view.reasons), isAnew: text('reasons') !== '' }
}

type SentOfPayment = Sent & { payment: Payment }

function acceptQuestion(visit: Visit, sent: SentOfPayment): Response {
  const { texts, money } = visit
  const { view, payment } = sent
  const { amount, receivedAmount, holdReason } = payment
  const { reasons, isAnew } = asked(sent)
  const why = holdReason === undefined ? '' : (texts.holds[holdReason] ?? holdReason)
  return questionPage(visit, {
    view,
    payment,
    path: '/accept',
    title: texts.acceptQuestion,
    text: texts.acceptText,
    rows: [
      [texts.facts.price, money(amount)],
      [texts.facts.received, receivedAmount === undefined ? texts.facts.unsaidAmount : money(receivedAmount)],
      [texts.states.hold, [why, saidOfPayment(texts, view, payment)].filter(Boolean).join(' ')],
    ],
    fields: { reasons },
    yes: texts.acceptYes,
    isAnew,
  })
}

/** `POST resolve`: first the question, then the deed. Of a refund whose end is known it says which. */
export async function takeResolve(visit: Visit): Promise<Response> {
  const sent = await readSent(visit)
  const refund = sent?.view.refunds.find(({ id, pidx }) => id === sent.text('id') && pidx === sent.payment?.pidx)
  const how = sent?.text('how')
  if (sent?.payment === undefined || refund === undefined || (how !== 'done' && how !== 'not-done')) {
    return nothingFoundPage(visit)
  }
  const isOver = refund.state === 'done' || refund.state === 'refused'
  if (isOver || isAnswered(sent)) return act(visit, sent, resolve)
  const { texts, money } = visit
  const { reasons, isAnew } = asked(sent)
  return questionPage(visit, {
    view: sent.view,
    payment: sent.payment,
    path: '/resolve',
    ...texts.resolveQuestions[how](money(refund.amount)),
    rows: [],
    fields: { id: refund.id, how, reasons },
    isAnew,
  })
}
