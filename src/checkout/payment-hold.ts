/**
 * Throw it in `fulfil` to keep the money and hand out nothing. `on.hold` is called with `holdReason: 'shop'`. For what only
 * a person can decide: the stock is gone, the price is no longer right. `checkout.accept`, `checkout.refund` or
 * `checkout.attended` ends it.
 *
 * @example
 * ```ts
 * import { PaymentHold } from 'khalti-kit/checkout'
 *
 * throw new PaymentHold('The cart has changed since it was paid.')
 * ```
 */
export class PaymentHold extends Error {
  override readonly name = 'PaymentHold'
}

/** Whether it is a hold, whichever copy of this package made it. */
export function isPaymentHold(error: unknown): error is PaymentHold {
  return error instanceof Error && error.name === 'PaymentHold'
}
