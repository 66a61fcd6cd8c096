import type { RouteErrorBody } from '../checkout/answers.ts'
import { KhaltiPaymentError } from './khalti-payment-error.ts'

/** Where the checkout's routes are, and how they are asked. */
export interface RouteOptions {
  /**
   * Where the checkout's routes are mounted, without a slash at the end. Default: `/api/khalti`. Where there is no page, as
   * in React Native, it is a whole address: `https://shop.example/api/khalti`.
   */
  endpoint?: string | undefined
  /** Headers of yours, such as `Authorization`; a function is asked before every request. */
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
  accept: (body: Partial<Answer>) => boolean
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
  let response: Response
  try {
    const own = typeof headers === 'function' ? await headers() : headers
    response = await fetch(url, {
      method: body && 'POST',
      body,
      // Without headers a GET to another origin needs no preflight.
      headers: body ? { 'content-type': 'application/json', ...own } : own,
      cache: 'no-store',
      credentials,
      signal,
    } as RequestInit)
  } catch (cause) {
    throw new KhaltiPaymentError('network', `No answer from ${url} (${cause}). Are you offline?`, { cause })
  }
  const answer: Partial<Answer & RouteErrorBody> = Object(await response.json().catch(() => null))
  const { status } = response
  if (response.ok && accept(answer)) return answer as Answer
  const { error, code, fields, hint } = answer
  if (error && code) throw new KhaltiPaymentError(code, error, { status, fields, hint })
  throw new KhaltiPaymentError(
    'no-route',
    `No Khalti route at ${url} (${status}): add app/api/khalti/[...khalti]/route.ts or set endpoint`,
    { status },
  )
}
