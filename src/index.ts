export { type CallbackClaim, parseCallback } from './core/callback.ts'
export { KhaltiClient, type KhaltiClientOptions } from './core/client.ts'
export {
  type AnyKhaltiError,
  type FieldErrors,
  isKhaltiError,
  KhaltiApiError,
  type KhaltiApiErrorKind,
  KhaltiConfigError,
  KhaltiConnectionError,
  type KhaltiConnectionErrorReason,
  KhaltiError,
  type KhaltiErrorCode,
  KhaltiInputError,
  KhaltiResponseError,
} from './core/errors.ts'
export type {
  KhaltiHooks,
  KhaltiOperation,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
  WarningEvent,
} from './core/hooks.ts'
export { type ExpectedPayment, type HoldReason, judge, type UnpaidReason, type Verdict } from './core/judge.ts'
export { formatRupees, type Paisa, paisa, rupees } from './core/money.ts'
export type { RequestOptions } from './core/request-options.ts'
export type { SecretKeySource } from './core/secret-key.ts'
export type { WaitOptions } from './core/wait-for-payment.ts'
export type { Bank, BankPaymentType } from './wire/banks.ts'
export { baseUrls, type KhaltiEnvironment } from './wire/endpoints.ts'
export type {
  AmountBreakdownRow,
  CustomerInfo,
  PaymentInitiateResponse,
  PaymentRequest,
  ProductDetail,
} from './wire/initiate.ts'
export type { PaymentLookupResponse } from './wire/lookup.ts'
export type { RefundRequest, RefundResponse } from './wire/refund.ts'
export { sandboxWallets } from './wire/sandbox-wallets.ts'
export type { PaymentStatus } from './wire/status.ts'
