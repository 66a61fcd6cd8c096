'use client'

export type { UseKhaltiOptions } from './react/create-checkout.ts'
export type { KhaltiFormTexts } from './react/form-texts.ts'
export {
  type KhaltiCustomerField,
  KhaltiPaymentForm,
  type KhaltiPaymentFormProps,
} from './react/khalti-payment-form.tsx'
export { KhaltiPaymentStatus, type KhaltiPaymentStatusProps } from './react/khalti-payment-status.tsx'
export type { KhaltiPhase } from './react/khalti-store.ts'
export type { KhaltiPaymentError } from './react/payment-error.ts'
export type { PaymentOutcome, PaymentStatus } from './react/payment-status.ts'
export type { KhaltiStatusCase, KhaltiStatusText, KhaltiStatusTexts } from './react/status-texts.ts'
export { type UseKhaltiResult, useKhalti } from './react/use-khalti.ts'
export {
  type KhaltiPaymentPhase,
  type UseKhaltiPaymentOptions,
  type UseKhaltiPaymentResult,
  useKhaltiPayment,
} from './react/use-khalti-payment.ts'
