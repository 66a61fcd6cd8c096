import { KhaltiConfigError } from '../../core/errors.ts'
import type { Shop } from '../shop.ts'

/**
 * Refuses a framework's own request, passed where the handler is mounted without an adapter. It is reported and thrown: the
 * framework would wait forever, since it cannot send a web Response.
 *
 * @throws KhaltiConfigError that says what to put there.
 */
export function requireRequest(request: Partial<Request> | null | undefined, shop: Pick<Shop, 'report'>): void {
  if (typeof request?.headers?.get === 'function') return
  const error = new KhaltiConfigError(
    'checkout.handler takes the Request of the web, and was given something else. In Express and node:http use toNodeListener(checkout.handler), under pages/api of Next.js toNextApiHandler(checkout.handler), in Hono checkout.handler(c.req.raw).',
  )
  shop.report(error, 'unknown')
  throw error
}
