import type { LandingResult } from './checkout-options.ts'
import type { Shop } from './shop.ts'

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
  const url = URL.canParse(wanted, site.siteUrl) ? new URL(wanted, site.siteUrl) : undefined
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  // A blob: address has the origin of its page, and a user name in front of the host only misleads.
  return url && isWeb && !url.username && !url.password && site.origins.has(url.origin) ? url.href : undefined
}
