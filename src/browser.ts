export {
  createKhalti,
  type Khalti,
  type KhaltiActions,
  type KhaltiOptions,
  type KhaltiState,
} from './browser/create-khalti.ts'
export {
  createKhaltiPayment,
  type KhaltiPayment,
  type KhaltiPaymentOptions,
  type KhaltiPaymentPhase,
  type KhaltiPaymentState,
} from './browser/create-khalti-payment.ts'
export type { KhaltiPaymentError, KhaltiPaymentErrorCode } from './browser/khalti-payment-error.ts'
export type { KhaltiPhase, PaymentOutcome } from './browser/payment-state.ts'
export type { PaymentLink, PaymentStatusAnswer } from './checkout/answers.ts'
