import * as z from 'zod/mini'
import { wholeNumber } from './numbers.ts'

/** `GET /api/v5/bank/?payment_type=…&page=N`: the banks a customer can pay from. Takes no key. */
export const banksPath = '/api/v5/bank/'

/** The two lists of banks: for `modes: ['EBANKING']` and for `modes: ['MOBILE_BANKING']`. */
export const bankPaymentTypes = ['ebanking', 'mobilecheckout'] as const

/** Which list of banks; see {@link bankPaymentTypes}. */
export type BankPaymentType = (typeof bankPaymentTypes)[number]

/**
 * A bank a customer can pay from.
 *
 * @see https://docs.khalti.com/checkout/diy-banking/
 */
export interface Bank {
  /** What initiate takes as `bank`. */
  idx: string
  /** The bank's full name. */
  name: string
  /** Such as "ADBL". */
  short_name?: string | null | undefined
  /** Address of its logo. */
  logo?: string | null | undefined
  /** Such as "ADBLNPKA". */
  swift_code?: string | null | undefined
  /** Whether it takes `modes: ['EBANKING']`. */
  has_ebanking?: boolean | null | undefined
  /** Whether it takes `modes: ['MOBILE_BANKING']`. */
  has_mobile_checkout?: boolean | null | undefined
  /** Fields that Khalti adds are kept. */
  [field: string]: unknown
}

/** One page of the list of banks. */
export interface BankListResponse {
  /** How many pages there are. */
  total_pages?: number | undefined
  /** Which one this is, from 1. */
  current_page?: number | undefined
  /** Address of the next page; the client counts pages and never follows it. */
  next?: string | null | undefined
  /** The banks. */
  records: Bank[]
  /** Fields that Khalti adds are kept. */
  [field: string]: unknown
}

/** Shape of {@link Bank}. */
export const bankSchema = z.looseObject({
  idx: z.string(),
  name: z.string(),
  short_name: z.catch(z.nullish(z.string()), undefined),
  logo: z.catch(z.nullish(z.string()), undefined),
  swift_code: z.catch(z.nullish(z.string()), undefined),
  has_ebanking: z.catch(z.nullish(z.boolean()), undefined),
  has_mobile_checkout: z.catch(z.nullish(z.boolean()), undefined),
}) satisfies z.ZodMiniType<Bank>

/** Shape of {@link BankListResponse}. */
export const bankListResponseSchema = z.looseObject({
  total_pages: z.catch(z.optional(wholeNumber), undefined),
  current_page: z.catch(z.optional(wholeNumber), undefined),
  next: z.catch(z.nullish(z.string()), undefined),
  records: z.array(bankSchema),
}) satisfies z.ZodMiniType<BankListResponse>
