/** What the status route says of a payment. Only `pending` can still change by itself. */
export type PaymentOutcome = 'paid' | 'pending' | 'unpaid' | 'refunded' | 'hold'

/** The status route's answer: the shop's own record, judged against Khalti's lookup. */
export interface PaymentStatus {
  outcome: PaymentOutcome
  /** Why it is unpaid (`canceled`, `expired`, `failed`) or on hold (such as `wrong-amount`). */
  reason?: string | undefined
  pidx: string
  /** The shop's id of the order. */
  orderId: string
  /** What the customer reads as the order's name. */
  orderName: string
  /** Paisa. */
  amount: number
  /** Khalti's transaction, once paid. */
  transactionId?: string | undefined
}
