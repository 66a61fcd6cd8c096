import { show } from '../core/show.ts'
import { CheckoutRefusal, isRefusal } from './checkout-refusal.ts'
import type { Refund } from './payment.ts'
import { orderBy } from './people.ts'
import { type RefundOptions, refund } from './refund.ts'
import { advice } from './routes/error-answer.ts'
import { type Settlement, settle } from './settle.ts'
import type { Shop } from './shop.ts'

/** Settles what a script of the shop names. Where that is no pidx, the payment is unknown, and the log says once why. */
export async function settleByKey(shop: Shop, pidx: unknown): Promise<Settlement> {
  if (typeof pidx !== 'string' || pidx.trim() === '') {
    reportOnce(shop, `settle was given ${show(pidx)}. Pass the pidx of a payment.`)
    return { outcome: 'unknown', fulfilled: false }
  }
  const settlement = await settle(shop, pidx)
  if (settlement.outcome === 'unknown') {
    const text = await shop.tryOrReport('settle', {}, () => otherKey(shop, pidx))
    if (text) reportOnce(shop, text)
  }
  return settlement
}

function reportOnce(shop: Shop, text: string): void {
  if (shop.isFirstTime('settle')) shop.report(advice(text), 'settle')
}

/** Gives a payment back. Where none has this pidx, but something else has that name, the refusal says so. */
export async function refundByKey(shop: Shop, pidx: string, options?: RefundOptions): Promise<Refund> {
  try {
    return await refund(shop, pidx, options)
  } catch (error) {
    const text = isRefusal(error) && error.status === 404 && (await otherKey(shop, pidx).catch(() => ''))
    throw text ? new CheckoutRefusal(404, `${error.message} ${text}`, 'not-found') : error
  }
}

/** What a key that is no pidx names: an order, or the transaction of a payment. */
async function otherKey(shop: Shop, key: unknown): Promise<string> {
  const order = await orderBy(shop, String(key))
  const all = order?.payments.map(({ pidx }) => pidx) ?? []
  if (order === undefined || all.includes(String(key))) return ''
  const what = order.id === key ? 'the id of an order' : 'a transaction id'
  return `Pass a pidx: ${show(key)} is ${what}, whose payments are ${all.join(', ')}.`
}
