import { parseCallback } from '../core/callback.ts'
import { fulfilOrder } from './fulfil-order.ts'
import { type Look, tell, write } from './look.ts'
import type { Payment } from './payment-store.ts'
import { type Ruling, rule } from './rule.ts'
import { type JudgedPayment, type Settlement, settlementOf } from './settlement.ts'
import { refuseOtherEnvironment, type Shop } from './shop.ts'

/** The record of a pidx that anyone may have written; what cannot be one does not reach the store. */
export async function findPayment(shop: Shop, pidx: unknown): Promise<Payment | undefined> {
  const plausible = parseCallback({ pidx }).pidx
  return plausible === undefined ? undefined : shop.payments.find(plausible)
}

/**
 * Brings a payment to where Khalti says it is: record, lookup, verdict, and then the goods or the record.
 *
 * @throws KhaltiError where the lookup fails; nothing has changed then.
 */
export async function settlePayment(shop: Shop, payment: Payment, look: Look): Promise<Settlement> {
  refuseOtherEnvironment(shop, payment)
  const { pidx, amount, orderId } = payment
  const verdict = await shop.client.verify({ pidx, amount, purchase_order_id: orderId }, look.limits)
  return settleVerdict(shop, { payment, verdict }, look)
}

/** The second half of {@link settlePayment}, for who has the verdict already. */
export async function settleVerdict(shop: Shop, judged: JudgedPayment, look: Look): Promise<Settlement> {
  const ruling = rule(judged.payment, judged.verdict)
  if (ruling.fulfil) return fulfil(shop, judged, look)
  if (ruling.change && ruling.outcome !== 'refunded') {
    const current = await shop.payments.find(judged.payment.pidx)
    // Another has moved the payment while Khalti was asked: this evidence may be older than the other's.
    if (current && hasMoved(judged.payment, current)) return settlementOf(current, judged.verdict)
  }
  return applyRuling(shop, { ...judged, ruling }, look)
}

async function fulfil(shop: Shop, judged: JudgedPayment, look: Look): Promise<Settlement> {
  const settlement = await fulfilOrder(shop, judged, look)
  // The cart changed, or the money went back, while Khalti was asked.
  if (settlement === 'ruled-out') {
    const payment = (await shop.payments.find(judged.payment.pidx)) ?? judged.payment
    return applyRuling(shop, { payment, verdict: judged.verdict, ruling: rule(payment, judged.verdict) }, look)
  }
  return settlement
}

async function applyRuling(shop: Shop, ruled: JudgedPayment & { ruling: Ruling }, look: Look): Promise<Settlement> {
  const { payment, verdict, ruling } = ruled
  const after: Payment = { ...payment, ...ruling.change } as Payment
  const next = look.nextLook?.(after, ruling.outcome)
  const endsInDoubt = next === null && (ruling.outcome === 'pending' || ruling.outcome === 'hold')
  const hook = ruling.tell ?? (endsInDoubt ? 'hold' : undefined)
  const heard = hook === undefined || (await tell(shop, hook, { payment: after, verdict, look }))
  if (heard) {
    await write(shop, payment, { change: ruling.change, dueInMs: next })
    return { ...settlementOf(after, verdict), outcome: ruling.outcome }
  }
  await write(shop, payment, { change: undefined, dueInMs: next === null ? retellInMs : next })
  return { ...settlementOf(payment, verdict), outcome: ruling.outcome }
}

const retellInMs = 6 * 60 * 60_000

function hasMoved(before: Payment, current: Payment): boolean {
  return before.state !== current.state || (before.fulfilledAt === undefined) !== (current.fulfilledAt === undefined)
}
