import { KhaltiConfigError } from '../../core/errors.ts'

/** Frameworks give a handler requests of their own, where it stands in the place of theirs. @throws KhaltiConfigError that says what to put there. */
export function requireRequest(request: Partial<Request> | null | undefined): void {
  if (typeof request?.headers?.get === 'function') return
  throw new KhaltiConfigError(
    'checkout.handler takes the Request of the web, and was given something else. In Express and node:http use toNodeListener(checkout.handler), under pages/api of Next.js toNextApiHandler(checkout.handler), in Hono checkout.handler(c.req.raw).',
  )
}
