import * as z from 'zod/mini'
import { absent, anyNumber, ignorable, type KhaltiSchema, matching, statedMatch, wholeNumber } from './fields.ts'
import { plausibleId } from './ids.ts'
import type { PaymentStatus } from './status.ts'

/** `POST /api/v2/epayment/lookup/`: the state of a payment. Expired and User canceled arrive with HTTP 400. */
export const lookupPath = '/api/v2/epayment/lookup/'

/** What a lookup asks. */
export interface PaymentLookupRequest {
  /** The payment's id, from initiate. */
  pidx: string
}

/**
 * The state of a payment, as Khalti answers. It does not echo the order: what was bought is known from your own record
 * of the pidx.
 *
 * @see https://docs.khalti.com/khalti-epayment/#payment-verification-lookup
 */
export interface PaymentLookupResponse {
  /** The payment's id. */
  pidx: string
  /** Paisa. May be 0 after a bank redirect that was abandoned. */
  total_amount?: number | undefined
  /** One of Khalti's statuses, or one that nobody has seen yet. */
  status: PaymentStatus | (string & {})
  /** The id a refund needs; null or empty until the payment is completed. */
  transaction_id: string | null
  /** Paisa that Khalti keeps; 0 in every recording. */
  fee?: number | undefined
  /** Whether the money went back. Missing in some answers. */
  refunded?: boolean | undefined
  /** Present in answers with HTTP 400, also in good ones. */
  error_key?: string | undefined
  /** The order's id. No answer of this endpoint has it today; `judge` compares it where one does. */
  purchase_order_id?: string | undefined
}

const flag = z.union([
  z.boolean(),
  z.pipe(
    matching(/^(true|false)$/i),
    z.transform((text): boolean => text.toLowerCase() === 'true'),
  ),
  absent,
])

/** Shape of {@link PaymentLookupRequest}. */
export const paymentLookupRequestSchema: KhaltiSchema<PaymentLookupRequest, PaymentLookupRequest> = z.object(
  {
    pidx: statedMatch(plausibleId, 'Pass the pidx that initiate gave: letters, digits, _ and -, at most 64.'),
  },
  'Pass an object such as { pidx }.',
)

/** Shape of {@link PaymentLookupResponse}: numbers sent as strings are read, a fee that cannot be read is left out. */
export const paymentLookupResponseSchema: KhaltiSchema<PaymentLookupResponse> = z.looseObject({
  pidx: z.string(),
  total_amount: z.optional(z.union([wholeNumber, absent])),
  status: matching(/\S/),
  transaction_id: z.pipe(
    z.optional(z.union([z.string(), z.null()])),
    z.transform((id) => id ?? null),
  ),
  fee: ignorable(anyNumber),
  refunded: z.optional(flag),
  error_key: ignorable(z.string()),
})
