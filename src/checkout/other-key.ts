import { KhaltiInputError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import { CheckoutRefusal, isRefusal } from './checkout-refusal.ts'
import { isFirstTime } from './first-time.ts'
import { orderBy } from './people.ts'
import { advice } from './routes/error-answer.ts'
import { type Settlement, settle } from './settle.ts'
import type { Shop } from './shop.ts'

/** Settles what a script of the shop names. @throws KhaltiInputError for what cannot be a pidx. */
export async function settleByKey(shop: Shop, pidx: unknown): Promise<Settlement> {
  if (typeof pidx !== 'string' || pidx.trim() === '') {
    throw new KhaltiInputError('settle was not run', {
      pidx: [`pidx is ${show(pidx)}. Pass the pidx of a payment, as initiate gave it and ?pidx= has it.`],
    })
  }
  const settlement = await settle(shop, pidx)
  if (settlement.outcome === 'unknown') {
    const text = await shop.tryOrReport('settle', {}, () => otherKey(shop, 'settle', pidx))
    if (text && isFirstTime(shop, 'settle')) shop.report(advice(text), 'settle')
  }
  return settlement
}

/** Runs what takes a pidx. Where no payment has this one, but something else has that name, the refusal says so. */
export async function byPidx<Result>(
  shop: Shop,
  { act, pidx }: { act: string; pidx: unknown },
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run()
  } catch (error) {
    const isUnknown = isRefusal(error) && error.code === 'not-found'
    const text = isUnknown && (await otherKey(shop, act, pidx).catch(() => undefined))
    throw text ? new CheckoutRefusal(404, `${error.message} ${text}`, 'not-found') : error
  }
}

/** What a key that is no pidx names: an order, or the transaction of a payment. */
async function otherKey(shop: Shop, act: string, key: unknown): Promise<string | undefined> {
  const order = await orderBy(shop, String(key))
  if (order === undefined || order.payments.some(({ pidx }) => pidx === key)) return undefined
  const what = order.id === key ? 'the id of an order' : 'a transaction id'
  return `${act} takes a pidx, and ${show(key)} is ${what}, whose payments are ${order.payments.map(({ pidx }) => pidx).join(', ')}.`
}
