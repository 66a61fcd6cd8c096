import { requireWebHandler } from '../node-http/require-web-handler.ts'
import type { WebHandler } from '../node-http/web-handler.ts'

/** What a `route.ts` of Next's App Router exports for one method. */
export type NextRouteHandler = (request: Request) => Promise<Response>

/** One handler for each method that a `route.ts` can export. */
export type NextRoute = Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', NextRouteHandler>

/**
 * Makes a web handler, such as `checkout.handler`, a catch-all route of Next's App Router, on the Node and on the edge
 * runtime. Export `OPTIONS` too where pages of another origin call it (the checkout's `origins`).
 *
 * @example
 * ```ts
 * // app/api/khalti/[...khalti]/route.ts
 * import { toNextRoute } from 'khalti-kit/next'
 *
 * declare const checkout: { handler(request: Request): Promise<Response> }
 *
 * export const { GET, POST } = toNextRoute(checkout.handler)
 * ```
 *
 * @throws TypeError for a handler that is no function.
 */
export function toNextRoute(handler: WebHandler): NextRoute {
  requireWebHandler(handler, 'toNextRoute')
  const route: NextRouteHandler = async (request) => {
    if (typeof request?.headers?.get === 'function') return handler(request)
    throw new TypeError('toNextRoute is for a route.ts under app. In files under pages/api use toNextApiHandler.')
  }
  return { GET: route, HEAD: route, POST: route, PUT: route, PATCH: route, DELETE: route, OPTIONS: route }
}
