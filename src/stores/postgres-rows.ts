import type { Payment, PaymentChange } from '../checkout/payment-store.ts'

/** A row of the payments' table. Drivers differ in how they read dates and big integers. */
export interface PaymentRow {
  pidx: string
  order_id: string
  order_name: string
  amount: unknown
  fingerprint: string
  environment: Payment['environment']
  payment_url: string
  transaction_id: string | null
  state: Payment['state']
  hold_reason: Payment['holdReason'] | null
  refund_extent: Payment['refundExtent'] | null
  duplicate_of: string | null
  created_at: unknown
  expires_at: unknown
  superseded_at: unknown
  fulfilled_at: unknown
}

/** The payment of a row; what is null in the row is left out. */
export function toPayment(row: PaymentRow): Payment {
  const payment: Payment = {
    pidx: row.pidx,
    orderId: row.order_id,
    orderName: row.order_name,
    amount: Number(row.amount) as Payment['amount'],
    fingerprint: row.fingerprint,
    environment: row.environment,
    paymentUrl: row.payment_url,
    state: row.state,
    createdAt: toDate(row.created_at),
    expiresAt: toDate(row.expires_at),
  }
  if (row.transaction_id !== null) payment.transactionId = row.transaction_id
  if (row.hold_reason !== null) payment.holdReason = row.hold_reason
  if (row.refund_extent !== null) payment.refundExtent = row.refund_extent
  if (row.duplicate_of !== null) payment.duplicateOf = row.duplicate_of
  if (row.superseded_at !== null) payment.supersededAt = toDate(row.superseded_at)
  if (row.fulfilled_at !== null) payment.fulfilledAt = toDate(row.fulfilled_at)
  return payment
}

/** A change as the values of the seven parameters that statements read it from. */
export function changeValues(change: PaymentChange): unknown[] {
  return [
    change.state ?? null,
    change.transactionId ?? null,
    change.holdReason ?? null,
    change.refundExtent ?? null,
    change.duplicateOf ?? null,
    change.dueInMs !== undefined,
    change.dueInMs ?? null,
  ]
}

/** Postgres writes `2026-07-01 05:45:00+05:45` and `…+00`, which `Date` reads in one of the two cases only. */
function toDate(value: unknown): Date {
  if (value instanceof Date) return value
  return new Date(
    String(value)
      .replace(' ', 'T')
      .replace(/([+-]\d\d)$/, '$1:00'),
  )
}
