import type { CheckoutOptions } from './checkout-options.ts'
import { initiate, type PaymentLink } from './initiate.ts'
import type { Order } from './order.ts'
import type { Payment } from './payment-store.ts'
import { type ReconcileOptions, type ReconcileReport, reconcile } from './reconcile.ts'
import { handle, handleBroken } from './routes/handle.ts'
import type { SharedLooks } from './routes/status-route.ts'
import { findPayment, settlePayment } from './settle.ts'
import type { Settlement } from './settlement.ts'
import { openShop, type Shop } from './shop.ts'

/** A shop's way to take money without losing any. Its functions work detached. */
export interface Checkout {
  /**
   * Gives the order's payment link: its live one, or a new one, which is stored before it is given out.
   *
   * @throws CheckoutRefusal with the code `already-paid`, `in-progress` or `busy`; KhaltiInputError in the order's own
   * field names; other KhaltiErrors; what the store throws.
   */
  initiate(order: Order, options?: { signal?: AbortSignal | undefined }): Promise<PaymentLink>
  /**
   * Finds out how a payment stands and does what follows; the one way to a fulfilled order. Call it as often as you like.
   *
   * @throws KhaltiError where Khalti cannot be asked, or the payment is another environment's; nothing has changed then.
   */
  settle(pidx: string): Promise<Settlement>
  /** Settles the payments whose time has come. Run it every minute or so: customers close tabs. */
  reconcile(options?: ReconcileOptions): Promise<ReconcileReport>
  /** The payments of an order, newest first: for order pages and support. */
  find(orderId: string): Promise<Payment[]>
  /**
   * Answers `POST initiate`, `GET return`, `GET status` and `GET|POST reconcile` under `basePath`. Hono, Bun, Deno and
   * Workers take it as it is; for the rest there are `khalti-kit/next` and `khalti-kit/node`. Never rejects.
   */
  handler(request: Request): Promise<Response>
}

/**
 * Makes a checkout. It reads its options at the first call and does nothing before, so that a build can import it.
 *
 * @example
 * ```ts
 * import { KhaltiClient, rupees } from 'khalti-kit'
 * import { createCheckout } from 'khalti-kit/checkout'
 *
 * export const checkout = createCheckout({
 *   client: new KhaltiClient(),
 *   siteUrl: 'https://shop.example',
 *   readOrder: (input) => ({ id: String(input.orderId), name: 'Dhaka topi', amount: rupees(1250) }),
 *   fulfil: (payment) => console.log('send the goods of', payment.orderId),
 *   landing: ({ outcome, payment }) => (payment ? `/orders/${payment.orderId}?${outcome}` : '/orders'),
 * })
 * ```
 */
export function createCheckout<Transaction = unknown>(options: CheckoutOptions<Transaction>): Checkout {
  const looks: SharedLooks = new Map()
  let opened: Shop | undefined
  const shop = () => {
    opened ??= openShop(options)
    return opened
  }
  return {
    initiate: async (order, { signal } = {}) => initiate(shop(), order, { signal }),
    async settle(pidx) {
      const payment = await findPayment(shop(), pidx)
      return payment ? settlePayment(shop(), payment, { route: 'settle' }) : { outcome: 'unknown', fulfilled: false }
    },
    reconcile: async (run) => reconcile(shop(), run),
    find: async (orderId) => shop().payments.findByOrder(orderId),
    async handler(request) {
      try {
        return await handle(shop(), request, looks)
      } catch (error) {
        return handleBroken(options, request, error)
      }
    },
  }
}
