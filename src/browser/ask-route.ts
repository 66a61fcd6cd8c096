import type { RouteErrorBody } from '../checkout/answers.ts'
import { KhaltiPaymentError } from './khalti-payment-error.ts'

/** Where the checkout's routes are, and how they are asked. */
export interface RouteOptions {
  /**
   * Where the checkout's routes are mounted, without a slash at the end. Default: `/api/khalti`. Where there is no page, as
   * in React Native, it is a whole address: `https://shop.example/api/khalti`.
   */
  endpoint?: string | undefined
  /** Headers of yours, such as `Authorization`; a function is asked before every request. Where it fails, nothing is sent: the error is `internal`. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>) | undefined
  /** Whether cookies go along to an `endpoint` on another origin. Default: `same-origin`. */
  credentials?: 'omit' | 'same-origin' | 'include' | undefined
}

/** A question to one route: with a `body` a POST, else a GET. */
export interface RouteQuestion<Answer> {
  /** Below the endpoint, such as `/initiate`. */
  path: string
  /** JSON. */
  body?: string | undefined
  /** Whether a body is what the route answers. May throw a {@link KhaltiPaymentError}. */
  accept: (body: Partial<Answer>) => unknown
}

/** Where the routes are when nobody says otherwise. */
export const defaultEndpoint = '/api/khalti'

/**
 * Asks a route of the checkout.
 *
 * @throws {@link KhaltiPaymentError}
 */
export async function askRoute<Answer>(
  { path, body, accept }: RouteQuestion<Answer>,
  { endpoint = defaultEndpoint, headers, credentials }: RouteOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const url = endpoint + path
  const own = typeof headers === 'function' ? await attempt(headers, 'internal', 'headers failed') : headers
  const ask = async () => {
    // Without headers a GET to another origin needs no preflight.
    const sent = body ? { 'content-type': 'application/json', ...own } : own
    const init = { method: body && 'POST', body, headers: sent, cache: 'no-store', credentials, signal }
    const response = await fetch(url, init as RequestInit)
    const json = await response.json().catch((error) => {
      // What was cut off on its way is no answer, also in WebKit, which says nothing of it. Other types are another's.
      if (response.headers.get('content-type')?.includes('json')) throw error
    })
    return [response, json] as const
  }
  const [{ ok, status }, json] = await attempt(ask, 'network', `No answer from ${url} (offline?)`)
  const answer: Partial<Answer & RouteErrorBody> = Object(json)
  if (ok && accept(answer)) return answer as Answer
  const { error, code, fields, hint } = answer
  if (error && code) throw new KhaltiPaymentError(code, error, { status, fields, hint })
  throw new KhaltiPaymentError(
    'no-route',
    `No Khalti route at ${url} (${status}): mount the checkout there or set endpoint`,
    { status },
  )
}

/** Does `act`; where that throws, the error says so, and why. */
export async function attempt<Result>(
  act: () => Result | Promise<Result>,
  code: 'internal' | 'network' | 'open',
  failure: string,
): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    throw new KhaltiPaymentError(code, `${failure}: ${cause}`, { cause })
  }
}
