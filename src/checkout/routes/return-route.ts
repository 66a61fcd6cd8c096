import { readQuery } from '../../core/callback-query.ts'
import type { LandingResult } from '../checkout-options.ts'
import { land } from '../land.ts'
import type { Payment } from '../payment-store.ts'
import { findPayment, recordedOutcome, settlePayment } from '../settle.ts'
import type { Shop } from '../shop.ts'
import { seeOther } from './answer.ts'

/** A customer waits: the rest is left to the landing page and to reconcile. */
const patienceMs = 8_000

/** `GET return`: the customer is back from Khalti. The query is a claim, of which only the pidx is used. */
export async function returnRoute(request: Request, shop: Shop): Promise<Response> {
  return seeOther(await land(shop, await resultOf(request, shop)))
}

async function resultOf(request: Request, shop: Shop): Promise<LandingResult> {
  const pidx = readQuery(new URL(request.url).searchParams).get('pidx')
  try {
    const payment = await findPayment(shop, pidx)
    if (payment === undefined) return { outcome: 'error', error: new Error('There is no such payment.') }
    return payment.fulfilledAt ? { outcome: recordedOutcome(payment), payment } : await settleInTime(shop, payment)
  } catch (error) {
    shop.report(error, 'return', { pidx })
    return { outcome: 'error', error }
  }
}

/** What settling says within the customer's patience; it goes on by itself after that, and failures land as pending. */
async function settleInTime(shop: Shop, payment: Payment): Promise<LandingResult> {
  const settling = settlePayment(shop, payment, { maxRetries: 0, timeoutMs: patienceMs }).then(
    ({ outcome, payment: settled, error }): LandingResult => ({ outcome, payment: settled, error }),
    (error: unknown): LandingResult => {
      shop.report(error, 'return', payment)
      return { outcome: 'pending', payment, error }
    },
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<LandingResult>((resolve) => {
    timer = setTimeout(() => resolve({ outcome: 'pending', payment }), patienceMs)
  })
  try {
    return await Promise.race([settling, late])
  } finally {
    clearTimeout(timer)
  }
}
