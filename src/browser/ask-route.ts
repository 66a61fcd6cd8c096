import type { RouteErrorBody } from '../checkout/answers.ts'
import { KhaltiPaymentError } from './khalti-payment-error.ts'

/** Where the checkout's routes are, and how they are asked. */
export interface RouteOptions {
  /**
   * Where the checkout's routes are mounted, without a slash at the end. Default: `/api/khalti`. Where there is no page, as
   * in React Native, it is a whole address: `https://shop.example/api/khalti`.
   */
  endpoint?: string | undefined
  /** Headers of yours, such as `Authorization`; a function is asked before every request. Where it fails, nothing is sent: the error is `internal`, and `network` where it does not settle within 30 s. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>) | undefined
  /** Whether cookies go along to an `endpoint` on another origin. Default: `same-origin`. */
  credentials?: RequestCredentials | undefined
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
  // Where the abort comes before the headers, the fetch below fails at once.
  const own =
    typeof headers === 'function'
      ? await attempt(
          () =>
            Promise.race([
              headers(),
              new Promise<undefined>((resolve) => {
                signal.onabort = () => resolve(undefined)
              }),
            ]),
          'internal',
          'headers failed',
        )
      : headers
  let response!: Response
  const ask = async () => {
    response = await fetch(url, {
      method: body && 'POST',
      body,
      // Without headers a GET to another origin needs no preflight.
      headers: body ? { 'content-type': 'application/json', ...own } : own,
      cache: 'no-store',
      credentials,
      signal,
    } as RequestInit)
    return response.json().catch((error) => {
      // What is no JSON is another's answer; what was cut off on its way is none.
      if (error.name !== 'SyntaxError') throw error
    })
  }
  const answer: Partial<Answer & RouteErrorBody> = Object(
    await attempt(ask, 'network', `No answer from ${url} (offline?)`),
  )
  if (response.ok && accept(answer)) return answer as Answer
  const { status } = response
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
