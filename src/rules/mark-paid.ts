import { claim } from './claim.ts'
import { retireOthers } from './learn.ts'
import {
  type Claim,
  clean,
  draftOf,
  holds,
  type Instant,
  type Link,
  linkOf,
  moveTo,
  note,
  type OrderRecord,
  type Ruling,
} from './record.ts'
import { isOnItsWay, noLook, refusalOf } from './reserve.ts'
import { dropWhatIsOver } from './tell.ts'

/** Money that came another way than by a link of Khalti's. */
export type OtherPayment = Pick<Link, 'pidx' | 'method' | 'orderName' | 'amount' | 'fingerprint'> & {
  reference?: string | undefined
}

/** What comes of it: the claim; the payment, where it is recorded already; or a refusal. */
export type MarkedPaid = { claimed: Claim } | { known: Link } | { refuse: 'already-paid' | 'in-progress' }

/** The order was paid another way: it gets the same claim as any. Its links get no customer any more. */
export function markPaid(
  record: OrderRecord,
  now: Instant,
  { payment, token, by }: { payment: OtherPayment; token: string; by?: string | undefined },
): Ruling<MarkedPaid> {
  const known = linkOf(record, payment.pidx)
  if (known) return { record, answer: { known } }
  if (refusalOf(record, now, noLook)) return { record, answer: { refuse: 'already-paid' } }
  const isBusy = holds(record.maker, now) || record.links.some((link) => isOnItsWay(record, link))
  if (isBusy) return { record, answer: { refuse: 'in-progress' } }
  const { reference, orderName, ...words } = payment
  const link: Link = {
    ...words,
    orderName: clean(orderName),
    paymentUrl: '',
    state: 'pending',
    createdAt: now,
    expiresAt: now,
    since: now,
    received: { at: now, amount: payment.amount },
    paid: true,
    ...(reference !== undefined && { transactionId: reference }),
  }
  const draft = draftOf(record)
  draft.links.push(link)
  moveTo(draft, link, { at: now, what: 'paid', text: payment.method })
  if (by) note(draft, { at: now, what: 'attended', pidx: link.pidx, text: 'marked as paid', by: clean(by) })
  retireOthers(draft, now, link)
  const claimed = claim(draft, now, { pidx: link.pidx, token })
  dropWhatIsOver(draft)
  return claimed ? { record: draft, answer: { claimed } } : { record, answer: { refuse: 'in-progress' } }
}

/** The payments to look at before an order is marked as paid another way. */
export function unsettled(record: OrderRecord, looked: ReadonlySet<string>): Link | undefined {
  return record.links.find((link) => {
    const mayBePaid =
      link.state === 'pending' || link.state === 'paid' || link.state === 'hold' || link.state === 'unpaid'
    const isOver = link.holdReason === 'unknown-payment' || link.fulfilledAt !== undefined
    return link.method === 'khalti' && mayBePaid && !isOver && !looked.has(link.pidx)
  })
}
