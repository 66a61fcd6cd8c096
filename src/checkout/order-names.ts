import type { ErrorRoute } from './checkout-options.ts'
import { isAlike } from './option-faults.ts'
import { type Order, orderField } from './order.ts'
import { advice } from './routes/error-answer.ts'
import type { Shop } from './shop.ts'

/**
 * Reports fields whose names are nearly those of an order, once each: TypeScript lets them pass in what an async function
 * returns, and without its products a cart that was swapped at the same price is not seen as changed. Other names are no
 * mistake, since rows of a database have more columns.
 */
export function reportOddNames(shop: Shop, order: Order, route: ErrorRoute): void {
  for (const [name, value] of Object.entries(order)) {
    const meant = optional.find((one) => isAlike(singular(one), singular(orderField(name))))
    if (!meant || !value || order[meant] || !shop.isFirstTime(`field ${name}`)) continue
    const text = `An order has \`${name}\`, which is left out: it is spelt \`${meant}\`.`
    shop.report(advice(text), route, { orderId: order.id })
  }
}

const optional = ['customer', 'breakdown', 'products', 'extra'] as const

const singular = (name: string) => name.replace(/s$/i, '')
