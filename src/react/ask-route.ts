import { type KhaltiPaymentError, paymentError } from './payment-error.ts'

/** Where the checkout's routes are, and how they are asked. */
export interface RouteOptions {
  /** Where the checkout's routes are mounted, without a slash at the end. Default: `/api/khalti`. */
  endpoint?: string | undefined
  /** Whether cookies go along to an `endpoint` on another origin. Default: `same-origin`. */
  credentials?: RequestCredentials | undefined
}

/** A question to one route: with a `body` a POST, else a GET. */
export interface RouteQuestion extends RouteOptions {
  /** Below the endpoint, such as `/initiate`. */
  path: string
  /** JSON. */
  body?: string
  signal: AbortSignal
}

/**
 * Asks a route of the checkout; `isAnswer` tells whether a body is what the route answers.
 *
 * @throws {@link KhaltiPaymentError}
 */
export async function askRoute<Answer>(question: RouteQuestion, isAnswer: (body: Answer) => unknown): Promise<Answer> {
  const { endpoint = '/api/khalti', path, body } = question
  const url = endpoint + path
  // React Native has a window, but no document. A server renders no error: the console has to say it.
  if (typeof document === 'undefined') {
    const error = paymentError('no-browser', `${url} needs a browser`)
    console.error(error)
    throw error
  }
  const post = body && { method: 'POST', headers: { 'content-type': 'application/json' } }
  const response = await fetch(url, { cache: 'no-store', ...question, ...post } as RequestInit).catch(() => {
    throw paymentError('network', 'No answer. Are you offline?')
  })
  const answer = (await response.json().catch(() => null)) ?? {}
  if (response.ok && isAnswer(answer)) return answer
  throw refusal(url, response.status, answer)
}

type ErrorBody = Partial<KhaltiPaymentError> & { error?: string }

function refusal(url: string, status: number, { error, code, fields }: ErrorBody): KhaltiPaymentError {
  if (error && code) return paymentError(code, error, { status, fields })
  const remedy = status === 404 ? ': add app/api/khalti/[...khalti]/route.ts or set endpoint' : ''
  return paymentError('no-route', `No Khalti route at ${url} (${status})${remedy}`, { status })
}
