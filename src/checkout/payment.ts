import type { Paisa } from '../core/money.ts'
import { type AttentionName, attentionOf, openReasons } from '../rules/attention.ts'
import { type EventName, type Link, linkOf, type OrderRecord, type RefundEntry } from '../rules/record.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { PaymentHoldReason } from './answers.ts'
import type { ReadOrder } from './stored-order.ts'

/** How a payment stands. `paid` means that the money has arrived, also while `fulfil` still fails. */
export type PaymentState = 'pending' | 'paid' | 'unpaid' | 'refunded' | 'hold'

/** One payment of one order: what `fulfil` and the callbacks receive. All dates are by the store's clock. */
export interface Payment {
  /** Khalti's id of the payment; of a payment made another way `<method>:<order id>:<reference>`. Unique. */
  pidx: string
  /** `khalti`, or the `method` given to {@link Checkout.markPaid}. */
  method: 'khalti' | (string & {})
  /** The shop's id of the order; an order may have several payments. */
  orderId: string
  /** What the customer reads as the order's name. */
  orderName: string
  /** Paisa. */
  amount: Paisa
  /** A digest of amount, breakdown and products, without the names that are shown: it changes when the cart changes. */
  fingerprint: string
  /** The gateway it was made at. */
  environment: KhaltiEnvironment
  /** Where the customer pays; empty for a payment made another way. */
  paymentUrl: string
  /** Khalti's id of the transaction, once it is paid: what customers read out. The reference of another way. */
  transactionId?: string | undefined
  /** How it stands. */
  state: PaymentState
  /** Why it is on hold. */
  holdReason?: PaymentHoldReason | undefined
  /** Paisa that arrived, once Khalti has said how many. Not `amount` where the customer paid another amount. */
  receivedAmount?: Paisa | undefined
  /** When its money was first seen, or recorded where it came another way. A refund does not remove it. */
  receivedAt?: Date | undefined
  /** Paisa that Khalti keeps, once it has said so. */
  fee?: Paisa | undefined
  /** How much of it went back. */
  refundExtent?: 'full' | 'partial' | undefined
  /** Paisa that went back in all. Absent where some of it went back in Khalti's dashboard: Khalti does not say how much. */
  refundedAmount?: Paisa | undefined
  /** The pidx that the order was handed out for when this one was paid too: refund this one. Absent once that one is refunded. */
  duplicateOf?: string | undefined
  /** When the link was made. */
  createdAt: Date
  /** When the link stops working. */
  expiresAt: Date
  /**
   * When another payment replaced it, such as a link for a changed cart. After that, it is fulfilled by itself only where
   * `orderOf` says that the cart is back.
   */
  supersededAt?: Date | undefined
  /** When `fulfil` succeeded. */
  fulfilledAt?: Date | undefined
}

/** Money that goes back, or went. */
export interface Refund {
  /** Yours, or made up: the same id is the same refund. */
  id: string
  /** The payment. */
  pidx: string
  /** Paisa. */
  amount: Paisa
  /** `sent`: asked for, no answer yet. `unclear`: nobody knows; see {@link Checkout.resolveRefund}. */
  state: 'sent' | 'done' | 'refused' | 'unclear'
  /** Why, in the shop's words. */
  reason?: string | undefined
  /** Who asked for it. */
  by?: string | undefined
  /** What Khalti said, or what went wrong. */
  message?: string | undefined
  /** When it was asked for. */
  askedAt: Date
  /** When it was done or refused. */
  endedAt?: Date | undefined
}

/** One line of an order's history. */
export interface OrderEvent {
  /** When it happened. */
  at: Date
  /** What happened. */
  what: EventName
  /** The payment, where it is about one. */
  pidx?: string | undefined
  /** Details, for people. */
  text?: string | undefined
  /** Who did it, where a person did. */
  by?: string | undefined
}

/** Why a person should look at an order. */
export type Attention = AttentionName

/** All that is known of an order, for order pages, support and the shop's people. */
export interface OrderView {
  /** The shop's id of the order. */
  id: string
  /** The order's name: of the payment it was handed out for, else of the newest. */
  name: string
  /** Paisa: of the payment it was handed out for, else of the newest. */
  amount: Paisa
  /** Newest first. */
  payments: Payment[]
  /** Newest first. */
  refunds: Refund[]
  /** Oldest first. The first 20 and the last 180 are kept. */
  events: OrderEvent[]
  /** Empty where no person need look. */
  attention: Attention[]
  /**
   * The facts behind `attention`, as opaque texts. Pass those that a person has seen to {@link Checkout.attended}, so that no
   * unseen fact is marked as dealt with.
   */
  reasons: string[]
  /** When the order was handed out. */
  fulfilledAt?: Date | undefined
  /** When something was last learned or done about it. */
  changedAt: Date
}

/** The payment of this pidx. @throws Error where the order has none. */
export function requireLink(record: OrderRecord, pidx: string): Link {
  const link = linkOf(record, pidx)
  if (link === undefined) throw new Error(`Order ${record.orderId} has no payment ${pidx}.`)
  return link
}

/** A payment as the record has it. */
export function paymentOf(record: OrderRecord, link: Link): Payment {
  const { supersededAt, fulfilledAt, refundedAmount, fee, received } = link
  return {
    pidx: link.pidx,
    method: link.method,
    orderId: record.orderId,
    orderName: link.orderName,
    amount: link.amount,
    fingerprint: link.fingerprint,
    environment: record.environment,
    paymentUrl: link.paymentUrl,
    state: link.state,
    ...(link.transactionId !== undefined && { transactionId: link.transactionId }),
    ...(link.holdReason !== undefined && { holdReason: link.holdReason as PaymentHoldReason }),
    ...(received?.amount !== undefined && { receivedAmount: received.amount as Paisa }),
    ...(received && { receivedAt: new Date(received.at) }),
    ...(fee !== undefined && { fee: fee as Paisa }),
    ...(link.refundExtent !== undefined && { refundExtent: link.refundExtent }),
    ...(refundedAmount !== undefined && { refundedAmount: refundedAmount as Paisa }),
    ...(link.duplicateOf !== undefined && !link.keptInstead && { duplicateOf: link.duplicateOf }),
    createdAt: new Date(link.createdAt),
    expiresAt: new Date(link.expiresAt),
    ...(supersededAt !== undefined && { supersededAt: new Date(supersededAt) }),
    ...(fulfilledAt !== undefined && { fulfilledAt: new Date(fulfilledAt) }),
  }
}

/** A refund as the record has it. */
export function refundOf({ askedAt, endedAt, ...words }: RefundEntry): Refund {
  return { ...words, askedAt: new Date(askedAt), ...(endedAt !== undefined && { endedAt: new Date(endedAt) }) }
}

/** The payments of an order, newest first. */
export function paymentsOf(record: OrderRecord): Payment[] {
  return record.links.toReversed().map((link) => paymentOf(record, link))
}

/** An order as people see it; undefined where it has no payment. */
export function viewOf({ record, changedAt }: Pick<ReadOrder, 'record' | 'changedAt'>): OrderView | undefined {
  const payments = paymentsOf(record)
  const shown = payments.find(({ fulfilledAt }) => fulfilledAt) ?? payments[0]
  if (shown === undefined) return undefined
  return {
    id: record.orderId,
    name: shown.orderName,
    amount: shown.amount,
    payments,
    refunds: record.refunds.toReversed().map(refundOf),
    events: record.events.map((event) => ({ ...event, at: new Date(event.at) })),
    attention: attentionOf(record),
    reasons: openReasons(record),
    ...(shown.fulfilledAt && { fulfilledAt: shown.fulfilledAt }),
    changedAt,
  }
}
