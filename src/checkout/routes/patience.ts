import { within } from '../in-time.ts'
import type { Sharing } from '../look.ts'
import { type Found, type Settled, settledOf, settlePayment } from '../settle.ts'
import type { Shop } from '../shop.ts'

/** A customer waits: the rest is left to the next poll and to reconcile. */
export const patienceMs = 8_000

/** How a payment stands, within a customer's patience. It goes on by itself after that, and stands as the record says. */
export function settleInTime(
  shop: Shop,
  found: Found,
  { route, sharing, maxRetries }: { route: 'return' | 'status'; sharing: Sharing; maxRetries?: number },
): Promise<Settled> {
  const options = { route, sharing, timeoutMs: patienceMs, ...(maxRetries !== undefined && { maxRetries }) }
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
  return within(patienceMs, settle, () => {
    isLate = true
    return settledOf(found.order, found.link.pidx)
  })
}
