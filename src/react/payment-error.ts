/** Why a payment could not be started or checked. The `message` says what failed and what to do. */
export interface KhaltiPaymentError extends Error {
  /**
   * The `code` of the route's answer, or what was found here: `network` (no answer), `no-route` (an answer, but not a
   * route of the checkout), `payment-url` (not Khalti's page), `no-browser`.
   */
  code: string
  /** The name of its entry in the documentation: `errors.md#checkout-network` is the heading "checkout: network" of `docs/errors.md`. */
  docs: string
  /** The HTTP status, where there was an answer. */
  status?: number | undefined
  /** What is wrong with each field, by dotted path such as `customer.phone`. */
  fields?: Record<string, string[]> | undefined
}

/** Makes a {@link KhaltiPaymentError}: an error with fields, since a class would weigh more and compare worse. */
export function paymentError(code: string, message: string, details?: Partial<KhaltiPaymentError>): KhaltiPaymentError {
  return Object.assign(new Error(message), details, { code, docs: `errors.md#checkout-${code}` })
}
