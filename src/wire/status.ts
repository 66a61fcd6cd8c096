/**
 * The payment statuses Khalti documents, in its own spelling; `Canceled` and `Failed` left the docs in March 2024 but are
 * still named in a note there. Compare with {@link normalizeStatus}: one page of the docs writes both "Partially Refunded"
 * and "Partially refunded".
 *
 * @see https://docs.khalti.com/khalti-epayment/#payment-status-code
 */
export const paymentStatuses = [
  'Completed',
  'Pending',
  'Initiated',
  'Refunded',
  'Partially Refunded',
  'Expired',
  'User canceled',
  'Canceled',
  'Failed',
] as const

/** A status Khalti documents, in its own spelling; `Canceled` and `Failed` left its docs in March 2024. */
export type PaymentStatus = (typeof paymentStatuses)[number]

/** A status without its case and stray space, for comparing. */
export type NormalizedStatus = Lowercase<PaymentStatus>

/** The status as it is compared: lower case, no space around it, single spaces within. */
export function normalizeStatus(status: string): NormalizedStatus | (string & {}) {
  return status.trim().replace(/\s+/g, ' ').toLowerCase()
}
