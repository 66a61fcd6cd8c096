import { KhaltiInputError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { CheckoutOptions, ErrorRoute, TransactionOf } from './checkout-options.ts'
import { inTime } from './in-time.ts'
import { fingerprintOf, type Order, requireOrder } from './order.ts'
import type { Shop } from './shop.ts'

/** The shop's `orderOf`. */
export type OrderOf = NonNullable<CheckoutOptions['orderOf']>

/** What of an order says whether it is still the one that was paid. */
interface Cart {
  amount: number
  fingerprint: string
}

/** The order as the shop has it now; undefined where it is gone. */
export async function askCart(
  orderOf: OrderOf,
  orderId: string,
  context: TransactionOf<unknown>,
): Promise<Cart | undefined> {
  const order = await inTime('orderOf', () => orderOf(orderId, context))
  // Databases say null where there is nothing.
  if (order === undefined || order === null) return undefined
  requireOrderOf(order, orderId)
  return { amount: order.amount, fingerprint: await fingerprintOf(order) }
}

/**
 * The fingerprint of the current cart, asked for when a superseded link was paid. The cart may have changed back. The
 * payment is held where this is undefined.
 */
export async function cartOf(
  shop: Shop,
  { pidx, orderId, route }: { pidx: string; orderId: string; route: ErrorRoute },
): Promise<string | undefined> {
  const { orderOf } = shop.options
  if (orderOf === undefined) return undefined
  const cart = await shop.tryOrReport(route, { pidx, orderId }, async () => {
    const { payments } = shop
    if (payments.transaction === undefined) return askCart(orderOf, orderId, {})
    return payments.transaction((transaction) => askCart(orderOf, orderId, { transaction }))
  })
  return cart?.fingerprint
}

/** @throws KhaltiInputError for an order that has no fingerprint: a mistake in `orderOf`. */
function requireOrderOf(order: unknown, orderId: string): asserts order is Order {
  const title = 'orderOf gave no order'
  requireOrder(order, title)
  if (!Number.isSafeInteger(order.amount)) {
    throw new KhaltiInputError(title, {
      amount: [`The amount is ${show(order.amount)}. It is a whole number of paisa.`],
    })
  }
  if (order.id === orderId) return
  throw new KhaltiInputError(title, { id: [`The id is ${show(order.id)}. It was asked for ${show(orderId)}.`] })
}
