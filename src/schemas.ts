export { type Bank, type BankListResponse, bankListResponseSchema, bankSchema } from './wire/banks.ts'
export { type ErrorResponse, errorResponseSchema } from './wire/error-body.ts'
export type { KhaltiParsed, KhaltiSchema } from './wire/fields.ts'
export {
  type AmountBreakdownRow,
  amountBreakdownRowSchema,
  type CustomerInfo,
  customerInfoSchema,
  type PaymentInitiateResponse,
  type PaymentRequest,
  type ProductDetail,
  paymentInitiateResponseSchema,
  paymentRequestSchema,
  productDetailSchema,
} from './wire/initiate.ts'
export {
  type PaymentLookupRequest,
  type PaymentLookupResponse,
  paymentLookupRequestSchema,
  paymentLookupResponseSchema,
} from './wire/lookup.ts'
export { type RefundRequest, type RefundResponse, refundRequestSchema, refundResponseSchema } from './wire/refund.ts'
