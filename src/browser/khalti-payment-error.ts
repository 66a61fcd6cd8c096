import type { RouteErrorBody, RouteErrorCode } from '../checkout/answers.ts'

/**
 * The `code` of the route's answer, or what was found here: `network` (no answer), `no-route` (an answer, but not of a
 * route of the checkout), `payment-url` (not Khalti's page), `open` (Khalti's page could not be opened), and `internal`
 * without a `status` (the app's own `headers` failed).
 */
export type KhaltiPaymentErrorCode = RouteErrorCode | 'network' | 'no-route' | 'payment-url' | 'open'

/** What a {@link KhaltiPaymentError} says beside its message. */
export interface PaymentErrorFacts extends Partial<Pick<RouteErrorBody, 'fields' | 'hint'>> {
  status?: number | undefined
  cause?: unknown
}

/**
 * Why a payment could not be started or checked. The `message` says what failed and what to do. Errors of the routes speak
 * to customers; those that were found here speak to developers, and the components show customers other words.
 */
export class KhaltiPaymentError extends Error {
  override readonly name = 'KhaltiPaymentError'
  declare readonly code: KhaltiPaymentErrorCode
  /** The name of its entry in the documentation: `errors.md#checkout-network` is the heading "checkout: network" of `docs/errors.md`. */
  declare readonly docs: string
  /** The HTTP status, where there was an answer. */
  declare readonly status?: number | undefined
  /** What is wrong with each field, by dotted path such as `customer.phone`. */
  declare readonly fields?: RouteErrorBody['fields']
  /** What the shop's developer should know; sent in development only. */
  declare readonly hint?: string | undefined

  constructor(code: KhaltiPaymentErrorCode, message: string, facts?: PaymentErrorFacts) {
    super(message, facts)
    Object.assign(this, facts, { code, docs: `errors.md#checkout-${code}` })
  }
}

/** Whether the same question may be answered the next time: nothing answered, or a server that fails or is busy. */
export function isPassing(error: PaymentErrorFacts | null): boolean {
  const status = error?.status ?? 500
  return status === 429 || status >= 500
}
