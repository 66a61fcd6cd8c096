import { CheckoutRefusal, nothingHere } from '../checkout-refusal.ts'
import { storeInTime } from '../in-time.ts'
import { digest } from '../order.ts'
import { reconcile } from '../reconcile.ts'
import type { Shop } from '../shop.ts'
import { json } from './answer.ts'

/** `GET|POST reconcile`: for a cron job that knows the secret. */
export async function reconcileRoute(request: Request, shop: Shop): Promise<Response> {
  const { cronSecret } = shop
  if (cronSecret === undefined) throw nothingHere()
  const given = request.headers.get('authorization') ?? ''
  if (!(await isSame(given, `Bearer ${cronSecret}`))) {
    throw new CheckoutRefusal(401, 'This needs Authorization: Bearer <cronSecret>.', 'unauthorized')
  }
  const result = await reconcile(shop, { signal: request.signal })
  const attention = await shop.tryOrReport('reconcile', {}, () => countAttention(shop))
  return json(200, { ...result, attention })
}

/** Orders that need a person, counted up to 1000. */
async function countAttention({ payments }: Shop): Promise<number> {
  return (await storeInTime(() => payments.list({ attention: true, limit: 1000 }))).length
}

/** Compares digests in constant time, so that timing reveals nothing of the secret. */
async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([digest(one), digest(other)])
  return a.reduce((difference, byte, index) => difference | (byte ^ (b[index] ?? 0)), 0) === 0
}
