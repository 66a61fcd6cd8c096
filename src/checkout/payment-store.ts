import type { HoldReason } from '../core/judge.ts'
import type { Paisa } from '../core/money.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'

/** Where a payment stands. `paid` means that Khalti has the money, also while `fulfil` still fails. */
export type PaymentState = 'open' | 'paid' | 'unpaid' | 'refunded' | 'hold'

/** One payment link of one order: what the store keeps and `fulfil` receives. */
export interface Payment {
  /** Khalti's id of the payment; unique. */
  pidx: string
  /** The shop's id of the order; an order may have several payments. */
  orderId: string
  /** What the customer reads as the order's name. */
  orderName: string
  /** Paisa. */
  amount: Paisa
  /** A digest of amount, name, breakdown and products: changes when the cart changes. */
  fingerprint: string
  /** The gateway it was made at. */
  environment: KhaltiEnvironment
  /** Where the customer pays. */
  paymentUrl: string
  /** Khalti's id of the transaction, once it is paid: what a refund needs. */
  transactionId?: string | undefined
  /** Where it stands. */
  state: PaymentState
  /** Why it is on hold, or was. */
  holdReason?: HoldReason | 'superseded' | undefined
  /** How much was refunded. */
  refundExtent?: 'full' | 'partial' | undefined
  /** The pidx that had bought the order already when this one was paid too: give this money back. */
  duplicateOf?: string | undefined
  /** By the store's clock, like every date here. */
  createdAt: Date
  /** When the link stops working. */
  expiresAt: Date
  /** When a link for a changed cart took its place; it is never fulfilled after that. */
  supersededAt?: Date | undefined
  /** When `fulfil` had succeeded. */
  fulfilledAt?: Date | undefined
}

/** A payment as it is created: the store adds the dates by its own clock. */
export interface NewPayment
  extends Pick<Payment, 'pidx' | 'orderId' | 'orderName' | 'amount' | 'fingerprint' | 'environment' | 'paymentUrl'> {
  /** Milliseconds until the link stops working. */
  expiresInMs: number
}

/** What changes about a payment; what is left out stays. */
export interface PaymentChange
  extends Partial<Pick<Payment, 'state' | 'transactionId' | 'holdReason' | 'refundExtent' | 'duplicateOf'>> {
  /** Milliseconds until reconcile looks at it next; null: never again. */
  dueInMs?: number | null | undefined
}

/** What {@link PaymentStore.reserve} found. */
export type Reservation = { token: string } | { live: Payment } | { paid: Payment } | 'busy'

/**
 * What {@link PaymentStore.claim} found. `attempt` is how often this payment has been claimed, this time included; a store
 * that does not count leaves it out, and each process counts for itself.
 */
export type Claim = { token: string; attempt?: number | undefined } | 'busy' | { duplicateOf: string } | 'done'

/**
 * Where a checkout keeps its payments. Every method is one atomic step, whatever other processes do at the same time.
 * Durations go in, never dates: the store owns the clock, so that skewed clocks of servers cannot end a lease early.
 *
 * Prove a store of your own with `describePaymentStore` from `khalti-kit/testing`.
 */
export interface PaymentStore<Transaction = unknown> {
  /** The payment of this pidx. */
  find(pidx: string): Promise<Payment | undefined>
  /** The payments of this order, newest first. */
  findByOrder(orderId: string): Promise<Payment[]>
  /**
   * Before Khalti is asked for a link. In this order: `{ paid }` where a payment of the order is paid, fulfilled or
   * under an unexpired claim (and not refunded); `'busy'` where another holds an unexpired reservation of the order;
   * `{ live }` where the newest payment of the same fingerprint is open, not superseded and has at least a minute left;
   * else the reservation is taken for `leaseMs` and its token given.
   */
  reserve(orderId: string, fingerprint: string, leaseMs: number): Promise<Reservation>
  /**
   * Stores a new payment, due at once, and ends the reservation. In the same write every other payment of the order with
   * another fingerprint that is not fulfilled is superseded. Throws, and stores nothing, where the pidx exists or the
   * token is no longer the order's reservation (its lease ran out and another took it, or a payment was claimed).
   */
  create(payment: NewPayment, token: string): Promise<void>
  /** Ends the reservation, where the token still holds it. */
  unreserve(orderId: string, token: string): Promise<void>
  /**
   * The right to fulfil, for `leaseMs`. It is the order's: `'done'` where this payment is fulfilled, `{ duplicateOf }`
   * where another of the order is; `'busy'` where any payment of the order is under an unexpired claim, or this one is
   * superseded, or there is no such payment. A claim ends the order's reservation.
   */
  claim(pidx: string, leaseMs: number): Promise<Claim>
  /**
   * Marks a claimed payment as fulfilled, with `change`, and ends the claim: true. False, and nothing changes, where the
   * token no longer holds the claim. With `transaction`, as a part of it.
   */
  complete(pidx: string, token: string, change: PaymentChange, transaction?: Transaction): Promise<boolean>
  /** Ends the claim without fulfilment, where the token still holds it; the payment is due at once. */
  release(pidx: string, token: string): Promise<void>
  /** Changes a payment without fulfilling it. */
  record(pidx: string, change: PaymentChange): Promise<void>
  /**
   * Hands out up to `limit` payments whose time has come, oldest first, and postpones them by `leaseMs` in the same
   * statement, so that no two callers get the same one and a row that fails cannot starve the rest. A payment whose
   * claim ran out is due at once.
   */
  due(limit: number, leaseMs: number): Promise<Payment[]>
  /**
   * Runs `run` in one transaction of the database, which `complete` can join. Absent where the driver has none; `fulfil`
   * is then at least once instead of exactly once.
   */
  transaction?<Result>(run: (transaction: Transaction) => Promise<Result>): Promise<Result>
}
