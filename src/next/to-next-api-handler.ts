import { answerRequest } from '../node-http/answer-request.ts'
import type { IncomingRequest, OutgoingResponse } from '../node-http/node-http.ts'
import { requireWebHandler } from '../node-http/require-web-handler.ts'
import type { WebHandler } from '../node-http/web-handler.ts'

/** What a file under `pages/api` exports by default; Next's `NextApiHandler` fits. */
export type NextApiRouteHandler = (request: IncomingRequest, response: OutgoingResponse) => Promise<void>

/**
 * Makes a web handler, such as `checkout.handler`, an API route of Next's Pages Router, with Next's body parser on (the
 * default) or off. What the handler rejects with goes on to Next, which answers 500 and reports it.
 *
 * On the edge runtime an API route is a web handler already: export `checkout.handler` itself.
 *
 * @example
 * ```ts
 * // pages/api/khalti/[...khalti].ts
 * import { toNextApiHandler } from 'khalti-kit/next'
 *
 * declare const checkout: { handler(request: Request): Promise<Response> }
 *
 * export default toNextApiHandler(checkout.handler)
 * ```
 *
 * @throws TypeError for a handler that is no function.
 */
export function toNextApiHandler(handler: WebHandler): NextApiRouteHandler {
  requireWebHandler(handler, 'toNextApiHandler')
  return async (request, response) => {
    if (typeof response?.setHeader !== 'function') {
      throw new TypeError('toNextApiHandler is for files under pages/api. In a route.ts under app use toNextRoute.')
    }
    try {
      await answerRequest(handler, request, response)
    } catch (error) {
      // Half an answer must not pass for a whole one.
      if (response.headersSent) response.destroy()
      throw error
    }
  }
}
