import { checkDuration } from '../core/request-options.ts'
import type { Look } from './look.ts'
import type { Payment } from './payment-store.ts'
import { isSettledForNow, nextLook } from './schedule.ts'
import { settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'

/** How much one run does. */
export interface ReconcileOptions {
  /** Payments at most. Default: 200. */
  limit?: number | undefined
  /** Payments at the same time. Default: 8. */
  concurrency?: number | undefined
  /** Ends the run; what is under way is finished, the rest comes with a later run. */
  signal?: AbortSignal | undefined
}

/** What one run came to: how many payments were looked at, and what they are. */
export interface ReconcileReport {
  checked: number
  paid: number
  unpaid: number
  pending: number
  hold: number
  refunded: number
  /** Those that nothing could be found out about; they come again. */
  failed: number
}

/** How long a payment that was handed out is kept from other runs. */
const handOutMs = 2 * 60_000

/** Settles the payments whose time has come, a few at a time, and says when each is looked at next. */
export async function reconcile(shop: Shop, options: ReconcileOptions = {}): Promise<ReconcileReport> {
  const { limit = 200, concurrency = 8, signal } = options
  const most = checkDuration('concurrency', concurrency)
  const report: ReconcileReport = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }
  while (report.checked < limit && !signal?.aborted) {
    // Not all at once: what is handed out must be done before it is handed out again.
    const wanted = Math.min(limit - report.checked, most * 8)
    const payments = await shop.payments.due(wanted, handOutMs)
    await forEachAtMost(most, payments, async (payment) => {
      if (signal?.aborted) return
      const outcome = await look(shop, payment)
      report.checked += 1
      report[outcome] += 1
    })
    if (payments.length < wanted) break
  }
  return report
}

async function look(shop: Shop, payment: Payment): Promise<keyof Omit<ReconcileReport, 'checked'>> {
  try {
    if (isSettledForNow(payment, shop.now())) {
      await shop.payments.record(payment.pidx, { dueInMs: nextLook(payment, 'paid', shop.now()) })
      return 'paid'
    }
    const { outcome } = await settlePayment(shop, payment, reconcileLook(shop))
    return outcome === 'unknown' ? 'failed' : outcome
  } catch (error) {
    return fail(shop, payment, error)
  }
}

function reconcileLook(shop: Shop): Look {
  return { route: 'reconcile', nextLook: (payment, outcome) => nextLook(payment, outcome, shop.now()) }
}

/** A payment that fails goes to the back of the queue too, so that it cannot starve the rest. */
async function fail(shop: Shop, payment: Payment, error: unknown): Promise<'failed'> {
  const facts = { route: 'reconcile', pidx: payment.pidx, orderId: payment.orderId } as const
  shop.report(error, facts)
  try {
    await shop.payments.record(payment.pidx, { dueInMs: nextLook(payment, 'failed', shop.now()) })
  } catch (storeError) {
    shop.report(storeError, facts)
  }
  return 'failed'
}

async function forEachAtMost<Item>(most: number, items: Item[], run: (item: Item) => Promise<void>): Promise<void> {
  const waiting = items.values()
  const worker = async () => {
    for (const item of waiting) await run(item)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
}
