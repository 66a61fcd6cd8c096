import type { RequestOptions } from '../core/request-options.ts'
import type { PaymentLink } from './answers.ts'
import type { CheckoutOptions } from './checkout-options.ts'
import { initiate } from './initiate.ts'
import { markPaid, type OtherMethod } from './mark-paid.ts'
import type { Order } from './order.ts'
import { refundByKey, settleByKey } from './other-key.ts'
import type { OrderView, Payment, Refund } from './payment.ts'
import type { AttendedOptions, ByWhom, OrdersPage, OrdersQuery } from './people.ts'
import * as people from './people.ts'
import { type ReconcileOptions, type ReconcileResult, reconcile } from './reconcile.ts'
import { type RefundOptions, resolveRefund } from './refund.ts'
import { createHandler } from './routes/handle.ts'
import type { Settlement } from './settle.ts'
import { openShop } from './shop.ts'
import { readEntries } from './site.ts'
import { isBuildingPages, tellAtStart } from './tell-at-start.ts'

/** What a checkout can do, apart from answering requests. */
export interface CheckoutOperations {
  /**
   * The link to pay an order with: its live one, else a new one, whose pidx, order and amount are stored before it is
   * given out. Only for orders that your own code has priced.
   *
   * @throws CheckoutRefusal where the order is paid or being paid (409). KhaltiInputError. KhaltiError. KhaltiConfigError
   * for an order of another environment.
   */
  initiate: (order: Order, options?: Pick<RequestOptions, 'signal'>) => Promise<PaymentLink>
  /**
   * Asks Khalti how a payment stands, and fulfils the order where it is paid: the only way to a fulfilled order. Safe to
   * call at any time, any number of times.
   *
   * @throws KhaltiError where the lookup failed: nothing has changed then. KhaltiConfigError for an order of another
   * environment. Error where `fulfil` outlasted its claim.
   */
  settle: (pidx: string) => Promise<Settlement>
  /**
   * Settles the orders that are due. Khalti has no webhooks: call it every minute or so.
   *
   * @throws KhaltiInputError. The store's error, where it cannot say which orders are due.
   */
  reconcile: (options?: ReconcileOptions) => Promise<ReconcileResult>
  /**
   * Records that an order was paid without Khalti (cash on delivery, eSewa, a bank slip), and fulfils it once. Its links at
   * Khalti are looked up first, and no customer is given them again.
   *
   * @throws CheckoutRefusal: 409 `already-paid` or `in-progress`. KhaltiInputError. KhaltiError where a lookup failed.
   * KhaltiConfigError for an order of another environment. Error where `fulfil` outlasted its claim.
   */
  markPaid: (order: Order, how: OtherMethod) => Promise<Settlement>
  /**
   * Gives a payment back: all that is left of it, or `amount` in paisa. The intent is stored first and sent once: the same
   * `id` is the same refund. Where the answer was lost the refund is `unclear`, and blocks further refunds until a lookup or
   * {@link Checkout.resolveRefund} settles it. For a payment made another way it records that money went back by hand.
   *
   * @throws CheckoutRefusal: 404 `not-found`; 409 `not-paid`, `refunded`, `refund-in-progress`, `in-progress`. KhaltiInputError.
   * KhaltiConfigError for an order of another environment.
   * @see https://docs.khalti.com/api/refund/
   */
  refund: (pidx: string, options?: RefundOptions) => Promise<Refund>
  /**
   * Records what a person saw in Khalti's dashboard: an unclear refund went through, or it did not.
   *
   * @throws CheckoutRefusal: 404 `not-found`; 409 `refund-in-progress`. KhaltiInputError.
   */
  resolveRefund: (pidx: string, id: string, how: 'done' | 'not-done', options?: ByWhom) => Promise<Refund>
  /** An order by its id, or by the pidx or transaction id of a payment: what customers read out. */
  order: (key: string) => Promise<OrderView | undefined>
  /**
   * Orders, the newest change first. An order that changes while you page moves to the front, so later pages may not have
   * it. Where none may be missed, read from the front again at the end, down to the first `changedAt` that you saw.
   *
   * @throws KhaltiInputError.
   */
  orders: (query?: OrdersQuery) => Promise<OrdersPage>
  /**
   * Fulfils a held payment because a person decided so. Only where its money has arrived. Khalti is asked first: where that
   * leads to a hold for another reason, the payment stays held, since nobody has decided on that one.
   *
   * @throws CheckoutRefusal: 404 `not-found`; 409 `not-paid`, `already-paid`, `refunded`, `refund-in-progress`, `in-progress`.
   * KhaltiInputError. KhaltiError where the lookup failed. KhaltiConfigError for an order of another environment. Error where
   * `fulfil` outlasted its claim.
   */
  accept: (pidx: string, options?: ByWhom) => Promise<Settlement>
  /**
   * Records that a person has dealt with what needed attention: everything, or the `reasons` that they have seen. A held
   * order can be paid again afterwards. A new fact needs attention again.
   *
   * @throws CheckoutRefusal: 404 `not-found`. KhaltiInputError.
   */
  attended: (orderId: string, options?: AttendedOptions) => Promise<OrderView>
  /** The payments of an order, newest first. */
  find: (orderId: string) => Promise<Payment[]>
}

/** Everything between an order and its goods, and after the sale. Its functions need no `this`. */
export interface Checkout extends CheckoutOperations {
  /** Answers `POST initiate`, `GET return`, `GET status`, `GET|POST reconcile` and the pages of `admin` below `basePath`. */
  handler: (request: Request) => Promise<Response>
}

/**
 * A checkout on Khalti that loses no paid order and fulfils no unpaid one. A key, a store or an address may be missing while
 * a site is built: the console says so when the server starts, and the first call throws a KhaltiConfigError.
 *
 * @example
 * ```ts
 * import { KhaltiClient, rupees } from 'khalti-kit'
 * import { CheckoutRefusal, createCheckout, memoryPayments } from 'khalti-kit/checkout'
 *
 * export const checkout = createCheckout({
 *   client: new KhaltiClient(),
 *   payments: memoryPayments(),
 *   siteUrl: 'http://localhost:3000',
 *   async readOrder({ orderId }) {
 *     if (orderId !== 'order-1') throw new CheckoutRefusal(404, 'There is no such order.') // look yours up
 *     return { id: orderId, name: 'Dhaka topi', amount: rupees(850) }
 *   },
 *   fulfil: async (payment) => console.log('hand out', payment.orderId),
 *   landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?${outcome}`,
 * })
 * ```
 *
 * @throws KhaltiConfigError where `basePath` or an entry of `origins` or `apps` cannot be one: a server with it does not start.
 */
export function createCheckout<Transaction = unknown>(options: CheckoutOptions<Transaction>): Checkout {
  // The parts pass a transaction from the store to `fulfil` and never look into it.
  const shop = openShop(options as unknown as CheckoutOptions)
  if (!isBuildingPages()) readEntries(options)
  tellAtStart(shop)
  const operations: CheckoutOperations = {
    initiate: async (order, initiateOptions) => initiate(shop, order, initiateOptions),
    settle: async (pidx) => settleByKey(shop, pidx),
    reconcile: async (reconcileOptions) => reconcile(shop, reconcileOptions),
    markPaid: async (order, how) => markPaid(shop, order, how),
    refund: async (pidx, refundOptions) => refundByKey(shop, pidx, refundOptions),
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
