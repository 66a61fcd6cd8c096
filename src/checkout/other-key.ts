import { KhaltiInputError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import { orderBy } from './people.ts'
import { advice } from './routes/error-answer.ts'
import { type Settlement, settle } from './settle.ts'
import type { Shop } from './shop.ts'

/**
 * Settles what a script of the shop names. Where that is an order or a transaction, the log says so once: no payment has
 * such a pidx.
 *
 * @throws KhaltiInputError for what cannot be a pidx.
 */
export async function settleByKey(shop: Shop, pidx: unknown): Promise<Settlement> {
  if (typeof pidx !== 'string' || pidx.trim() === '') {
    throw new KhaltiInputError('settle was not run', { pidx: [`pidx is ${show(pidx)}. Pass the pidx of a payment.`] })
  }
  const settlement = await settle(shop, pidx)
  if (settlement.outcome === 'unknown') {
    const order = await shop.tryOrReport('settle', {}, () => orderBy(shop, pidx))
    if (order && shop.isFirstTime('settle')) {
      const what = order.id === pidx ? "an order's id" : 'a transaction id'
      shop.report(advice(`settle was given ${what}. Pass the pidx of a payment.`), 'settle', { orderId: order.id })
    }
  }
  return settlement
}
