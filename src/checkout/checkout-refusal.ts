const brand = Symbol.for('khalti-kit.refusal')

/** Why a payment is not begun: the shop's own reason, or what is known of the order's payments. */
export type RefusalCode = 'refused' | 'busy' | 'in-progress' | 'already-paid'

/**
 * Says no to a customer, in words that the customer reads. Throw it in `readOrder`; `checkout.initiate` throws it with
 * the code `already-paid`, `in-progress` or `busy` where the order must not get another link now.
 *
 * @example
 * ```ts
 * import { CheckoutRefusal } from 'khalti-kit/checkout'
 *
 * throw new CheckoutRefusal(404, 'There is no such order.')
 * ```
 */
export class CheckoutRefusal extends Error {
  override readonly name = 'CheckoutRefusal'
  /** The HTTP status of the answer, 400 to 599. */
  readonly status: number
  /** What scripts tell refusals apart by. */
  readonly code: RefusalCode

  constructor(status: number, message: string, code: RefusalCode = 'refused') {
    super(message)
    this.status = status
    this.code = code
  }

  /** Marks the refusals of every copy of this package, where `instanceof` does not. */
  get [brand](): true {
    return true
  }
}

/** Whether a caught value is a refusal, whichever copy of this package made it. */
export function isRefusal(value: unknown): value is CheckoutRefusal {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true
}
