import type { CutOff } from '../core/cut-off.ts'
import type { FulfilContext } from './checkout-options.ts'
import type { Look } from './look.ts'
import type { Claim, PaymentChange } from './payment-store.ts'
import type { JudgedPayment } from './settlement.ts'
import type { Shop } from './shop.ts'
import { untilAborted } from './until-aborted.ts'

/** How long a claim outlives a crash. */
export const leaseMs = 5 * 60_000

const slowMs = 10_000

/** A payment whose order is claimed for it. */
export interface ClaimedPayment extends JudgedPayment {
  claim: Exclude<Claim, string | { duplicateOf: string }>
  lease: CutOff
}

/**
 * Runs `fulfil` and marks the payment as fulfilled; both in one transaction where the store has them, so that both are
 * true or none.
 *
 * @throws what `fulfil` throws; an Error where the claim was lost meanwhile.
 */
export async function completeOnce(
  shop: Shop,
  claimed: ClaimedPayment,
  { look, change }: { look: Look; change: PaymentChange },
): Promise<void> {
  const { payment, claim } = claimed
  const attempt = claim.attempt ?? countAttempt(shop, payment.pidx)
  const signal = claimed.lease.toSignal()
  const context = { idempotencyKey: `khalti-kit:${payment.environment}:${payment.orderId}`, attempt, signal }

  const run = async (transaction?: unknown): Promise<void> => {
    await withinLease(shop, claimed, {
      look,
      context: { ...context, ...(transaction !== undefined && { transaction }) },
    })
    if (await shop.payments.complete(payment.pidx, claim.token, change, transaction)) return
    // Thrown, so that the transaction rolls back what fulfil wrote.
    throw new Error(
      `The claim of order ${payment.orderId} was lost while fulfil ran, since its lease of ${leaseMs / 60_000} minutes is over. ${
        transaction === undefined ? 'Another process may fulfil it again.' : 'What fulfil wrote is rolled back.'
      } Let fulfil end sooner: write the order down, and do the slow work elsewhere.`,
    )
  }

  if (shop.payments.transaction) await shop.payments.transaction(run)
  else await run()
  shop.attempts.delete(payment.pidx)
}

async function withinLease(
  shop: Shop,
  { payment }: ClaimedPayment,
  { look, context }: { look: Look; context: FulfilContext },
): Promise<void> {
  const { pidx, orderId } = payment
  const slow = setTimeout(() => {
    const message = `fulfil of order ${orderId} has been running for ${slowMs / 1000} seconds. It holds a transaction open where the store has them, and loses its claim after ${leaseMs / 60_000} minutes. Write the order down, and do the slow work elsewhere.`
    shop.report(new Error(message), { route: look.route, pidx, orderId })
  }, slowMs)
  try {
    context.signal.throwIfAborted()
    // A fulfil that never ends must not hold its transaction for ever.
    await untilAborted(Promise.resolve(shop.fulfil({ ...payment }, context)), context.signal)
  } finally {
    clearTimeout(slow)
  }
}

/** Bounded, since a payment that is never fulfilled here would stay for ever. */
function countAttempt({ attempts }: Shop, pidx: string): number {
  const attempt = (attempts.get(pidx) ?? 0) + 1
  attempts.delete(pidx)
  attempts.set(pidx, attempt)
  const [oldest] = attempts.keys()
  if (attempts.size > 1000 && oldest !== undefined) attempts.delete(oldest)
  return attempt
}
