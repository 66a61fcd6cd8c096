import type { RequestOptions } from '../core/request-options.ts'
import type { ExpectedPayment, Verdict } from '../core/verdict.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import type { PaymentInitiateResponse, PaymentRequest } from '../wire/initiate.ts'
import type { Order } from './order.ts'
import type { Payment, PaymentStore } from './payment-store.ts'

/** What a checkout needs of a `KhaltiClient`. */
export interface CheckoutClient {
  readonly environment: KhaltiEnvironment
  readonly timeoutMs: number
  initiate(request: PaymentRequest, options?: RequestOptions): Promise<PaymentInitiateResponse>
  verify(expected: ExpectedPayment, options?: RequestOptions): Promise<Verdict>
}

/** What `fulfil` gets beside the payment. */
export interface FulfilContext<Transaction = unknown> {
  /** The same text for every try of this order, for services of yours that take such a key. */
  idempotencyKey: string
  /** 1 for the first try. */
  attempt: number
  /** Aborts when the claim's lease (5 minutes) is over: another process may fulfil from then on. */
  signal: AbortSignal
  /**
   * The store's open transaction, where it has transactions. Write through it and nothing else while `fulfil` runs: these
   * writes and the payment's completion become true together, exactly once.
   */
  transaction?: Transaction | undefined
}

/** What a hook is told. */
export interface CheckoutEvent {
  /** The payment as it is after the change. `fulfilledAt` says whether the goods had been handed out. */
  payment: Payment
  /** What Khalti says. */
  verdict: Verdict
}

/** A hook; told at least once for each change, and again when it throws. */
export type CheckoutHook = (event: CheckoutEvent) => void | Promise<void>

/** What the shop is told of, beside what it fulfils. */
export interface CheckoutHooks {
  /** Money went back. With `payment.fulfilledAt` the goods were handed out before, without it they never will be. */
  refunded?: CheckoutHook | undefined
  /** Canceled, expired or failed. A payment may still be completed after that, and is fulfilled then. */
  unpaid?: CheckoutHook | undefined
  /** A person has to look: see `payment.holdReason`. Told once more when reconcile ends its watch after 14 days. */
  hold?: CheckoutHook | undefined
  /** The order had been bought already, by `payment.duplicateOf`: give this money back. */
  paidTwice?: CheckoutHook | undefined
}

/** What is known when a customer comes back. */
export interface Arrival {
  /** A verdict's outcome; `error` where there is no payment to tell of. */
  outcome: Verdict['outcome'] | 'error'
  payment?: Payment | undefined
  /** What went wrong; for your eyes, not the customer's. */
  error?: unknown
}

/** Where an error came up. */
export interface ErrorFacts {
  route: CheckoutRoute
  pidx?: string | undefined
  orderId?: string | undefined
}

/** The routes of a checkout; `settle` where you called it yourself. */
export type CheckoutRoute = 'initiate' | 'return' | 'status' | 'reconcile' | 'settle'

/** What a checkout is made of. All of it is read at the first call, never at construction. */
export interface CheckoutOptions<Transaction = unknown> {
  /** The way to Khalti: a `KhaltiClient`. */
  client: CheckoutClient
  /** Where payments are kept. Without it they are in memory, in development only. */
  payments?: PaymentStore<Transaction> | undefined
  /** The shop's own address. `return_url` and `website_url` come from it, never from a request's Host header. */
  siteUrl: string
  /** Further origins of yours, allowed for POST, CORS and landing: React on another port, `https://app.shop.example`. */
  origins?: readonly string[] | undefined
  /** Where the routes are mounted. Default: `/api/khalti`. */
  basePath?: string | undefined
  /**
   * Finds the order that the browser names, checks that it is this customer's, and prices it. Throw a
   * `CheckoutRefusal` to say no.
   *
   * @param input - The posted JSON object or form. Written by anyone: read an id from it, never a price.
   * @param request - For cookies and headers; its body has been read.
   */
  readOrder(input: Record<string, unknown>, request: Request): Order | Promise<Order>
  /**
   * Hands out the goods. Runs once for an order, however many links of it were paid. When it throws, it is tried again
   * by the next settle.
   */
  fulfil(payment: Payment, context: FulfilContext<Transaction>): unknown
  /** What else the shop is told of. */
  on?: CheckoutHooks | undefined
  /**
   * Where the customer ends: a path or an address on `siteUrl` or `origins`. Add `?pidx=` yourself where that page polls.
   * One that throws or leads elsewhere ends at `siteUrl`.
   */
  landing(arrival: Arrival): string | URL | Promise<string | URL>
  /** What customers never see. Default: `console.error`, without keys and mobile numbers. */
  onError?: ((error: unknown, facts: ErrorFacts) => void) | undefined
  /** Opens the reconcile route to whoever knows it: 16 characters or more. Without it that route is a 404. */
  cronSecret?: string | undefined
  /** A clock for tests. Default: the time of day. */
  now?: (() => Date) | undefined
}
