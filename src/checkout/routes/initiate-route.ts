import type { ErrorFacts } from '../checkout-options.ts'
import { initiate, type PaymentLink } from '../initiate.ts'
import type { Shop } from '../shop.ts'
import { json, seeOther } from './answer.ts'
import type { RouteContext } from './handle.ts'
import { landingAddress } from './landing-address.ts'
import { refuseForeignOrigin } from './origin.ts'
import { problemOf } from './problem.ts'
import { isForm, readInput } from './read-body.ts'

/** `POST initiate`: the order that the browser names, priced by the shop, to its payment page. */
export async function initiateRoute(shop: Shop, request: Request, { facts }: RouteContext): Promise<Response> {
  refuseForeignOrigin(shop, request)
  if (!isPlainForm(request)) return json(200, await startPayment(shop, request, facts))
  try {
    const { payment_url } = await startPayment(shop, request, facts)
    return seeOther(payment_url)
  } catch (error) {
    if (problemOf(error).status >= 500) shop.report(error, facts)
    return seeOther(await landingAddress(shop, { outcome: 'error', error }, 'initiate'))
  }
}

async function startPayment(shop: Shop, request: Request, facts: ErrorFacts): Promise<PaymentLink> {
  const input = await readInput(request)
  const order = await shop.readOrder(input, request)
  facts.orderId = order?.id
  // Not ended with the request: a link that was made is stored, also when the customer has left.
  return initiate(shop, order)
}

/** A form that the browser itself sends and follows; a script that posts a form asks for JSON, or says that it is a script. */
function isPlainForm(request: Request): boolean {
  const mode = request.headers.get('sec-fetch-mode') ?? 'navigate'
  const accept = request.headers.get('accept') ?? 'text/html'
  const wantsJson = accept.includes('application/json') && !accept.includes('text/html')
  return isForm(request) && mode === 'navigate' && !wantsJson
}
