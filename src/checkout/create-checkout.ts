import type { RequestOptions } from '../core/request-options.ts'
import type { CheckoutOptions } from './checkout-options.ts'
import { initiate, type PaymentLink } from './initiate.ts'
import type { Order } from './order.ts'
import type { Payment } from './payment-store.ts'
import { type ReconcileOptions, type ReconcileResult, reconcile } from './reconcile.ts'
import { createHandler } from './routes/handle.ts'
import { type Settlement, settle } from './settle.ts'
import { openShop, type Shop } from './shop.ts'

/** Everything between an order and its goods. All of it works detached. */
export interface Checkout {
  /**
   * The link to pay an order with: the one that it has, else a new one, whose pidx, order and amount are stored before
   * it is given out. Only for orders that your own code has priced.
   *
   * @throws CheckoutRefusal where the order is paid or being paid (409), KhaltiInputError, KhaltiError.
   */
  initiate(order: Order, options?: Pick<RequestOptions, 'signal'>): Promise<PaymentLink>
  /**
   * Finds out how a payment stands and does what follows: the one way to a fulfilled order. Safe to call at any time,
   * any number of times.
   *
   * @throws KhaltiError where the lookup failed. Nothing has changed then.
   */
  settle(pidx: string): Promise<Settlement>
  /** Settles the payments whose time has come. Khalti has no webhooks: call it every minute or so. */
  reconcile(options?: ReconcileOptions): Promise<ReconcileResult>
  /** The payments of an order, newest first, for order pages and support. */
  find(orderId: string): Promise<Payment[]>
  /** Answers `POST initiate`, `GET return`, `GET status` and `GET|POST reconcile` below `basePath`. */
  handler(request: Request): Promise<Response>
}

/**
 * A checkout on Khalti that loses no paid order and fulfils no unpaid one. Making it never throws; options that cannot
 * work throw a KhaltiConfigError at the first call.
 *
 * @example
 * ```ts
 * import { KhaltiClient, rupees } from 'khalti-kit'
 * import { createCheckout } from 'khalti-kit/checkout'
 *
 * export const checkout = createCheckout({
 *   client: new KhaltiClient(),
 *   siteUrl: 'http://localhost:3000',
 *   readOrder: async ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(850) }),
 *   fulfil: async (payment) => console.log('hand out', payment.orderId),
 *   landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?${outcome}`,
 * })
 * ```
 */
export function createCheckout<Transaction = unknown>(options: CheckoutOptions<Transaction>): Checkout {
  // The parts pass a transaction from the store to `fulfil` and never look into it.
  const shop = openShop(options) as Shop
  return {
    initiate: async (order, { signal } = {}) => initiate(shop, order, signal),
    settle: async (pidx) => settle(shop, pidx),
    reconcile: async (reconcileOptions) => reconcile(shop, reconcileOptions),
    find: async (orderId) => shop.payments.findByOrder(orderId),
    handler: createHandler(shop),
  }
}
