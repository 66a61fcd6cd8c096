import * as z from 'zod/mini'
import { ignorable, type KhaltiSchema, statedNumber, statedText } from './fields.ts'

/**
 * `POST /api/merchant-transaction/{transaction_id}/refund/`: gives money back. It lies outside `/api/v2`, takes the
 * lookup's `transaction_id` and not the pidx, and nothing says that it is idempotent.
 */
export const refundPath = (transactionId: string) => `/api/merchant-transaction/${transactionId}/refund/`

/**
 * How much goes back, and where to.
 *
 * @see https://docs.khalti.com/api/refund/
 */
export interface RefundRequest {
  /** Paisa, for a part of the payment; leave it out to refund all of it. */
  amount?: number | undefined
  /** The Khalti account that gets the refund of a bank payment. */
  mobile?: string | undefined
}

/** Khalti's answer to a refund: a sentence, and neither an id nor an amount. Look the payment up to see the new state. */
export interface RefundResponse {
  /** Such as "Transaction refund successful." */
  detail?: string | undefined
}

/** Shape of {@link RefundRequest}. A name that is none of its own is refused: `{ amout: 500 }` must not give all of it back. */
export const refundRequestSchema: KhaltiSchema<RefundRequest> = z.strictObject(
  { amount: z.optional(statedNumber), mobile: z.optional(statedText) },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `${issue.keys.join(', ')} is none of amount, mobile.` : 'Pass an object.',
  },
)

/** An error says so by messages, by a field's name, or by a status, whatever its HTTP status is. */
const isError = (body: Record<string, unknown>) =>
  Object.entries(body).some(([name, value]) => saysError.test(`${name}:${JSON.stringify(value)}`))
const saysError = /^[^:]*:\["|^\w*error\w*:(?!null|false|""|\[])|^(status\w*|success):"?([45]|.*(fail|false|error))/i

/** Shape of {@link RefundResponse}. An error's body is none. */
export const refundResponseSchema: KhaltiSchema<RefundResponse> = z.pipe(
  z.looseObject({}).check(z.refine((body) => !isError(body))),
  z.looseObject({ detail: ignorable(z.string()) }),
)
