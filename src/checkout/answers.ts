import type { FieldErrors } from '../core/errors.ts'
import type { Verdict } from '../core/judge.ts'

/** What a route's error is called, for scripts. `docs/errors.md` has an entry for each. */
export const routeErrorCodes = [
  'refused',
  'body',
  'input',
  'origin',
  'unauthorized',
  'not-found',
  'method',
  'busy',
  'in-progress',
  'already-paid',
  'refunded',
  'not-paid',
  'refund-in-progress',
  'too-large',
  'content-type',
  'internal',
  'gateway',
  'timeout',
] as const

/** What a route's error is called, for scripts. */
export type RouteErrorCode = (typeof routeErrorCodes)[number]

/** What `POST initiate` answers: where to pay, and until when. */
export interface PaymentLink {
  /** The payment's id. */
  pidx: string
  /** Khalti's page for it. */
  payment_url: string
  /** When the link stops working, ISO 8601. */
  expires_at: string
  /** Seconds until then. */
  expires_in: number
}

/** Why a payment is held, by the evidence or by the shop. */
export const paymentHoldReasons = [
  'unknown-status',
  'wrong-amount',
  'wrong-payment',
  'wrong-order',
  'no-transaction',
  'unknown-payment',
  'superseded',
  'changed',
  'shop',
] as const

/**
 * Why a payment is held. By Khalti's evidence: the reasons of a verdict, and `unknown-payment`, a pidx that Khalti does
 * not know any more. By the shop: `superseded` (paid by a link whose place another payment had taken: the cart had changed, or
 * the order was paid another way), `changed` (the order is not the one that was paid any more), `shop` (`fulfil` threw a
 * `PaymentHold`).
 */
export type PaymentHoldReason = (typeof paymentHoldReasons)[number]

/** Why a payment is unpaid or held; `partial` where only a part of the money went back. */
export type PaymentStatusReason = 'canceled' | 'expired' | 'failed' | 'partial' | PaymentHoldReason

/** What `GET status` answers: what a page may know of a payment, and nothing about the payer. */
export interface PaymentStatusAnswer {
  /** How the payment stands. Only `paid` means that the money has arrived. */
  outcome: Verdict['outcome']
  /** Why, where it is unpaid or held; `partial` where it is refunded in part. */
  reason?: PaymentStatusReason | undefined
  pidx: string
  orderId: string
  orderName: string
  /** Paisa. */
  amount: number
  /** Khalti's id of the transaction, once it is paid: what customers read out to support. */
  transactionId?: string | undefined
}

/** What a route answers where it failed: nothing that only the shop should know. */
export interface RouteErrorBody {
  /** A sentence for the customer. */
  error: string
  /** What kind of error it is, for scripts. */
  code: RouteErrorCode
  /** What is wrong with each field of the order, such as `customer.phone`. */
  fields?: FieldErrors | undefined
  /** For the shop's developer, in development only: what failed, why, and what to do. Never sent under `NODE_ENV=production`. */
  hint?: string | undefined
}
