import { fulfilledLink, type Instant, type Link, linkOf, type OrderRecord, type Untold } from './record.ts'

/** Whoever stores a change tells it within this time; only after it does another. */
export const tellLeaseMs = 60_000

/** What the shop must be told, with the payment before the change. */
export type News = Pick<Untold, 'what' | 'previous' | 'refundId'>

/** It as an entry that waits to be told: one for each thing that can be told of a payment. */
export function untoldOf({ what, previous, refundId }: News, now: Instant): Untold {
  const { pidx } = previous
  const id = [what, pidx, ...(refundId === undefined ? [] : [refundId])].join(':')
  return {
    id,
    what,
    pidx,
    previous,
    at: now,
    until: now + tellLeaseMs,
    failures: 0,
    ...(refundId !== undefined && { refundId }),
  }
}

/** Whether it is still so: nothing is told that is over. */
export function isSo(record: OrderRecord, { what, pidx, refundId }: Untold): boolean {
  const link = linkOf(record, pidx)
  switch (what) {
    case 'unpaid':
      return link?.state === 'unpaid' && fulfilledLink(record) === undefined
    case 'hold':
      return link?.state === 'hold' || (link?.state === 'pending' && link.givenUpAt !== undefined)
    case 'refunded':
      return link?.refundExtent !== undefined
    case 'paidTwice':
      return duplicatesOf(record).some((duplicate) => duplicate.pidx === pidx)
    case 'refundUnclear':
      return record.refunds.some(({ id, state }) => id === refundId && state === 'unclear')
  }
}

/** Payments that came a second time, and have still to go back: whichever goes back whole, one payment of the order stays. */
export function duplicatesOf({ links }: OrderRecord): Link[] {
  return links.filter(
    ({ duplicateOf, keptInstead, refundExtent }) =>
      duplicateOf !== undefined && !keptInstead && refundExtent !== 'full',
  )
}
