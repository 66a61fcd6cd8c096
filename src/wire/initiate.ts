import * as z from 'zod/mini'
import { ignorable, type KhaltiSchema, matching, statedNumber, statedText, wholeNumber } from './fields.ts'
import { plausibleId } from './ids.ts'

/** `POST /api/v2/epayment/initiate/`: makes a payment link. Answers 200, never 201. */
export const initiatePath = '/api/v2/epayment/initiate/'

/** Who pays, prefilled on Khalti's page. Khalti refuses empty strings and a missing name; the client leaves blank optional fields out. */
export interface CustomerInfo {
  /** The payer's name; required when `customer_info` is sent at all. */
  name: string
  /** The payer's e-mail address. */
  email?: string | undefined
  /** The payer's phone number. */
  phone?: string | undefined
  /** Other fields are passed on. */
  [field: string]: unknown
}

/** One row of the price. The rows must add up to the payment's amount. */
export interface AmountBreakdownRow {
  /** What the customer reads, such as "VAT". */
  label: string
  /** Paisa; a discount row may be negative. */
  amount: number
}

/** One product of the order. */
export interface ProductDetail {
  /** The shop's id of the product. */
  identity: string | number
  /** The product's name. */
  name: string
  /** Paisa, for all pieces. */
  total_price: number
  /** Pieces. */
  quantity: number
  /** Paisa, for one piece. */
  unit_price: number
  /** Other fields are passed on. */
  [field: string]: unknown
}

/**
 * What {@link KhaltiClient.initiate} sends, in Khalti's own names.
 *
 * @see https://docs.khalti.com/khalti-epayment/#initiating-a-payment-request
 */
export interface PaymentRequest {
  /** Where Khalti sends the customer afterwards: absolute http(s), at most 255 characters, best without a query of its own. */
  return_url: string
  /** The shop's address: absolute http(s), at most 255 characters. */
  website_url: string
  /** Paisa, a whole number, at least 1000 (Rs 10); 10000 (Rs 100) when `modes` names a bank mode. */
  amount: number
  /** The shop's id of the order. Khalti does not insist that it is unique. */
  purchase_order_id: string
  /** What the customer reads as the order's name. */
  purchase_order_name: string
  /** Who pays. */
  customer_info?: CustomerInfo | undefined
  /** How the amount is made up. The rows must add up to `amount`. */
  amount_breakdown?: AmountBreakdownRow[] | undefined
  /** What is bought. */
  product_details?: ProductDetail[] | undefined
  /** Which ways to pay are offered, such as `['KHALTI']`, `['EBANKING']`, `['MOBILE_BANKING']`. Default: all. */
  modes?: string[] | undefined
  /** The `idx` of a bank from {@link KhaltiClient.banks}, with a bank mode in `modes`. */
  bank?: string | undefined
  /** Life of the link as Khalti's bank sample sends it (`1000`); its unit is undocumented, presumably seconds. */
  ttl?: number | undefined
  /** Passed back in the redirect's query. */
  [merchantField: `merchant_${string}`]: unknown
}

/**
 * A payment link, as Khalti answers.
 *
 * @see https://docs.khalti.com/khalti-epayment/#success-response
 */
export interface PaymentInitiateResponse {
  /** The payment's id: store it beside the order and the amount before the customer leaves. */
  pidx: string
  /** Where to send the customer. Opaque: never build it from the pidx. */
  payment_url: string
  /** When the link stops working, ISO 8601 with `+05:45`. Absent in answers of 2022. */
  expires_at?: string | undefined
  /** Seconds until then: 1800 in recordings of the sandbox, 3600 documented for production. */
  expires_in?: number | undefined
}

const optionalText = z.optional(statedText)
const rows = 'Pass a list of objects.'

/** Shape of {@link CustomerInfo}. */
export const customerInfoSchema: KhaltiSchema<CustomerInfo, CustomerInfo> = z.looseObject(
  { name: statedText, email: optionalText, phone: optionalText },
  'Pass an object such as { name }, or leave it out.',
)

/** Shape of {@link AmountBreakdownRow}; amounts as numeric strings are read as numbers. */
export const amountBreakdownRowSchema: KhaltiSchema<AmountBreakdownRow> = z.looseObject(
  { label: statedText, amount: statedNumber },
  'Pass an object such as { label, amount }.',
)

/** Shape of {@link ProductDetail}. */
export const productDetailSchema: KhaltiSchema<ProductDetail> = z.looseObject(
  {
    identity: z.union([z.string(), z.number()], 'Pass text or a number.'),
    name: statedText,
    total_price: statedNumber,
    quantity: statedNumber,
    unit_price: statedNumber,
  },
  'Pass an object such as { identity, name, total_price, quantity, unit_price }.',
)

/** Shape of {@link PaymentRequest}. The rules (minimum, sums, addresses) are the client's, and are checked by `initiate`. */
export const paymentRequestSchema: KhaltiSchema<PaymentRequest> = z.looseObject(
  {
    return_url: statedText,
    website_url: statedText,
    amount: statedNumber,
    purchase_order_id: statedText,
    purchase_order_name: statedText,
    customer_info: z.optional(customerInfoSchema),
    amount_breakdown: z.optional(z.array(amountBreakdownRowSchema, rows)),
    product_details: z.optional(z.array(productDetailSchema, rows)),
    modes: z.optional(z.array(statedText, "Pass a list such as ['EBANKING'].")),
    bank: optionalText,
    ttl: z.optional(statedNumber),
  },
  'Pass an object such as { amount, return_url }.',
)

/** Shape of {@link PaymentInitiateResponse}; an expiry that cannot be read is left out, since the link works all the same. */
export const paymentInitiateResponseSchema: KhaltiSchema<PaymentInitiateResponse> = z.looseObject({
  pidx: matching(plausibleId),
  payment_url: matching(/^https?:\/\/[^\s/]+/i),
  expires_at: ignorable(matching(/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/)),
  expires_in: ignorable(wholeNumber),
})
