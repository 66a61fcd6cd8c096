import { show } from '../core/show.ts'
import type { LandingResult } from './checkout-options.ts'
import { inTime } from './in-time.ts'
import type { Shop } from './shop.ts'
import { type Site, webAddress } from './site.ts'

/** Where the customer ends: on the shop's own pages or in its apps, whatever `landing` says. */
export async function land(shop: Shop, result: LandingResult): Promise<string> {
  const { site } = shop
  const about = { pidx: result.payment?.pidx, orderId: result.payment?.orderId }
  try {
    const wanted = textOf(await inTime('landing', () => shop.options.landing(result)))
    const address = ownAddress(wanted, shop)
    if (address !== undefined) return address
    const error = new Error(
      `landing gave ${JSON.stringify(wanted.slice(0, 200))}, which is not on siteUrl, frontendUrl, origins or apps.`,
    )
    shop.report(error, 'landing', about)
  } catch (error) {
    shop.report(error, 'landing', about)
  }
  return site.siteUrl
}

/** The landing as text. Refuses other values, which would become addresses such as "undefined" or "[object Object]". */
function textOf(wanted: unknown): string {
  const address = typeof wanted === 'object' && wanted !== null && 'href' in wanted ? wanted.href : wanted
  if (typeof address === 'string') return address
  throw new TypeError(`landing gave ${show(wanted)}. It gives a path or an address: text, or a URL.`)
}

/** Judged after parsing, as a browser would: that shows the true origin of `//x`, `/\\x`, tabs and other schemes. */
function ownAddress(wanted: string, { site }: Shop): string | undefined {
  // A blob: address has the origin of its page, and is none that a browser could be sent to.
  const url = webAddress(wanted, `${site.frontendUrl}/`)
  if (url) return site.origins.has(url.origin) ? url.href : undefined
  return URL.canParse(wanted) ? appAddress(new URL(wanted), site) : undefined
}

/** An address in an app: by its scheme, or by the origin of its web view. */
function appAddress(url: URL, { apps, origins }: Site): string | undefined {
  const isWebView = url.username === '' && origins.has(`${url.protocol}//${url.host}`)
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:'
  return !isWeb && (apps.has(url.protocol) || isWebView) ? url.href : undefined
}
