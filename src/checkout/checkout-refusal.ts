/** What a refusal is called in a route's answer. */
export type RefusalCode =
  | 'refused'
  | 'body'
  | 'origin'
  | 'unauthorized'
  | 'not-found'
  | 'method'
  | 'busy'
  | 'in-progress'
  | 'already-paid'
  | 'too-large'
  | 'content-type'

/**
 * Says no to a customer in your own words, from `readOrder`: the route answers with the status and the sentence, and
 * nothing goes to Khalti.
 *
 * @example
 * ```ts
 * import { CheckoutRefusal } from 'khalti-kit/checkout'
 *
 * throw new CheckoutRefusal(410, 'This shawl was sold while you looked at it.')
 * ```
 */
export class CheckoutRefusal extends Error {
  override readonly name = 'CheckoutRefusal'
  /** The HTTP status of the answer. */
  readonly status: number
  /** What kind of refusal it is; yours are `refused`. */
  readonly code: RefusalCode
  /** The name of its entry in the documentation: `errors.md#checkout-busy` is the heading "checkout: busy" of `docs/errors.md`. */
  readonly docs: `errors.md#checkout-${RefusalCode}`

  /**
   * @param status - The HTTP status, from 400 to 499.
   * @param message - What the customer reads.
   * @param code - Left to the library's own refusals.
   */
  constructor(status: number, message: string, code: RefusalCode = 'refused') {
    super(message)
    this.status = status
    this.code = code
    this.docs = `errors.md#checkout-${code}`
  }
}

/** Whether it is a refusal, whichever copy of this package made it. */
export function isRefusal(error: unknown): error is CheckoutRefusal {
  return error instanceof Error && error.name === 'CheckoutRefusal'
}

export const nothingHere = () => new CheckoutRefusal(404, 'There is nothing here.', 'not-found')
export const alreadyPaid = () => new CheckoutRefusal(409, 'This order is already paid.', 'already-paid')
export const inProgress = () =>
  new CheckoutRefusal(409, 'A payment of this order is being processed. Please wait a moment.', 'in-progress')
export const busy = () => new CheckoutRefusal(409, 'This order is being paid already. Please try again.', 'busy')
