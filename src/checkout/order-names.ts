import type { ErrorRoute } from './checkout-options.ts'
import { isFirstTime } from './first-time.ts'
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
  const odd = [
    ...oddNames(order, ['customer', 'breakdown', 'products', 'extra']),
    ...oddNames(order.customer ?? {}, ['name', 'email', 'phone']).map((pair) => pair.map((name) => `customer.${name}`)),
  ]
  for (const [name, meant] of odd) {
    if (!isFirstTime(shop, `field ${name}`)) continue
    const text = `An order has \`${name}\`, which is left out: it is spelt \`${meant}\`.`
    shop.report(advice(text), route, { orderId: order.id })
  }
}

/** Fields that stand in the place of one that is missing, each with the name of that one. */
function oddNames(given: object, names: string[]): string[][] {
  const present = Object.entries(given).flatMap(([name, value]) => (value === undefined || value === null ? [] : name))
  return present.flatMap((name) => {
    const meant = names.find((one) => isAlike(singular(one), singular(orderField(name))))
    return meant === undefined || present.includes(meant) ? [] : [[name, meant]]
  })
}

const singular = (name: string) => name.replace(/s$/i, '')
