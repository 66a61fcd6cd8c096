import { CheckoutRefusal, isRefusal } from '../checkout-refusal.ts'
import { initiate } from '../initiate.ts'
import { land } from '../land.ts'
import type { Shop } from '../shop.ts'
import { json, seeOther } from './answer.ts'
import { errorAnswer } from './error-answer.ts'
import { isForm, readInput } from './read-input.ts'

/** `POST initiate`: the browser names an order, the shop prices it, and the answer is where to pay. */
export async function initiateRoute(request: Request, shop: Shop): Promise<Response> {
  refuseForeignOrigin(request, shop)
  const form = isForm(request)
  try {
    const input = await readInput(request)
    const order = await shop.options.readOrder(input, request)
    const link = await initiate(shop, order, request.signal)
    return form ? seeOther(link.payment_url) : json(200, link)
  } catch (error) {
    if (!isRefusal(error)) shop.report(error, 'initiate')
    return form ? seeOther(await land(shop, { outcome: 'error', error })) : errorAnswer(error)
  }
}

/**
 * Only pages of the shop may start payments. Browsers say where a request comes from; what says nothing is no browser,
 * and carries nobody's cookies by itself.
 */
function refuseForeignOrigin({ headers }: Request, { site }: Shop): void {
  const fetchSite = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (fetchSite === 'same-origin' || fetchSite === 'none') return
  if (fetchSite === null && origin === null) return
  if (origin !== null && site.origins.has(origin)) return
  throw new CheckoutRefusal(403, 'Payments can only be started from the shop itself.', 'origin')
}
