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
  transactionId?: string
  /** What Khalti keeps, paisa. */
  fee?: number
  /** Completed was seen, and for how much: money arrived. Only a refund takes it away. */
  received?: { at: Instant; amount?: number }
  /** The right amount arrived, or a person said that it will do. */
  paid?: boolean
  /** A refund was seen or made; it stays seen. */
  refundExtent?: 'full' | 'partial'
  /** Paisa that went back, where that is known. */
  refundedAmount?: number
  /** Some of it went back that we did not send, and nobody says how much. */
  refundUnknown?: boolean
  duplicateOf?: string
  supersededAt?: Instant
  fulfilledAt?: Instant
  /** A person fulfils it whatever the evidence says. */
  accepted?: { by?: string; at: Instant }
  /** When the evidence was asked for that is believed, and its number within its process, for looks of one instant. */
  heard?: [at: Instant, order: number]
  /** When it was last looked at, successfully or not. */
  lookedAt?: Instant
  /** When its state last changed. */
  since: Instant
  /** Looks at which Khalti did not know it: how many, and since when. */
  unknown?: { looks: number; since: Instant }
  /** Evidence came that contradicts what was received. */
  contradicted?: string
  /** Watched for long enough: the shop was told once more. */
  givenUpAt?: Instant
}

/** A right that one process has for a while. */
export interface Lease {
  token: string
  until: Instant
}

/** The right to fulfil the order. It stands until another takes it, so that the last token may still complete. */
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

/** What the shop has still to be told. */
export interface Untold {
  id: string
  what: CallbackName
  pidx: string
  refundId?: string
  /** The payment before the change. */
  previous: Link
  /** Who tells it until then; nobody else does. */
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
  /** Of the cart that the newest link was given out for. */
  fingerprint?: string
  /** Oldest first. */
  links: Link[]
  /** Who is making a link. */
  maker?: Lease
  claim?: Claim
  /** Calls of `fulfil` that failed since the last that did not, and when the last one failed. */
  failures?: { count: number; at: Instant; text: string }
  refunds: RefundEntry[]
  untold: Untold[]
  events: EventEntry[]
  /** What a person has dealt with: keys of `attention.ts`. */
  attended: string[]
}
