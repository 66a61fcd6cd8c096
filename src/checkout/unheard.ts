import {
  type CallbackName,
  type EventEntry,
  type EventName,
  type Link,
  linkOf,
  type OrderRecord,
} from '../rules/record.ts'
import type { ErrorRoute } from './checkout-options.ts'
import { isFirstTime } from './first-time.ts'
import { advice } from './routes/error-answer.ts'
import type { Shop } from './shop.ts'
import type { ReadOrder } from './stored-order.ts'

/** The callback for a line of the history that a person must hear of, and what the line means. */
const news: { [what in EventName]?: [callback: CallbackName, meaning: (link: Link) => string] } = {
  hold: ['hold', meaningOfHold],
  'paid-twice': ['paidTwice', () => 'The order was paid a second time, and this payment must go back'],
  'refund-unclear': ['refundUnclear', () => 'Nobody knows whether a refund of this payment went through'],
}

/**
 * Reports what the change at `order.now` has brought and a person must hear of, where this process has no callback for it:
 * else goods are held and nobody knows.
 */
export function reportUnheard(shop: Shop, { record, now }: ReadOrder, route: ErrorRoute): void {
  const { orderId } = record
  for (const event of record.events) {
    const { at, what, pidx } = event
    if (at !== now.getTime()) continue
    const text = textOf(shop, record, event)
    // Another change may come at the same instant of the store's clock.
    if (text && isFirstTime(shop, `${what}:${pidx}:${at}`)) shop.report(advice(text), route, { pidx, orderId })
  }
}

function textOf({ options }: Shop, record: OrderRecord, { what, pidx = '', text }: EventEntry): string | undefined {
  const [callback, meaning] = news[what] ?? []
  if (callback === undefined || typeof options.on?.[callback] === 'function') return undefined
  const link = linkOf(record, pidx)
  const why = link && meaning?.(link)
  return (
    why &&
    `${why}${text ? ` (${text.replace(/\.$/, '')})` : ''}. No callback was told: give createCheckout on.${callback}, or look at the admin pages or checkout.orders({ attention: true }).`
  )
}

/** Empty for a line about a payment that is neither held nor given up, such as one that contradicts what is known. */
function meaningOfHold({ state, givenUpAt, received }: Link): string {
  if (state !== 'hold' && givenUpAt === undefined) return ''
  return `The payment is ${state === 'hold' ? 'on hold' : state}${received ? ' and its money is in' : ''}`
}
