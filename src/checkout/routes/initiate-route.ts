import { CheckoutRefusal, isRefusal } from '../checkout-refusal.ts'
import { inTime } from '../in-time.ts'
import { initiate } from '../initiate.ts'
import { land } from '../land.ts'
import { requireCallback } from '../option-faults.ts'
import { canBeOrderId } from '../order.ts'
import type { Shop } from '../shop.ts'
import { json, seeOther } from './answer.ts'
import { type Asker, askedBy } from './asked-by.ts'
import { errorAnswer } from './error-answer.ts'
import { isFrameworks } from './framework-errors.ts'
import { isAllowedOrigin, isForeign, originAdvice } from './origins.ts'
import { readInput } from './read-input.ts'

/** `POST initiate`: the browser names an order, the shop prices it, and the answer is where to pay. */
export async function initiateRoute(request: Request, shop: Shop): Promise<Response> {
  refuseForeignOrigin(request, shop)
  const asker = askedBy(request)
  let orderId: string | undefined
  try {
    requireCallback(shop.options, 'readOrder')
    requireCallback(shop.options, 'landing')
    const input = await readInput(request)
    const order = await inTime('readOrder', () => shop.options.readOrder(input, request))
    orderId = canBeOrderId(order?.id) ? order.id : undefined
    const link = await initiate(shop, order, { signal: request.signal })
    return asker === 'script' ? json(200, link) : goTo(link.payment_url, asker)
  } catch (error) {
    // A redirect of the shop's own, to its login page for example.
    if (error instanceof Response || isFrameworks(error)) throw error
    if (!isRefusal(error)) shop.report(error, 'initiate', { orderId })
    return asker === 'browser' ? seeOther(await land(shop, { outcome: 'error', error })) : errorAnswer(error)
  }
}

function goTo(paymentUrl: string, asker: Exclude<Asker, 'script'>): Response {
  // A header takes no other letters.
  const address = /^[!-~]+$/.test(paymentUrl) ? paymentUrl : new URL(paymentUrl).href
  return asker === 'htmx' ? json(200, {}, { 'hx-redirect': address }) : seeOther(address)
}

/** Only pages of the shop may start payments. */
function refuseForeignOrigin(request: Request, shop: Shop): void {
  if (!isForeign(request.headers, (origin) => isAllowedOrigin(origin, shop))) return
  shop.report(originAdvice(request, shop, 'initiate'), 'initiate')
  throw new CheckoutRefusal(403, 'Payments can only be started from the shop itself.', 'origin')
}
