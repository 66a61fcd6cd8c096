import type { ErrorRoute } from '../checkout-options.ts'
import type { Shop } from '../shop.ts'
import { advice } from './advice.ts'

/** What the shop hears of a page that was refused: which option would let it in. */
export function originAdvice({ headers, url }: Request, { site }: Shop, route: ErrorRoute): Error {
  const origin = headers.get('origin')
  const act = route === 'initiate' ? 'A payment was started' : `The ${route} route was called`
  const allowed = [...site.origins].join(', ')
  if (origin === null || origin === 'null') {
    return advice(
      `${act} by a page that hides its origin, and was refused. Browsers without Sec-Fetch headers hide it under 'Referrer-Policy: no-referrer': use 'strict-origin-when-cross-origin' on the page, and https. Allowed are ${allowed}.`,
    )
  }
  const from = origin.slice(0, 200)
  const start = `${act} from ${from}, and was refused:`
  // A proxy or a framework may have written the address anew; the Host header is the browser's.
  const isHere = [new URL(url).host, headers.get('host')].includes(from.replace(/^https?:\/\//, ''))
  if (isHere) {
    return advice(
      `${start} siteUrl is ${site.siteUrl}. If ${from} is this shop, set siteUrl to it: Khalti sends customers back to siteUrl. If the shop answers at both, add it to origins (www. is another origin).`,
    )
  }
  return advice(
    `${start} allowed are ${allowed}. If it is your front end, set frontendUrl to it: customers come back there. If it is a further page of yours, add it to origins (www. is another origin).`,
  )
}
