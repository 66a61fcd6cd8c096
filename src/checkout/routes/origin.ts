import type { Shop } from '../shop.ts'
import { RouteError } from './problem.ts'

/**
 * Keeps other sites from starting payments in a customer's name.
 *
 * A browser says where a request comes from: by `Sec-Fetch-Site`, which no page can forge, else by `Origin`. A native app
 * or curl says neither and passes, since nobody's cookies are at stake there.
 *
 * @throws RouteError `origin`
 */
export function refuseForeignOrigin(shop: Shop, { headers }: Request): void {
  const [site, origin] = [headers.get('sec-fetch-site')?.trim().toLowerCase(), headers.get('origin')?.trim()]
  if (site === 'same-origin' || site === 'none') return
  if (!site && !origin) return
  if (origin && shop.origins.has(origin)) return
  throw new RouteError('origin', 'This request came from another site.')
}

/** What lets a page of an allowed origin read the answer. */
export function corsHeaders(shop: Shop, request: Request): Record<string, string> {
  const origin = request.headers.get('origin')?.trim()
  if (!origin || !shop.origins.has(origin)) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
  }
}

/** Answers the question a browser asks before it sends JSON to another origin. */
export function preflight(shop: Shop, request: Request, methods: readonly string[]): Response {
  const allow = [...methods, 'OPTIONS'].join(', ')
  const origin = request.headers.get('origin')?.trim()
  if (origin && !shop.origins.has(origin)) throw new RouteError('origin', 'This origin is not one of the shop.')
  const headers = {
    allow,
    'access-control-allow-methods': allow,
    'access-control-allow-headers': 'Content-Type',
    'access-control-max-age': '600',
  }
  return new Response(null, { status: 204, headers: origin ? headers : { allow } })
}
