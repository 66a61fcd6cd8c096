export type { AdminDesk, AdminPages } from './checkout/admin-pages.ts'
export type {
  PaymentHoldReason,
  PaymentLink,
  PaymentStatusAnswer,
  PaymentStatusReason,
  RouteErrorBody,
  RouteErrorCode,
} from './checkout/answers.ts'
export type {
  Awaitable,
  CheckoutOptions,
  ErrorPlace,
  ErrorRoute,
  FulfilContext,
  FulfilFacts,
  LandingResult,
  PaymentCallback,
  PaymentCallbacks,
  PaymentEvent,
  TransactionOf,
} from './checkout/checkout-options.ts'
export { CheckoutRefusal, type RefusalCode } from './checkout/checkout-refusal.ts'
export { type Checkout, type CheckoutOperations, createCheckout } from './checkout/create-checkout.ts'
export type { OtherMethod } from './checkout/mark-paid.ts'
export { memoryPayments } from './checkout/memory-payments.ts'
export type { Order, OrderProduct } from './checkout/order.ts'
export type { Attention, OrderEvent, OrderView, Payment, PaymentState, Refund } from './checkout/payment.ts'
export { PaymentHold } from './checkout/payment-hold.ts'
export type { JsonObject, JsonValue, ListQuery, PaymentStore, StoredOrder } from './checkout/payment-store.ts'
export type { AttendedOptions, ByWhom, OrdersPage, OrdersQuery } from './checkout/people.ts'
export type { ReconcileOptions, ReconcileResult } from './checkout/reconcile.ts'
export type { RefundOptions } from './checkout/refund.ts'
export type { Settlement } from './checkout/settle.ts'
