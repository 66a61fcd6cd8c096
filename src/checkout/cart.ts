import { KhaltiInputError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { CheckoutOptions, ErrorRoute, TransactionOf } from './checkout-options.ts'
import { inTime } from './in-time.ts'
import { fingerprintOf, type Order, requireOrder } from './order.ts'
import type { Shop } from './shop.ts'

type OrderOf = NonNullable<CheckoutOptions['orderOf']>

/** The fingerprint of the order as the shop has it now; undefined where the order is gone. */
export async function askCart(
  orderOf: OrderOf,
  orderId: string,
  context: TransactionOf<unknown>,
): Promise<string | undefined> {
  const order = await inTime('orderOf', () => orderOf(orderId, context))
  // Databases say null where there is nothing.
  if (order === undefined || order === null) return undefined
  requireOrderOf(order, orderId)
  return fingerprintOf(order)
}

/**
 * Asks for the current cart when a superseded link was paid. The cart may have changed back. The payment is held where
 * this is undefined.
 */
export async function cartOf(
  shop: Shop,
  { pidx, orderId, route }: { pidx: string; orderId: string; route: ErrorRoute },
): Promise<string | undefined> {
  const { orderOf } = shop.options
  if (orderOf === undefined) return undefined
  return shop.tryOrReport(route, { pidx, orderId }, async () => {
    const { payments } = shop
    if (payments.transaction === undefined) return askCart(orderOf, orderId, {})
    return payments.transaction((transaction) => askCart(orderOf, orderId, { transaction }))
  })
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
