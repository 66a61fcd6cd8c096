import { type HttpHandler, http } from 'msw'
import type { Simulator } from './simulator/simulator.ts'
import { baseUrls } from './wire/endpoints.ts'

/** Khalti's own hosts: both gateways, the older name of the sandbox's, and both payment pages. */
const khaltiOrigins = [
  ...Object.values(baseUrls),
  'https://a.khalti.com',
  'https://test-pay.khalti.com',
  'https://pay.khalti.com',
]

/**
 * Request handlers for msw 2 that let a simulator answer for Khalti, and for the simulator's own `origin`; other hosts
 * are left alone.
 *
 * msw does not see the requests of undici, which the client uses on Node: under msw give the client
 * `fetch: (...a) => globalThis.fetch(...a)`.
 *
 * @example
 * ```ts
 * import { khaltiHandlers } from 'khalti-kit/msw'
 * import { createSimulator } from 'khalti-kit/testing'
 * import { setupServer } from 'msw/node'
 *
 * const simulator = createSimulator()
 * const server = setupServer(...khaltiHandlers(simulator))
 * server.listen()
 * ```
 */
export function khaltiHandlers(simulator: Simulator): HttpHandler[] {
  const origins = new Set([...khaltiOrigins, simulator.origin])
  return [...origins].map((origin) => http.all(`${origin}/*`, ({ request }) => answer(simulator, request)))
}

async function answer(simulator: Simulator, request: Request): Promise<Response> {
  try {
    return await simulator.fetch(request)
  } catch (error) {
    // msw turns what a handler throws into HTTP 500; this is how it breaks a connection. An aborted caller is gone already.
    if (isReset(error) || request.signal.aborted) return Response.error()
    throw error
  }
}

function isReset(error: unknown): boolean {
  return error instanceof TypeError && (error.cause as { code?: unknown } | undefined)?.code === 'ECONNRESET'
}
