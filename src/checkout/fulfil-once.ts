import type { FulfilContext } from './checkout-options.ts'
import type { Payment } from './payment-store.ts'
import type { Shop } from './shop.ts'

/** How long a claim holds; it runs out only where the process that held it has died. */
export const claimLeaseMs = 5 * 60_000

const slowMs = 10_000

/** What came of a claim. */
type Claimed = { payment: Payment; fulfilled: boolean; error?: unknown } | { duplicateOf: string }

/** Claims the order of a paid payment and calls `fulfil`, unless another has or does. */
export async function fulfilOnce(shop: Shop, payment: Payment): Promise<Claimed> {
  const claim = await shop.payments.claim(payment.pidx, claimLeaseMs)
  if (claim === 'busy') return { payment, fulfilled: false }
  if (claim === 'done') return { payment: (await shop.payments.find(payment.pidx)) ?? payment, fulfilled: true }
  if ('duplicateOf' in claim) return claim
  try {
    const attempt = claim.attempt ?? countAttempt(shop, payment.pidx)
    await whileHeld(shop, { payment, attempt }, (context) => runFulfil(shop, { payment, token: claim.token, context }))
  } catch (error) {
    // Where that fails, the lease ends the claim all the same.
    await shop.tryOrReport('settle', payment, () => shop.payments.release(payment.pidx, claim.token))
    shop.report(error, 'settle', payment)
    return { payment, fulfilled: false, error }
  }
  shop.attempts.delete(payment.pidx)
  return { payment: (await shop.payments.find(payment.pidx)) ?? payment, fulfilled: true }
}

/** Runs `fulfil` and completes the claim: in one transaction where the store has one, else one after the other. */
async function runFulfil(
  { options, payments }: Shop,
  { payment, token, context }: { payment: Payment; token: string; context: FulfilContext },
): Promise<void> {
  if (payments.transaction === undefined) {
    await options.fulfil(payment, context)
    requireHeld(await payments.complete(payment.pidx, token, {}), payment)
    return
  }
  await payments.transaction(async (transaction) => {
    await options.fulfil(payment, { ...context, transaction })
    requireHeld(await payments.complete(payment.pidx, token, {}, transaction), payment)
  })
}

/** In a transaction, throwing takes back what `fulfil` wrote: another process has the claim and writes it again. */
function requireHeld(completed: boolean, { pidx }: Payment): void {
  if (completed) return
  throw new Error(
    `fulfil of payment ${pidx} outlasted its claim of ${claimLeaseMs / 60_000} minutes, and another process took over. Make it shorter, and heed context.signal.`,
  )
}

async function whileHeld(
  shop: Shop,
  { payment, attempt }: { payment: Payment; attempt: number },
  run: (context: FulfilContext) => Promise<void>,
): Promise<void> {
  const lease = new AbortController()
  const lost = setTimeout(() => lease.abort(new Error('The claim has run out.')), claimLeaseMs)
  const slow = setTimeout(() => {
    const warning = new Error(`fulfil has been running for ${slowMs / 1000} s, and holds its claim all the time.`)
    shop.report(warning, 'settle', payment)
  }, slowMs)
  try {
    const idempotencyKey = `khalti-kit:${payment.environment}:${payment.orderId}`
    await run({ idempotencyKey, attempt, signal: lease.signal })
  } finally {
    clearTimeout(lost)
    clearTimeout(slow)
  }
}

/** How often this process has tried to fulfil a payment; only those that failed are remembered. */
function countAttempt({ attempts }: Shop, pidx: string): number {
  const attempt = (attempts.get(pidx) ?? 0) + 1
  attempts.set(pidx, attempt)
  return attempt
}
