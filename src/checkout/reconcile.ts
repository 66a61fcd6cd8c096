import { KhaltiInputError } from '../core/errors.ts'
import type { Payment } from './payment-store.ts'
import { longestPauseMs, nextLook } from './schedule.ts'
import { type Settled, settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'

/** How much reconcile does in one go. */
export interface ReconcileOptions {
  /** Payments at the most. Default: 100. */
  limit?: number | undefined
  /** Lookups at once. Default: 5. */
  concurrency?: number | undefined
  /** Ends it after the payments that are under way. */
  signal?: AbortSignal | undefined
}

/** What reconcile found: how many payments it looked at, and what became of them. */
export interface ReconcileResult {
  checked: number
  paid: number
  unpaid: number
  pending: number
  hold: number
  refunded: number
  /** Lookups that failed; these payments are looked at again later. */
  failed: number
}

/** A payment that was handed out is not handed out again for as long, unless its next look is set. */
const dueLeaseMs = 60_000

/** Settles the payments whose time has come: closed tabs, late completions, refunds. Call it every minute or so. */
export async function reconcile(shop: Shop, options: ReconcileOptions = {}): Promise<ReconcileResult> {
  const { limit = 100, concurrency = 5, signal } = options
  requirePositive({ limit, concurrency })
  const result: ReconcileResult = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }
  const waiting = await shop.payments.due(limit, dueLeaseMs)
  const worker = async () => {
    for (let payment = waiting.shift(); payment && !signal?.aborted; payment = waiting.shift()) {
      result.checked += 1
      result[await check(shop, payment, signal)] += 1
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, worker))
  return result
}

async function check(shop: Shop, payment: Payment, signal: AbortSignal | undefined) {
  let scheduled = false
  const nextLookMs = (changed: Payment) => {
    scheduled = true
    return nextLook(changed, shop.now())
  }
  const settlement = await shop.tryOrReport('reconcile', payment, () =>
    settlePayment(shop, payment, { signal, nextLookMs }),
  )
  if (!scheduled) {
    // Where that fails, it is due again when its lease runs out.
    await shop.tryOrReport('reconcile', payment, () => schedule(shop, settlement?.payment ?? payment, settlement))
  }
  return settlement?.outcome ?? 'failed'
}

/** Sets the next look, after a failure too; the last time, a payment that is still open is told to the shop once more. */
async function schedule(shop: Shop, payment: Payment, settlement: Settled | undefined): Promise<void> {
  const next = nextLook(payment, shop.now())
  if (settlement?.verdict === undefined) {
    // The last look must have said something before a payment is given up.
    await shop.payments.record(payment.pidx, { dueInMs: next ?? longestPauseMs })
    return
  }
  const isOpen = payment.state === 'hold' || (payment.state === 'open' && payment.supersededAt === undefined)
  if (next === null && isOpen) await shop.options.on?.hold?.({ payment, verdict: settlement.verdict })
  await shop.payments.record(payment.pidx, { dueInMs: next })
}

function requirePositive(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new KhaltiInputError('reconcile was not run', {
      [name]: [`${name} is ${value}. Pass a whole number above 0.`],
    })
  }
}
