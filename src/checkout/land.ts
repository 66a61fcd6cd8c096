import type { LandingResult } from './checkout-options.ts'
import { inTime } from './in-time.ts'
import type { Shop } from './shop.ts'
import { webAddress } from './site.ts'

/** Where the customer ends: on the shop's own pages or in its apps, whatever `landing` says. */
export async function land(shop: Shop, result: LandingResult): Promise<string> {
  const { site } = shop
  const about = { pidx: result.payment?.pidx, orderId: result.payment?.orderId }
  try {
    const wanted = String(await inTime('landing', () => shop.options.landing(result)))
    const address = ownAddress(wanted, shop)
    if (address !== undefined) return address
    const error = new Error(
      `landing gave ${JSON.stringify(wanted.slice(0, 200))}, which is not on siteUrl, frontendUrl, origins or apps.`,
    )
    shop.report(error, 'landing', about)
  } catch (error) {
    shop.report(error, 'landing', about)
  }
  // As a header takes it: an address with other letters is written in ASCII.
  return new URL(site.frontendUrl).href
}

/** Judged after parsing, as a browser would read it: `//x`, `/\x`, tabs and other schemes all show their true origin. */
function ownAddress(wanted: string, { site }: Shop): string | undefined {
  const app = URL.canParse(wanted) ? new URL(wanted) : undefined
  if (app && site.apps.has(app.protocol)) return app.href
  if (app && site.origins.has(`${app.protocol}//${app.host}`) && app.host !== '') return app.href
  // A blob: address has the origin of its page, and is none that a browser could be sent to.
  const url = webAddress(wanted, `${site.frontendUrl}/`)
  return url && site.origins.has(url.origin) ? url.href : undefined
}
