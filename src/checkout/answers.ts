import type { FieldErrors } from '../core/errors.ts'
import type { Verdict } from '../core/judge.ts'

/** The codes of a route's errors, for scripts. `docs/errors.md` has an entry for each. */
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

/** The code of a route's error, for scripts. */
export type RouteErrorCode = (typeof routeErrorCodes)[number]

/** The answer of `POST initiate`: where to pay, and until when. */
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
 * Why a payment is held. By Khalti's evidence: the reasons of a verdict, and `unknown-payment`, a pidx that Khalti no
 * longer knows. By the shop: `superseded` (paid through a link that another payment had replaced: the cart had changed, or
 * the order was paid another way), `changed` (the order is no longer the one that was paid), `shop` (`fulfil` threw a
 * `PaymentHold`).
 */
export type PaymentHoldReason = (typeof paymentHoldReasons)[number]

/** Why a payment is unpaid or held; `partial` where only a part of the money went back. */
export type PaymentStatusReason = 'canceled' | 'expired' | 'failed' | 'partial' | PaymentHoldReason

/** The answer of `GET status`: what a page may know of a payment, and nothing about the payer. */
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

/** The answer of a route that failed. It has nothing that only the shop should know. */
export interface RouteErrorBody {
  /** A sentence for the customer. */
  error: string
  /** The kind of error, for scripts. */
  code: RouteErrorCode
  /** What is wrong with each field of the order, such as `customer.phone`. */
  fields?: FieldErrors | undefined
  /** For the shop's developer, in development only: what failed, why, and what to do. Never sent under `NODE_ENV=production`. */
  hint?: string | undefined
}
