import { storeInTime, within } from '../in-time.ts'
import type { Sharing } from '../look.ts'
import { type Found, findPayment, type Settled, settledOf, settlePayment } from '../settle.ts'
import type { Shop } from '../shop.ts'

/** How long a customer waits. The rest is left to the next poll and to reconcile. */
export const patienceMs = 8_000

/** Our record of a payment, within a customer's patience. @throws Error where the store takes longer. */
export function findInTime(shop: Shop, pidx: string | undefined): Promise<Found | undefined> {
  return storeInTime(() => findPayment(shop, pidx), patienceMs)
}

/** For whom a payment is settled. */
interface Waiting {
  route: 'return' | 'status'
  /** When the customer began to wait, by `performance.now()`. */
  began: number
  sharing: Sharing
  maxRetries?: number
}

/**
 * Settles a payment within the rest of a customer's patience. After that the answer is the record's, and settling goes on.
 * What was not paid then is called pending: it may have been paid since.
 */
export function settleInTime(shop: Shop, found: Found, { began, ...request }: Waiting): Promise<Settled> {
  const { route } = request
  const left = Math.max(1, Math.round(began + patienceMs - performance.now()))
  const options = { ...request, timeoutMs: Math.min(left, shop.client.timeoutMs) }
  const about = { pidx: found.link.pidx, orderId: found.order.record.orderId }
  let isLate = false
  const settle = async () => {
    try {
      return await settlePayment(shop, found, options)
    } catch (error) {
      if (!isLate) throw error
      shop.report(error, route, about)
      return settledOf(found.order, found.link.pidx)
    }
  }
  return within(left, settle, () => {
    isLate = true
    const known = settledOf(found.order, found.link.pidx)
    return known.outcome === 'unpaid' ? { ...known, outcome: 'pending' } : known
  })
}
