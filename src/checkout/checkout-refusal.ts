import { show } from '../core/show.ts'
import type { RouteErrorCode } from './answers.ts'

/** The code of a refusal in a route's answer. */
export type RefusalCode = Exclude<RouteErrorCode, 'input' | 'internal' | 'gateway' | 'timeout'>

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
   * @param status - The HTTP status, from 400 to 599; a RangeError for any other.
   * @param message - What the customer reads. Where it is empty: 'The shop has refused this payment.'
   * @param code - For the library's own refusals.
   */
  constructor(status: number, message: string, code: RefusalCode = 'refused') {
    super(message || 'The shop has refused this payment.')
    if (!(Number.isInteger(status) && status >= 400 && status <= 599)) {
      throw new RangeError(`The status of a CheckoutRefusal is ${show(status)}. It is from 400 to 599.`)
    }
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
export const noSuchPayment = () => new CheckoutRefusal(404, 'There is no such payment.', 'not-found')
export const busy = () => new CheckoutRefusal(409, 'This order is being paid already. Please try again.', 'busy')

const sentences = {
  'already-paid': 'This order is already paid.',
  refunded: 'This payment was given back.',
  'partly-refunded': 'A part of this payment was given back.',
  'in-progress': 'A payment of this order is being processed. Please wait a moment.',
  held: 'The shop is checking a payment of this order. Please do not pay again.',
  'not-paid': 'No money has arrived for this payment.',
  'refund-in-progress': 'A refund of this order is under way already.',
  'no-transaction':
    "Khalti has named no transaction for this payment, so no refund can be sent. Give the money back in Khalti's dashboard.",
} as const

/** Reasons that share another's code: scripts need not tell them apart. */
const codes: Partial<Record<keyof typeof sentences, RefusalCode>> = {
  'no-transaction': 'not-paid',
  'partly-refunded': 'refunded',
  held: 'in-progress',
}

/** The refusal that a rule asks for. */
export function refusalFor(reason: keyof typeof sentences): CheckoutRefusal {
  const code = codes[reason] ?? (reason as RefusalCode)
  return new CheckoutRefusal(409, sentences[reason], code)
}
