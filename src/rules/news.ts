import { fulfilledLink, type Link, linkOf, type OrderRecord, type Untold } from './record.ts'

/** The process that stores a change has this long to tell the shop. After that another process may. */
export const tellLeaseMs = 60_000

/** What the shop must be told, with the payment before the change. */
export type News = Pick<Untold, 'what' | 'previous' | 'refundId'>

/** Whether the news still holds. Outdated news is dropped. */
export function isSo(record: OrderRecord, { what, pidx, refundId }: Untold): boolean {
  const link = linkOf(record, pidx)
  switch (what) {
    case 'unpaid':
      return link?.state === 'unpaid' && fulfilledLink(record) === undefined && !isPaid(record)
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

/** Whether a payment of the order is paid: handed out for or not, and not given back. */
export function isPaid({ links }: OrderRecord): boolean {
  return links.some(({ state }) => state === 'paid')
}

/** Second payments whose money must still go back. One payment of the order stays, whichever of them is refunded whole. */
export function duplicatesOf({ links }: OrderRecord): Link[] {
  return links.filter(
    ({ duplicateOf, keptInstead, refundExtent }) =>
      duplicateOf !== undefined && !keptInstead && refundExtent !== 'full',
  )
}
