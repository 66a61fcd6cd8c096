import { parseCallback } from '../../core/callback.ts'
import type { LandingResult } from '../checkout-options.ts'
import { land } from '../land.ts'
import { looksBegun } from '../look.ts'
import { paymentOf } from '../payment.ts'
import type { Found } from '../settle.ts'
import type { Shop } from '../shop.ts'
import { seeOther } from './answer.ts'
import { findInTime, settleInTime } from './patience.ts'

/** `GET return`: the customer is back from Khalti. Only the pidx of the query is used, and nothing in it is trusted. */
export async function returnRoute(request: Request, shop: Shop): Promise<Response> {
  return seeOther(await land(shop, await resultOf(request, shop)))
}

/** When a customer's wait began: as a count of looks, and by `performance.now()`. */
interface Begin {
  since: number
  began: number
}

async function resultOf(request: Request, shop: Shop): Promise<LandingResult> {
  const begin = { since: looksBegun(), began: performance.now() }
  const { pidx } = parseCallback(request.url)
  try {
    const found = await findInTime(shop, pidx)
    if (found === undefined) return { outcome: 'error', error: new Error('There is no such payment.') }
    // A HEAD request, such as a link preview's, changes nothing.
    const isKnown = found.link.fulfilledAt !== undefined || request.method === 'HEAD'
    return isKnown ? resultOfRecord(found) : await settleForLanding(shop, found, begin)
  } catch (error) {
    shop.report(error, 'return', { pidx })
    return { outcome: 'error', error }
  }
}

function resultOfRecord({ order, link }: Found): LandingResult {
  return { outcome: link.state, payment: paymentOf(order.record, link) }
}

/** Where the lookup fails or takes too long, the customer lands with `pending`. */
async function settleForLanding(shop: Shop, found: Found, { since, began }: Begin): Promise<LandingResult> {
  const { pidx } = found.link
  try {
    const settled = await settleInTime(shop, found, { route: 'return', began, sharing: { since }, maxRetries: 0 })
    const { outcome, payment, error } = settled
    return { outcome, payment, ...(error !== undefined && { error }) }
  } catch (error) {
    shop.report(error, 'return', { pidx, orderId: found.order.record.orderId })
    return { outcome: 'pending', payment: paymentOf(found.order.record, found.link), error }
  }
}
