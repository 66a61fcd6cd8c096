'use client'

export type { KhaltiPaymentPhase } from './browser/create-khalti-payment.ts'
export type { KhaltiPaymentError, KhaltiPaymentErrorCode } from './browser/khalti-payment-error.ts'
export type { KhaltiPhase, PaymentOutcome } from './browser/payment-state.ts'
export type { PaymentLink, PaymentStatusAnswer } from './checkout/answers.ts'
export type { KhaltiCustomerField } from './react/form-faults.ts'
export type { KhaltiErrorTexts, KhaltiFormTexts, KhaltiOutcomeTexts } from './react/form-texts.ts'
export type { KhaltiLocale, KhaltiLocaleTag } from './react/khalti-locale.ts'
export {
  type KhaltiFormClassNames,
  type KhaltiFormSlots,
  KhaltiPaymentForm,
  type KhaltiPaymentFormProps,
} from './react/khalti-payment-form.tsx'
export {
  KhaltiPaymentStatus,
  type KhaltiPaymentStatusProps,
  type KhaltiStatusClassNames,
  type KhaltiStatusSlots,
} from './react/khalti-payment-status.tsx'
export type { PaymentReceiptProps } from './react/payment-receipt.tsx'
export type { StatusIconProps } from './react/status-icon.tsx'
export type { KhaltiReceiptTexts, KhaltiStatusCase, KhaltiStatusText, KhaltiStatusTexts } from './react/status-texts.ts'
export { type UseKhaltiOptions, type UseKhaltiResult, useKhalti } from './react/use-khalti.ts'
export {
  type UseKhaltiPaymentOptions,
  type UseKhaltiPaymentResult,
  useKhaltiPayment,
} from './react/use-khalti-payment.ts'
