import type { Payment } from '../checkout/payment.ts'
import { seeOther } from '../web-page/page.ts'
import { type Action, act, readQuery, readSent, resolve, type Sent } from './actions.ts'
import { nothingFoundPage } from './admin-page.ts'
import { saidOfPayment } from './hold-words.ts'
import { orderPage } from './order-page.ts'
import { canAccept } from './payment-card.ts'
import { isStale, questionPage } from './question-page.ts'
import { isAcceptance } from './story.ts'
import type { Visit } from './visit.ts'

/** `GET accept?order=&pidx=`: what is asked before a held order is handed out. Where that is over, how the order stands. */
export async function askAccept(visit: Visit): Promise<Response> {
  const sent = await readQuery(visit)
  if (sent?.payment === undefined) return nothingFoundPage(visit)
  const { view, payment } = sent
  return canAccept(view, payment) ? acceptQuestion(visit, { ...sent, payment }) : orderPage(visit, view)
}

/** `POST accept`. */
export async function takeAccept(visit: Visit): Promise<Response> {
  const sent = await readSent(visit)
  const { payment } = sent ?? {}
  if (sent && payment?.state === 'hold' && asked(sent).isAnew) return acceptQuestion(visit, { ...sent, payment })
  return act(visit, sent, accept)
}

/** Has a held payment fulfilled all the same. Where the look before it led to a hold that nobody has seen, that is asked about. */
const accept: Action = async (visit, sent) => {
  const { desk, by } = visit
  if (sent.payment === undefined) return undefined
  const { pidx } = sent.payment
  const { outcome, payment } = await desk.checkout.accept(pidx, { by })
  const view = outcome === 'hold' ? await desk.checkout.order(sent.view.id) : undefined
  const isAccepted = view?.events.some((event) => event.pidx === pidx && isAcceptance(event))
  return view && payment && !isAccepted ? acceptQuestion(visit, { ...sent, view, payment }) : { did: 'accept' }
}

/** Both questions go by the reasons that the order has, and are asked again where new ones came since. */
function asked(sent: Sent) {
  const ground = JSON.stringify(sent.view.reasons)
  return { ground, isAnew: isStale(sent, ground) }
}

type SentOfPayment = Sent & { payment: Payment }

function acceptQuestion(visit: Visit, sent: SentOfPayment): Response {
  const { texts, money } = visit
  const { view, payment } = sent
  const { amount, receivedAmount, holdReason } = payment
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
    fields: {},
    yes: texts.acceptYes,
    ...asked(sent),
  })
}

/** `GET resolve?order=&pidx=&id=&how=`: what is asked before an unclear refund is settled. Of one whose end is known it says which. */
export async function askResolve(visit: Visit): Promise<Response> {
  return resolveQuestion(visit, await readQuery(visit))
}

/** `POST resolve`. */
export async function takeResolve(visit: Visit): Promise<Response> {
  const sent = await readSent(visit)
  return sent && asked(sent).isAnew ? resolveQuestion(visit, sent) : act(visit, sent, resolve)
}

function resolveQuestion(visit: Visit, sent: Sent | undefined): Response {
  const { view, payment, text } = sent ?? {}
  const refund = view?.refunds.find(({ id, pidx }) => id === text?.('id') && pidx === payment?.pidx)
  const how = text?.('how')
  if (!sent || !payment || refund === undefined || (how !== 'done' && how !== 'not-done'))
    return nothingFoundPage(visit)
  const { texts, money, at } = visit
  const { id, state, amount } = refund
  if (state !== 'unclear') return seeOther(at('/order', { id: sent.view.id, refund: id }))
  return questionPage(visit, {
    view: sent.view,
    payment,
    path: '/resolve',
    ...texts.resolveQuestions[how](money(amount)),
    rows: [],
    fields: { id, how },
    ...asked(sent),
  })
}
