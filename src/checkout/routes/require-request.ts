import { KhaltiConfigError } from '../../core/errors.ts'
import type { Shop } from '../shop.ts'

/**
 * Frameworks give a handler requests of their own, where it stands in the place of theirs. The shop is told, and so is the
 * framework, which would wait for ever: it cannot send a Response of the web.
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
