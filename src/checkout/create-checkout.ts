import type { RequestOptions } from '../core/request-options.ts'
import type { PaymentLink } from './answers.ts'
import type { CheckoutOptions } from './checkout-options.ts'
import { initiate } from './initiate.ts'
import { markPaid, type OtherMethod } from './mark-paid.ts'
import type { Order } from './order.ts'
import type { OrderView, Payment, Refund } from './payment.ts'
import type { AttendedOptions, ByWhom, OrdersPage, OrdersQuery } from './people.ts'
import * as people from './people.ts'
import { type ReconcileOptions, type ReconcileResult, reconcile } from './reconcile.ts'
import { type RefundOptions, refund, resolveRefund } from './refund.ts'
import { createHandler } from './routes/handle.ts'
import { type Settlement, settle } from './settle.ts'
import { openShop, type Shop } from './shop.ts'
import { readEntries } from './site.ts'
import { isBuildingPages, tellAtStart } from './tell-at-start.ts'

/** What a checkout can do beside answering requests. */
export interface CheckoutOperations {
  /**
   * The link to pay an order with: the one that it has, else a new one, whose pidx, order and amount are stored before
   * it is given out. Only for orders that your own code has priced.
   *
   * @throws CheckoutRefusal where the order is paid or being paid (409), KhaltiInputError, KhaltiError.
   */
  initiate(order: Order, options?: Pick<RequestOptions, 'signal'>): Promise<PaymentLink>
  /**
   * Finds out how a payment stands and does what follows: the one way to a fulfilled order. Safe to call at any time,
   * any number of times. It always asks Khalti.
   *
   * @throws KhaltiError where the lookup failed: nothing has changed then. Error where `fulfil` outlasted its claim.
   */
  settle(pidx: string): Promise<Settlement>
  /** Settles the orders whose time has come. Khalti has no webhooks: call it every minute or so. */
  reconcile(options?: ReconcileOptions): Promise<ReconcileResult>
  /**
   * The order was paid without Khalti: cash on delivery, eSewa, a bank slip. It gets the same claim and the same `fulfil`,
   * once. Its links at Khalti are looked at first, and no customer gets them any more.
   *
   * @throws CheckoutRefusal: 409 `already-paid` or `in-progress`. KhaltiInputError. KhaltiError where a look failed.
   */
  markPaid(order: Order, how: OtherMethod): Promise<Settlement>
  /**
   * Gives a payment back, all that is left of it or `amount` in paisa. The intent is stored first and sent once: the same
   * `id` is the same refund. Where the answer was lost it is `unclear`, and blocks further refunds until a lookup or
   * {@link Checkout.resolveRefund} has made it clear. Of a payment made another way it records that money went back by hand.
   *
   * @throws CheckoutRefusal: 404 `not-found`; 409 `not-paid`, `refunded`, `refund-in-progress`, `in-progress`. KhaltiInputError.
   * @see https://docs.khalti.com/api/refund/
   */
  refund(pidx: string, options?: RefundOptions): Promise<Refund>
  /** A person has looked into Khalti's dashboard: an unclear refund went through, or it did not. */
  resolveRefund(pidx: string, id: string, how: 'done' | 'not-done', options?: ByWhom): Promise<Refund>
  /** An order by its id, or by the pidx or transaction id of a payment: what customers read out. */
  order(key: string): Promise<OrderView | undefined>
  /**
   * Orders, the newest change first. An order that changes while you go from page to page moves to the front, so the pages
   * after may not have it: where none may be missed, read from the front again at the end, down to the first `changedAt` that
   * you saw.
   */
  orders(query?: OrdersQuery): Promise<OrdersPage>
  /**
   * A person has a held payment fulfilled all the same, through the claim. Only where its money has arrived.
   *
   * @throws CheckoutRefusal: 404 `not-found`; 409 `not-paid`, `already-paid`, `refunded`, `refund-in-progress`, `in-progress`.
   */
  accept(pidx: string, options?: ByWhom): Promise<Settlement>
  /**
   * A person has dealt with what wanted attention: all of it, or the `reasons` of the view that they have seen. A held order
   * can be paid anew; a new fact wants attention again.
   *
   * @throws CheckoutRefusal: 404 `not-found`. KhaltiInputError.
   */
  attended(orderId: string, options?: AttendedOptions): Promise<OrderView>
  /** The payments of an order, newest first. */
  find(orderId: string): Promise<Payment[]>
}

/** Everything between an order and its goods, and after the sale. All of it works detached. */
export interface Checkout extends CheckoutOperations {
  /** Answers `POST initiate`, `GET return`, `GET status`, `GET|POST reconcile` and the pages of `admin` below `basePath`. */
  handler(request: Request): Promise<Response>
}

/**
 * A checkout on Khalti that loses no paid order and fulfils no unpaid one. What comes from the environment (a key, a store, an
 * address) may be missing while a site is built: it is told on the console when the server starts, and throws a
 * KhaltiConfigError at the first call.
 *
 * @example
 * ```ts
 * import { KhaltiClient, rupees } from 'khalti-kit'
 * import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
 *
 * export const checkout = createCheckout({
 *   client: new KhaltiClient(),
 *   payments: memoryPayments(),
 *   siteUrl: 'http://localhost:3000',
 *   readOrder: async ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(850) }),
 *   fulfil: async (payment) => console.log('hand out', payment.orderId),
 *   landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?${outcome}`,
 * })
 * ```
 *
 * @throws KhaltiConfigError where `basePath` or an entry of `origins` or `apps` cannot be one: a server with it does not start.
 */
export function createCheckout<Transaction = unknown>(options: CheckoutOptions<Transaction>): Checkout {
  // The parts pass a transaction from the store to `fulfil` and never look into it.
  const shop = openShop(options) as unknown as Shop
  if (!isBuildingPages()) readEntries(options)
  tellAtStart(shop)
  const operations: CheckoutOperations = {
    initiate: async (order, initiateOptions) => initiate(shop, order, initiateOptions),
    settle: async (pidx) => settle(shop, pidx),
    reconcile: async (reconcileOptions) => reconcile(shop, reconcileOptions),
    markPaid: async (order, how) => markPaid(shop, order, how),
    refund: async (pidx, refundOptions) => refund(shop, pidx, refundOptions),
    // biome-ignore lint/complexity/useMaxParams: what is settled, how, and by whom
    resolveRefund: async (pidx, id, how, options) => resolveRefund(shop, pidx, { id, how, options }),
    order: async (key) => people.orderBy(shop, key),
    orders: async (query) => people.orders(shop, query),
    accept: async (pidx, by) => people.accept(shop, pidx, by),
    attended: async (orderId, by) => people.attended(shop, orderId, by),
    find: async (orderId) => people.paymentsOfOrder(shop, orderId),
  }
  return { ...operations, handler: createHandler(shop, operations) }
}
