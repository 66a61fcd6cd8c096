import type { ErrorRoute } from '../checkout-options.ts'
import type { Shop } from '../shop.ts'
import { advice } from './error-answer.ts'

/** Whether pages of this origin may post and read answers. */
export function isAllowedOrigin(origin: string, { site }: Shop): boolean {
  return site.origins.has(origin)
}

/** Lets the shop's other origins read an answer, with the customer's cookies. */
export function withCors(response: Response, request: Request, shop: Shop): Response {
  const { headers } = response
  const origin = request.headers.get('origin')
  headers.append('vary', 'Origin')
  if (origin !== null && isAllowedOrigin(origin, shop)) {
    headers.set('access-control-allow-origin', origin)
    headers.set('access-control-allow-credentials', 'true')
    if (headers.has('hx-redirect')) headers.set('access-control-expose-headers', 'HX-Redirect')
  }
  return response
}

/**
 * Whether a page of another origin sends this. A request with neither `Origin` nor `Sec-Fetch-Site` is no
 * browser's, and carries nobody's cookies.
 */
export function isForeign(headers: Headers, isOurs: (origin: string) => boolean): boolean {
  const fetchSite = headers.get('sec-fetch-site')
  const origin = headers.get('origin')
  if (fetchSite === 'same-origin' || fetchSite === 'none') return false
  if (fetchSite === null && origin === null) return false
  return origin === null || !isOurs(origin)
}

/**
 * Reports each origin once whose pages may not read the answers: the browser tells nobody else. A foreign POST is reported
 * by its route, every time.
 */
export function readerReports(shop: Shop): (request: Request, route: ErrorRoute) => void {
  const reported = new Set<string>()
  return (request, route) => {
    const { headers, method } = request
    const origin = headers.get('origin')
    if (method === 'POST' || origin === null || reported.has(origin)) return
    if (!isForeign(headers, (one) => isAllowedOrigin(one, shop))) return
    // Anybody can make up origins.
    if (reported.size >= 100) reported.clear()
    reported.add(origin)
    shop.report(originAdvice(request, shop, route), route)
  }
}

/** Tells the shop which option would let a refused page in. */
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
  // A proxy or a framework may have rewritten the address; the Host header is the browser's.
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
