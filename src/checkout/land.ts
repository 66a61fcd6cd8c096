import type { LandingResult } from './checkout-options.ts'
import type { Shop } from './shop.ts'
import { webAddress } from './web-address.ts'

/** Where the customer ends, on the shop's own origins whatever `landing` says. */
export async function land(shop: Shop, result: LandingResult): Promise<string> {
  try {
    const wanted = String(await shop.options.landing(result))
    const address = ownAddress(wanted, shop)
    if (address !== undefined) return address
    const error = new Error(`landing gave ${JSON.stringify(wanted.slice(0, 200))}, which is not on siteUrl or origins.`)
    shop.report(error, 'landing', result.payment)
  } catch (error) {
    shop.report(error, 'landing', result.payment)
  }
  return shop.site.siteUrl
}

/** Judged after parsing, as a browser would read it: `//x`, `/\x`, tabs and other schemes all show their true origin. */
function ownAddress(wanted: string, { site }: Shop): string | undefined {
  // A blob: address has the origin of its page, and is none that a browser could be sent to.
  const url = webAddress(wanted, site.siteUrl)
  return url && site.origins.has(url.origin) ? url.href : undefined
}
