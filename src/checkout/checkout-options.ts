import type { KhaltiClient } from '../core/client.ts'
import type { Verdict } from '../core/judge.ts'
import type { Order } from './order.ts'
import type { Payment, PaymentStore } from './payment-store.ts'

/** What `fulfil` is told beside the payment. */
export interface FulfilContext<Transaction = unknown> {
  /** The same for every attempt of one order: give it to whatever you call that knows idempotency keys. */
  idempotencyKey: string
  /** 1 for the first attempt. Counted by the store where it counts, else by this process. */
  attempt: number
  /** Aborts when the right to fulfil has run out and another process may take over. */
  signal: AbortSignal
  /** The store's transaction. What `fulfil` writes through it happens exactly once. Absent where the store has none. */
  transaction?: Transaction | undefined
}

/** What became of a payment, told to one of the `on` callbacks. */
export interface PaymentEvent {
  /** Our record of it, as it was before this change. */
  payment: Payment
  /** What Khalti says. */
  verdict: Verdict
}

/** What `landing` decides by. */
export interface LandingResult {
  /** The verdict's outcome; `error` where nothing is known of the payment or it could not be started. */
  outcome: Verdict['outcome'] | 'error'
  /** Our record of the payment, where there is one. */
  payment?: Payment | undefined
  /** What went wrong, where something did; it is not for customers' eyes. */
  error?: unknown
}

/** Where an error happened. */
export interface ErrorPlace {
  /** The route, or `settle` outside of one. */
  route: 'initiate' | 'return' | 'status' | 'reconcile' | 'settle' | 'landing'
  pidx?: string | undefined
  orderId?: string | undefined
}

/** Something that a callback may do at once or later. */
type Maybe<Value> = Value | Promise<Value>

/** How a checkout works; see {@link createCheckout}. */
export interface CheckoutOptions<Transaction = unknown> {
  /** The way to Khalti. */
  client: KhaltiClient
  /** Where payments are kept. Default: memory, in development only, and not on Workers or the edge. */
  payments?: PaymentStore<Transaction> | undefined
  /** The shop's public address. `return_url` and `website_url` come from it, never from the Host header. */
  siteUrl: string
  /** Further origins of yours that may post, read answers and be landed on, such as a React app on another port. */
  origins?: string[] | undefined
  /** Where the routes are. Default: `/api/khalti`. */
  basePath?: string | undefined
  /** Finds the order that the browser names, makes sure that it is theirs, and prices it. Throw a {@link CheckoutRefusal} to say no. */
  readOrder(input: Record<string, unknown>, request: Request): Maybe<Order>
  /** Hands out what was paid for. Called once an order where the store has transactions, at least once elsewhere. */
  fulfil(payment: Payment, context: FulfilContext<Transaction>): Maybe<void>
  /** What else can become of a payment. Each is told at least once a change; one that throws is told again later. */
  on?:
    | {
        /** Money went back, in part or whole; `payment.fulfilledAt` says whether goods were handed out. */
        refunded?: ((event: PaymentEvent) => Maybe<void>) | undefined
        /** A payment was canceled, has expired or failed. It may still be completed late, and is then fulfilled. */
        unpaid?: ((event: PaymentEvent) => Maybe<void>) | undefined
        /** A person must look at a payment. */
        hold?: ((event: PaymentEvent) => Maybe<void>) | undefined
        /** An order was paid a second time: give this payment back. */
        paidTwice?: ((event: PaymentEvent) => Maybe<void>) | undefined
      }
    | undefined
  /** Where the customer ends: a path or an address on `siteUrl` or `origins`. */
  landing(result: LandingResult): Maybe<string | URL>
  /** What customers never see. Default: a redacted `console.error`. */
  onError?: ((error: unknown, place: ErrorPlace) => void) | undefined
  /** Opens the reconcile route to who knows it: 16 characters or more. Default: the route is a 404. */
  cronSecret?: string | undefined
  /** A clock, for tests. Default: the real time. */
  now?: (() => Date) | undefined
}
