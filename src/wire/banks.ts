import * as z from 'zod/mini'
import { ignorable, type KhaltiSchema, wholeNumber } from './fields.ts'

/** `GET /api/v5/bank/?payment_type=…&page=N`: the banks a customer can pay from. Takes no key. */
export const banksPath = '/api/v5/bank/'

/** The two lists of banks: for `modes: ['EBANKING']` and for `modes: ['MOBILE_BANKING']`. */
export const bankPaymentTypes = ['ebanking', 'mobilecheckout'] as const

/** Which list of banks: for `modes: ['EBANKING']` or for `modes: ['MOBILE_BANKING']`. */
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
}

/** Shape of {@link Bank}. */
export const bankSchema: KhaltiSchema<Bank> = z.looseObject({
  idx: z.string(),
  name: z.string(),
  short_name: ignorable(z.union([z.string(), z.null()])),
  logo: ignorable(z.union([z.string(), z.null()])),
  swift_code: ignorable(z.union([z.string(), z.null()])),
  has_ebanking: ignorable(z.union([z.boolean(), z.null()])),
  has_mobile_checkout: ignorable(z.union([z.boolean(), z.null()])),
})

/** Shape of {@link BankListResponse}. */
export const bankListResponseSchema: KhaltiSchema<BankListResponse> = z.looseObject({
  total_pages: ignorable(wholeNumber),
  current_page: ignorable(wholeNumber),
  next: ignorable(z.union([z.string(), z.null()])),
  records: z.array(bankSchema),
})
