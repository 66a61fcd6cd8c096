export type {
  Arrival,
  CheckoutClient,
  CheckoutEvent,
  CheckoutHook,
  CheckoutHooks,
  CheckoutOptions,
  CheckoutRoute,
  ErrorFacts,
  FulfilContext,
} from './checkout/checkout-options.ts'
export { CheckoutRefusal, type RefusalCode } from './checkout/checkout-refusal.ts'
export { type Checkout, createCheckout } from './checkout/create-checkout.ts'
export type { PaymentLink } from './checkout/initiate.ts'
export { memoryPayments } from './checkout/memory-payments.ts'
export type { Order, OrderCustomer } from './checkout/order.ts'
export type {
  Claim,
  NewPayment,
  Payment,
  PaymentChange,
  PaymentState,
  PaymentStore,
  Reservation,
} from './checkout/payment-store.ts'
export type { ReconcileOptions, ReconcileReport } from './checkout/reconcile.ts'
export type { ProblemCode } from './checkout/routes/problem.ts'
export type { PaymentStatusAnswer } from './checkout/routes/status-route.ts'
export type { Settlement } from './checkout/settlement.ts'
