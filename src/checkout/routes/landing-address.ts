import type { Arrival, CheckoutRoute } from '../checkout-options.ts'
import type { Shop } from '../shop.ts'

/**
 * Where the customer ends: where the shop's `landing` says, as long as that is on `siteUrl` or `origins`; else `siteUrl`.
 * What is compared is the address as a browser would read it, so that `//x`, `/\x` and tabs lead nowhere else.
 */
export async function landingAddress(shop: Shop, arrival: Arrival, route: CheckoutRoute): Promise<string> {
  try {
    const address: unknown = await shop.landing(arrival)
    if (typeof address !== 'string' && !(address instanceof URL)) {
      throw new TypeError(`landing returned ${address === null ? 'null' : typeof address}. It returns a path or a URL.`)
    }
    const target = new URL(address, `${shop.siteUrl}/`)
    if (!isWeb(target) || !shop.origins.has(target.origin)) {
      throw new TypeError(`landing returned an address on ${target.origin}, which is neither siteUrl nor in origins.`)
    }
    target.username = ''
    target.password = ''
    return target.href
  } catch (error) {
    shop.report(error, { route, pidx: arrival.payment?.pidx, orderId: arrival.payment?.orderId })
    return shop.siteUrl
  }
}

/** `blob:https://shop.example/…` has the shop's origin, too. */
function isWeb({ protocol }: URL): boolean {
  return protocol === 'https:' || protocol === 'http:'
}
