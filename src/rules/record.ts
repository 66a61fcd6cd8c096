import type { Paisa } from '../core/money.ts'

/** Milliseconds since 1970, by the store's clock. */
export type Instant = number

/** How a payment stands. */
export type LinkState = 'pending' | 'paid' | 'unpaid' | 'refunded' | 'hold'

/** One payment of an order: a link of Khalti's, or money that came another way. Field names are those of `Payment`. */
export interface Link {
  pidx: string
  /** `khalti`, or how the money came otherwise. */
  method: string
  orderName: string
  amount: Paisa
  fingerprint: string
  paymentUrl: string
  state: LinkState
  createdAt: Instant
  expiresAt: Instant
  /** Khalti's status as it was last believed, normalized: `initiated`, `pending`, … */
  status?: string
  /** Why it is unpaid. */
  reason?: string
  /** Why it is on hold. */
  holdReason?: string
  /** What Khalti said that put it on hold, where that can change: a status, or an amount. */
  evidence?: string
  transactionId?: string
  /** What Khalti keeps, paisa. */
  fee?: number
  /** When money arrived (Khalti said Completed), and how much. */
  received?: { at: Instant; amount?: number }
  /** The right amount arrived, or a person accepted it. */
  paid?: boolean
  /** A refund was seen or made; it stays seen. */
  refundExtent?: 'full' | 'partial'
  /** Paisa that went back in all, where that is known: never beside `refundUnknown`. */
  refundedAmount?: number
  /** A part of unknown size went back, which we did not send. */
  refundUnknown?: boolean
  duplicateOf?: string
  /** The payment that the order was handed out for was refunded instead of this one, which pays the order now. */
  keptInstead?: boolean
  supersededAt?: Instant
  fulfilledAt?: Instant
  /** `fulfil` was called for it, and may have begun to hand out. */
  begun?: boolean
  /** A person fulfils it whatever the evidence says. */
  accepted?: { by?: string; at: Instant }
  /** When the last answer was asked for, and its number within its process, for looks of one instant. */
  heard?: [at: Instant, sequence: number]
  /** When it was last looked at, successfully or not. */
  lookedAt?: Instant
  /** When its state last changed. */
  since: Instant
  /** Looks at which Khalti did not know it: how many, and since when. */
  unknown?: { looks: number; since: Instant }
  /** Evidence came that contradicts what was received. */
  contradicted?: string
  /** Another order has the same transaction id, so this order has no key for it. */
  sharesId?: boolean
  /** When we stopped watching it; the shop was told once more then. */
  givenUpAt?: Instant
}

/** A right that one process has for a while. */
export interface Lease {
  token: string
  until: Instant
}

/** The right to fulfil the order. One that has run out stays: its holder may complete until another process takes it. */
export interface Claim extends Lease {
  pidx: string
  attempt: number
}

/** Money that goes back. */
export interface RefundEntry {
  id: string
  pidx: string
  amount: Paisa
  state: 'sent' | 'done' | 'refused' | 'unclear'
  askedAt: Instant
  reason?: string
  by?: string
  message?: string
  endedAt?: Instant
}

/** The callbacks that a shop can have. */
export type CallbackName = 'refunded' | 'unpaid' | 'hold' | 'paidTwice' | 'refundUnclear'

/** News that the shop has not been told yet. */
export interface Untold {
  id: string
  what: CallbackName
  pidx: string
  refundId?: string
  /** The payment before the change. */
  previous: Link
  /** When it changed. */
  at: Instant
  /** Until then only the process that took it may tell it. */
  until: Instant
  /** How often it has failed. */
  failures: number
}

/** What can happen to an order. */
export type EventName =
  | 'link'
  | 'superseded'
  | 'paid'
  | 'unpaid'
  | 'pending'
  | 'hold'
  | 'refunded'
  | 'denied'
  | 'refund-denied'
  | 'shared-transaction'
  | 'claimed'
  | 'fulfil-failed'
  | 'fulfilled'
  | 'paid-twice'
  | 'refund-sent'
  | 'refund-done'
  | 'refund-refused'
  | 'refund-unclear'
  | 'told'
  | 'not-told'
  | 'attended'

/** One line of an order's history. */
export interface EventEntry {
  at: Instant
  what: EventName
  pidx?: string
  text?: string
  by?: string
}

/** All that is known of one order. */
export interface OrderRecord {
  /** The form of this record, for versions to come. */
  format: 1
  orderId: string
  environment: 'sandbox' | 'production'
  /** The fingerprint of the current cart. */
  fingerprint?: string
  /** Oldest first. */
  links: Link[]
  /** Who is making a link. */
  maker?: Lease
  claim?: Claim
  /** Calls of `fulfil` that failed in a row, and when the first and the last one did. */
  failures?: { count: number; since: Instant; at: Instant; text: string }
  refunds: RefundEntry[]
  untold: Untold[]
  events: EventEntry[]
  /** What a person has dealt with: keys of `attention.ts`. */
  attended: string[]
}

/** A rule's result: the new record and an answer for the caller. The same record means that nothing has changed. */
export interface Ruling<Answer> {
  record: OrderRecord
  answer: Answer
}

/** The record of a new order. */
export function newRecord(orderId: string, environment: OrderRecord['environment']): OrderRecord {
  return { format: 1, orderId, environment, links: [], refunds: [], untold: [], events: [], attended: [] }
}

/** The payment of this pidx. */
export function linkOf(record: OrderRecord, pidx: string): Link | undefined {
  return record.links.find((link) => link.pidx === pidx)
}

/** The payment that the order was handed out for. */
export function fulfilledLink(record: OrderRecord): Link | undefined {
  return record.links.find((link) => link.fulfilledAt !== undefined)
}

/** Whether a lease has not run out. */
export function isLive(lease: Lease | undefined, now: Instant): lease is Lease {
  return lease !== undefined && lease.until > now
}

/** Refunds that may move money, or may have done so. */
export function refundsUnderWay(record: OrderRecord, pidx?: string): RefundEntry[] {
  const isOpen = ({ state }: RefundEntry) => state === 'sent' || state === 'unclear'
  return record.refunds.filter((refund) => isOpen(refund) && (pidx === undefined || refund.pidx === pidx))
}

/** Our own refunds of a payment that went through, by what we know. */
export function doneRefunds({ refunds }: OrderRecord, pidx: string): RefundEntry[] {
  return refunds.filter((refund) => refund.pidx === pidx && refund.state === 'done')
}

const halfSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Makes text that every database can keep: a paid order must never be unrecordable. */
export function clean(text: string, longest = 500): string {
  return text.slice(0, longest).replaceAll('\0', '').replace(halfSurrogate, '\ufffd')
}
