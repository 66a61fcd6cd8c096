import { takeClaim } from './claim.ts'
import { rule } from './draft.ts'
import { retireOthers } from './link-moves.ts'
import { type Claim, clean, isLive, type Link, type OrderRecord } from './record.ts'
import { blockOf, isOnItsWay, noLook, refusalOf } from './reserve.ts'

/** Money that came another way than by a link of Khalti's. */
export type OtherPayment = Pick<Link, 'pidx' | 'method' | 'orderName' | 'amount' | 'fingerprint'> & {
  reference?: string | undefined
}

interface MarkingPaid {
  payment: OtherPayment
  token: string
  by?: string | undefined
}

/** The claim; the payment, where it is recorded already; or a refusal. */
export type MarkedPaid = { claimed: Claim } | { known: Link } | { refuse: 'already-paid' | 'in-progress' | 'held' }

/** Records money that came another way, and claims the order. No customer is given its links again. */
export const markPaid = rule((draft, paid: MarkingPaid): MarkedPaid => {
  const { record, now } = draft
  const { payment, token, by } = paid
  const known = draft.link(payment.pidx)
  if (known) return { known }
  if (refusalOf(record, now, noLook)) return { refuse: 'already-paid' }
  if (isLive(record.maker, now)) return { refuse: 'in-progress' }
  const blocking = record.links.find((other) => isOnItsWay(record, other))
  if (blocking) return { refuse: blockOf(blocking) }
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
  record.links.push(link)
  draft.note({ what: 'paid', pidx: link.pidx, text: payment.method, by })
  retireOthers(draft)
  return { claimed: takeClaim(draft, link.pidx, token) }
})

/** A payment to look at before the order is marked as paid another way. */
export function unsettled(record: OrderRecord, looked: ReadonlySet<string>): Link | undefined {
  return record.links.find(({ pidx, method, state, holdReason, fulfilledAt }) => {
    const isOver = state === 'refunded' || holdReason === 'unknown-payment' || fulfilledAt !== undefined
    return method === 'khalti' && !isOver && !looked.has(pidx)
  })
}
