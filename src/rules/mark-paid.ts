import { takeClaim } from './claim.ts'
import { Draft } from './draft.ts'
import { retireOthers } from './link-moves.ts'
import { type Claim, clean, type Instant, isLive, type Link, linkOf, type OrderRecord, type Ruling } from './record.ts'
import { blockOf, isOnItsWay, noLook, refusalOf } from './reserve.ts'

/** Money that came another way than by a link of Khalti's. */
export type OtherPayment = Pick<Link, 'pidx' | 'method' | 'orderName' | 'amount' | 'fingerprint'> & {
  reference?: string | undefined
}

/** The claim; the payment, where it is recorded already; or a refusal. */
export type MarkedPaid = { claimed: Claim } | { known: Link } | { refuse: 'already-paid' | 'in-progress' | 'held' }

/** Records money that came another way, and claims the order. No customer is given its links again. */
export function markPaid(
  record: OrderRecord,
  now: Instant,
  { payment, token, by }: { payment: OtherPayment; token: string; by?: string | undefined },
): Ruling<MarkedPaid> {
  const known = linkOf(record, payment.pidx)
  if (known) return { record, answer: { known } }
  if (refusalOf(record, now, noLook)) return { record, answer: { refuse: 'already-paid' } }
  if (isLive(record.maker, now)) return { record, answer: { refuse: 'in-progress' } }
  const blocking = record.links.find((other) => isOnItsWay(record, other))
  if (blocking) return { record, answer: { refuse: blockOf(blocking) } }
  const { reference, orderName, ...words } = payment
  const link: Link = {
    ...words,
    orderName: clean(orderName),
    paymentUrl: '',
    state: 'paid',
    createdAt: now,
    expiresAt: now,
    since: now,
    received: { at: now, amount: payment.amount },
    paid: true,
    ...(reference !== undefined && { transactionId: reference }),
  }
  const draft = new Draft(record, now)
  draft.record.links.push(link)
  draft.note({ what: 'paid', pidx: link.pidx, text: payment.method, by })
  retireOthers(draft)
  return draft.end<MarkedPaid>({ claimed: takeClaim(draft, link.pidx, token) })
}

/** A payment to look at before the order is marked as paid another way. */
export function unsettled(record: OrderRecord, looked: ReadonlySet<string>): Link | undefined {
  return record.links.find(({ pidx, method, state, holdReason, fulfilledAt }) => {
    const isOver = state === 'refunded' || holdReason === 'unknown-payment' || fulfilledAt !== undefined
    return method === 'khalti' && !isOver && !looked.has(pidx)
  })
}
