import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerRequest, refuse } from '../node-http/answer-request.ts'
import { requireWebHandler } from '../node-http/require-web-handler.ts'
import type { WebHandler } from '../node-http/web-handler.ts'

/** Options of {@link toNodeListener}. */
export interface NodeListenerOptions {
  /**
   * Is told what the handler rejected with, where no framework is. The customer reads no more than "Internal Server
   * Error". Default: `console.error`.
   */
  onError?: ((error: unknown) => void) | undefined
}

/** A listener for `node:http`, which Express, Connect, Nest and Fastify's middie take as a middleware. */
export type NodeListener = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: ((error?: unknown) => void) | undefined,
) => Promise<void>

/**
 * Makes a web handler, such as `checkout.handler`, a listener for `node:http` and for the frameworks on top of it.
 *
 * Where it is mounted does not matter, and neither does whether a body parser ran before it. The promise never rejects:
 * what the handler rejects with goes to `next`, where the framework gives one, else to `onError`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { toNodeListener } from 'khalti-kit/node'
 *
 * const handler = async (request: Request) => new Response(`You asked for ${new URL(request.url).pathname}`)
 * createServer(toNodeListener(handler)).listen(3000) // in Express: app.use('/api/khalti', toNodeListener(handler))
 * ```
 *
 * @throws TypeError for a handler that is no function. So does the listener where it is given no response of Node.js.
 */
export function toNodeListener(handler: WebHandler, options: NodeListenerOptions = {}): NodeListener {
  requireWebHandler(handler, 'toNodeListener')
  return (request, response, next) => {
    requireNodeResponse(response)
    return answerRequest(handler, request, response).catch((error: unknown) => {
      if (isSimulatedReset(error)) return void response.destroy()
      if (typeof next === 'function' && !response.headersSent) return next(error)
      endFailed(response)
      report(error, options.onError)
    })
  }
}

/** Koa and Fastify call what is mounted with requests and responses of their own. */
function requireNodeResponse(response: Partial<ServerResponse> | undefined): void {
  if (typeof response?.setHeader === 'function') return
  throw new TypeError(
    'What toNodeListener gives takes the request and the response of Node.js, and was given others. In Koa set ctx.respond = false and call it with ctx.req and ctx.res; in Fastify call reply.hijack() and then it with request.raw and reply.raw.',
  )
}

function endFailed(response: ServerResponse): void {
  // Half an answer must not pass for a whole one.
  if (response.headersSent) response.destroy()
  else refuse(response, 500, 'Internal Server Error')
}

function report(error: unknown, onError: (error: unknown) => void = console.error): void {
  const told = async () => onError(error)
  // Dropped: a logger that is broken, now or later, must not take the server down.
  told().catch(() => {})
}

/** The mark of the simulator's errors, its way to say "reset the connection". */
const resetMark = Symbol.for('khalti-kit.simulator.reset')

/** A shop's handler whose upstream was reset has failed like any other: its error has no mark. */
function isSimulatedReset(error: unknown): boolean {
  return error instanceof TypeError && resetMark in error
}
