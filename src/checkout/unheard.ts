import type { CallbackName, EventName } from '../rules/record.ts'
import type { ErrorRoute } from './checkout-options.ts'
import { advice } from './routes/error-answer.ts'
import type { Shop } from './shop.ts'
import type { ReadOrder } from './stored-order.ts'

/** Which callback hears of a line of the history that needs a person. None hears where Khalti denies money that was seen. */
const callbacks: { [what in EventName]?: CallbackName | 'none' } = {
  hold: 'hold',
  denied: 'none',
  'refund-denied': 'none',
  'shared-transaction': 'none',
  'paid-twice': 'paidTwice',
  'refund-unclear': 'refundUnclear',
}

/** A line of the history in words, where its name needs some. */
const words: { [what in EventName]?: string } = {
  denied: 'Khalti denies the money that had arrived, and says',
  'refund-denied': 'Khalti denies that the money has gone back, and says',
  'shared-transaction': 'its transaction belongs to another order as well',
}

/**
 * Reports what the change at `order.now` has brought and a person must look at, where this process has no callback for it,
 * or no callback hears of it: else goods are held, or money is missing, and nobody knows.
 */
export function reportUnheard(shop: Shop, { record, now }: ReadOrder, route: ErrorRoute): void {
  const { orderId } = record
  for (const { at, what, pidx, text } of record.events) {
    const remedy = at === now.getTime() && remedyOf(shop, what)
    if (!remedy) continue
    const why = text ? `${words[what] ?? what}: ${text.replace(/\.$/, '')}` : what
    const said = `A person must look at this payment (${why}). ${remedy} at the admin pages or checkout.orders({ attention: true }).`
    // Another change may come at the same instant of the store's clock.
    if (shop.isFirstTime(`${what} ${pidx} ${at}`)) shop.report(advice(said), route, { pidx, orderId })
  }
}

/** How to hear of such a line; undefined where a callback does. */
function remedyOf({ options }: Shop, what: EventName): string | undefined {
  const callback = callbacks[what]
  if (!callback) return undefined
  if (callback === 'none') return 'Look'
  if (typeof options.on?.[callback] === 'function') return undefined
  return `Give createCheckout on.${callback}, or look`
}
