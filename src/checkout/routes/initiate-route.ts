import { requireCallback } from '../callbacks.ts'
import { CheckoutRefusal, isRefusal } from '../checkout-refusal.ts'
import { inTime } from '../in-time.ts'
import { initiate } from '../initiate.ts'
import { land } from '../land.ts'
import { canBeOrderId } from '../order.ts'
import type { Shop } from '../shop.ts'
import { isAllowedOrigin, json, seeOther } from './answer.ts'
import { type Asker, askedBy } from './asked-by.ts'
import { errorAnswer } from './error-answer.ts'
import { isForeign } from './foreign-origin.ts'
import { isFrameworks } from './framework-errors.ts'
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
function refuseForeignOrigin({ headers }: Request, shop: Shop): void {
  if (!isForeign(headers, (origin) => isAllowedOrigin(origin, shop))) return
  shop.report(new Error(originAdvice(headers.get('origin'), shop)), 'initiate')
  throw new CheckoutRefusal(403, 'Payments can only be started from the shop itself.', 'origin')
}

function originAdvice(origin: string | null, { site }: Shop): string {
  const allowed = [...site.origins].join(', ')
  if (origin === null || origin === 'null') {
    return `A payment was started by a page that hides its origin, and was refused. Browsers without Sec-Fetch headers hide it under 'Referrer-Policy: no-referrer': use 'strict-origin-when-cross-origin' on the page, and https. Allowed are ${allowed}.`
  }
  return `A payment was started from ${origin.slice(0, 200)}, and was refused: allowed are ${allowed}. If that page is yours, add it to origins (www. is another origin).`
}
