import { CutOff, sleep } from '../core/cut-off.ts'
import type { Verdict } from '../core/verdict.ts'
import { type ClaimedPayment, completeOnce, leaseMs } from './complete-once.ts'
import { type Look, tell, write } from './look.ts'
import type { Claim, Payment, PaymentChange } from './payment-store.ts'
import { type JudgedPayment, type Settlement, settlementOf } from './settlement.ts'
import type { Shop } from './shop.ts'

/** How long a payment waits for the claim of another payment of its order, which usually ends in a moment. */
const rivalPausesMs = [25, 50, 100, 200, 400]

/**
 * Claims the order for a payment that Khalti calls completed, and fulfils it. `ruled-out` where the record has changed
 * so that this payment must not be fulfilled.
 */
export async function fulfilOrder(shop: Shop, judged: JudgedPayment, look: Look): Promise<Settlement | 'ruled-out'> {
  const { payment, verdict } = judged
  // Measured from before the claim, so that it is never longer than the store's.
  const lease = new CutOff(leaseMs, undefined)
  try {
    const claim = await claimPatiently(shop, payment)
    if (typeof claim === 'object' && 'duplicateOf' in claim) return tellTwice(shop, judged, { ...claim, look })
    const current = (await shop.payments.find(payment.pidx)) ?? payment
    if (claim === 'done') return settlementOf(current, verdict)
    if (claim === 'busy') return standBack(shop, { payment: current, verdict }, look)
    const claimed = { payment: current, verdict, claim, lease }
    if (current.state !== 'refunded') return await fulfilClaimed(shop, claimed, look)
    await shop.payments.release(current.pidx, claim.token)
    return 'ruled-out'
  } finally {
    lease.end()
  }
}

async function claimPatiently(shop: Shop, { pidx, orderId }: Payment): Promise<Claim> {
  let claim = await shop.payments.claim(pidx, leaseMs)
  if (claim !== 'busy') return claim
  const rivals = (await shop.payments.findByOrder(orderId)).filter((other) => !other.supersededAt)
  if (rivals.length < 2) return claim
  for (const pauseMs of rivalPausesMs) {
    await sleep(pauseMs, undefined)
    claim = await shop.payments.claim(pidx, leaseMs)
    if (claim !== 'busy') return claim
  }
  return claim
}

/** The order had been bought by another payment. */
async function tellTwice(
  shop: Shop,
  { payment, verdict }: JudgedPayment,
  { duplicateOf, look }: { duplicateOf: string; look: Look },
): Promise<Settlement> {
  const change: PaymentChange = { ...paidChange(verdict), duplicateOf }
  const duplicate = { ...payment, ...change } as Payment
  const heard = await tell(shop, 'paidTwice', { payment: duplicate, verdict, look })
  const dueInMs = look.nextLook?.(heard ? duplicate : payment, 'paid')
  await write(shop, payment, { change: heard ? change : paidChange(verdict), dueInMs })
  return { outcome: 'paid', payment: duplicate, verdict, fulfilled: false }
}

/** Another is at it, or the payment is superseded, which the record says. */
async function standBack(
  shop: Shop,
  { payment, verdict }: JudgedPayment,
  look: Look,
): Promise<Settlement | 'ruled-out'> {
  if (payment.supersededAt || payment.state === 'refunded') return 'ruled-out'
  if (payment.fulfilledAt) return settlementOf(payment, verdict)
  const change = payment.state === 'paid' ? undefined : paidChange(verdict)
  const paid = { ...payment, ...change } as Payment
  await write(shop, payment, { change, dueInMs: look.nextLook?.(paid, 'paid') })
  return { outcome: 'paid', payment: paid, verdict, fulfilled: false }
}

async function fulfilClaimed(shop: Shop, claimed: ClaimedPayment, look: Look): Promise<Settlement> {
  const { payment, verdict, claim } = claimed
  const { pidx, orderId } = payment
  const change = paidChange(verdict)
  const paid = { ...payment, ...change } as Payment
  const fulfilled = { ...paid, fulfilledAt: shop.now() }
  try {
    if (payment.state !== 'paid') await shop.payments.record(pidx, change)
    const dueInMs = look.nextLook?.(fulfilled, 'paid')
    await completeOnce(
      shop,
      { ...claimed, payment: paid },
      { look, change: { ...change, ...(dueInMs !== undefined && { dueInMs }) } },
    )
    return { outcome: 'paid', payment: fulfilled, verdict, fulfilled: true }
  } catch (error) {
    shop.report(error, { route: look.route, pidx, orderId })
    await giveBack(shop, { payment: paid, token: claim.token, look })
    return { outcome: 'paid', payment: paid, verdict, fulfilled: false, error }
  }
}

/** Where even that fails, the lease ends the claim. */
async function giveBack(shop: Shop, { payment, token, look }: { payment: Payment; token: string; look: Look }) {
  const { pidx, orderId } = payment
  try {
    await shop.payments.release(pidx, token)
    await write(shop, payment, { change: undefined, dueInMs: look.nextLook?.(payment, 'paid') })
  } catch (error) {
    shop.report(error, { route: look.route, pidx, orderId })
  }
}

function paidChange(verdict: Verdict): PaymentChange {
  return { state: 'paid', ...(verdict.outcome === 'paid' && { transactionId: verdict.transactionId }) }
}
