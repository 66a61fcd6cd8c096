import type { KhaltiClient } from '../core/client.ts'
import type { Verdict } from '../core/judge.ts'
import type { AdminPages } from './admin-pages.ts'
import type { Order } from './order.ts'
import type { Payment, Refund } from './payment.ts'
import type { PaymentStore } from './payment-store.ts'

/** A value, or a promise of it. */
export type Awaitable<Value> = Value | Promise<Value>

/** What the second argument of `fulfil` has with every store. */
export interface FulfilFacts {
  /** The same for every attempt of one order: give it to services that take idempotency keys. */
  idempotencyKey: string
  /** 1 for the first attempt, counted for the order across all processes. */
  attempt: number
  /** Aborts when the right to fulfil has run out and another process may take over. */
  signal: AbortSignal
  /** Present where a person accepted the payment, with who it was; see {@link Checkout.accept}. */
  accepted?: { by?: string | undefined } | undefined
}

/**
 * The second argument of `fulfil`. `transaction` is the store's: what `fulfil` writes through it happens exactly once. It
 * is absent where the store has no transactions.
 */
export type FulfilContext<Transaction = unknown> = FulfilFacts & TransactionOf<Transaction>

/** The transaction of a store, where it has one. Optional where the store's transaction type is unknown. */
export type TransactionOf<Transaction> = [Transaction] extends [undefined]
  ? { transaction?: never }
  : unknown extends Transaction
    ? {
        /** The store's transaction, where it has one. */
        transaction?: unknown
      }
    : {
        /** The store's transaction. */
        transaction: Transaction
      }

/** What the `on` callbacks receive. */
export interface PaymentEvent {
  /** The payment as it is now. */
  payment: Payment
  /** The payment before the change. */
  previous: Payment
  /** Khalti's verdict, where a lookup has just brought it. */
  verdict?: Verdict | undefined
  /** The refund, where the event is about one of yours. */
  refund?: Refund | undefined
}

/** A callback of `on`. */
export type PaymentCallback = (event: PaymentEvent) => Awaitable<void>

/** What else can happen to a payment. Each callback is called at least once, after the change is stored; one that throws is called again later. */
export interface PaymentCallbacks {
  /** Money went back, in part or whole; `payment.fulfilledAt` says whether goods were handed out. */
  refunded?: PaymentCallback | undefined
  /** A payment was canceled, has expired or failed. It may still be completed late, and is then fulfilled. */
  unpaid?: PaymentCallback | undefined
  /** A person must look at a payment: `payment.holdReason` says why. */
  hold?: PaymentCallback | undefined
  /** An order was paid a second time: give this payment back. */
  paidTwice?: PaymentCallback | undefined
  /** Nobody knows whether a refund went through; see {@link Checkout.resolveRefund}. */
  refundUnclear?: PaymentCallback | undefined
}

/** What `landing` receives. */
export interface LandingResult {
  /** The verdict's outcome; `error` where nothing is known of the payment or it could not be started. */
  outcome: Verdict['outcome'] | 'error'
  /** The payment, where there is one. */
  payment?: Payment | undefined
  /** What went wrong. Do not show it to customers, except the message of a CheckoutRefusal. */
  error?: unknown
}

/** Where an error happened: a route, `settle` or another operation outside of one, or `landing`. */
export type ErrorRoute =
  | 'initiate'
  | 'return'
  | 'status'
  | 'reconcile'
  | 'admin'
  | 'settle'
  | 'refund'
  | 'landing'
  | 'unknown'

/** Where an error happened, and what it is about. */
export interface ErrorPlace {
  /** What was under way. */
  route: ErrorRoute
  /** The payment, where it is known. */
  pidx?: string | undefined
  /** The order, where it is known. */
  orderId?: string | undefined
}

/** How a checkout works; see {@link createCheckout}. */
export interface CheckoutOptions<Transaction = unknown> {
  /** The way to Khalti. */
  client: KhaltiClient
  /** Where orders are kept: a store for your database, or `memoryPayments()` while you try things out. */
  payments: PaymentStore<Transaction>
  /**
   * Where these routes are, as customers reach them; it may have a path. `return_url` comes from it, never from the Host
   * header.
   */
  siteUrl: string
  /** Where the pages are, when that is elsewhere: relative landings are relative to it. Default: `siteUrl`. */
  frontendUrl?: string | undefined
  /** Further origins of yours that may post, read answers and be landed on, such as `capacitor://localhost`. */
  origins?: string[] | undefined
  /** URL schemes of your mobile apps, such as `myshop`: `landing` may end in `myshop://paid`. */
  apps?: string[] | undefined
  /** Where the routes are below `siteUrl`: a path, without the address. Default: `/api/khalti`. */
  basePath?: string | undefined
  /** Finds the order that the browser names, makes sure that it is theirs, and prices it. Throw a {@link CheckoutRefusal} to say no. */
  readOrder: (input: Record<string, unknown>, request: Request) => Awaitable<Order>
  /**
   * The order as it is now, or undefined where there is none. Asked in the claim: `fulfil` runs only if the cart is still
   * the one that was paid, else the payment is held (`changed`). Skipped on a retry without a transaction. Asked before the
   * claim too where a superseded link was paid: the cart may be that of the link again.
   */
  orderOf?: ((orderId: string, context: TransactionOf<Transaction>) => Awaitable<Order | undefined>) | undefined
  /** Hands out what was paid for. Called once per order where the store has transactions, at least once elsewhere. Throw a {@link PaymentHold} to keep the money and hand out nothing. */
  fulfil: (payment: Payment, context: FulfilContext<Transaction>) => Awaitable<void>
  /** What else can happen to a payment. */
  on?: PaymentCallbacks | undefined
  /** Where the customer ends: a path or an address on `frontendUrl`, `siteUrl`, `origins` or `apps`. */
  landing(result: LandingResult): Awaitable<string | URL>
  /** Receives the errors that customers never see. It may be async and may throw. Default: a redacted `console.error`. */
  onError?: ((error: unknown, place: ErrorPlace) => unknown) | undefined
  /** The secret that opens the reconcile route: 16 characters or more. Default: the route is a 404. */
  cronSecret?: string | undefined
  /** Pages for the shop's people at `admin`, from `adminPages` of `khalti-kit/admin`. Default: the route is a 404. */
  admin?: AdminPages | undefined
}
