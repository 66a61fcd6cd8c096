import { plausibleId } from '../../wire/ids.ts'
import { CheckoutRefusal } from '../checkout-refusal.ts'
import type { Payment } from '../payment-store.ts'
import { type Settlement, settlePayment } from '../settle.ts'
import type { Shop } from '../shop.ts'
import { json } from './answer.ts'

/** Polls of one payment within this time share one lookup. */
const shareMs = 1_000

/** What a page may know of a payment: nothing about the payer. */
export interface PaymentStatusAnswer {
  outcome: Exclude<Settlement['outcome'], 'unknown'>
  /** Why, where it is unpaid or on hold. */
  reason?: string
  pidx: string
  orderId: string
  orderName: string
  /** Paisa. */
  amount: number
  transactionId?: string
}

/** Lookups under way or just over, by pidx. */
export type SharedLookups = Map<string, { at: number; settling: Promise<Settlement> }>

/** `GET status?pidx=`: how a payment stands, for a page that polls. */
export async function statusRoute(request: Request, shop: Shop, shared: SharedLookups): Promise<Response> {
  const pidx = new URL(request.url).searchParams.get('pidx') ?? ''
  const payment = plausibleId.test(pidx) ? await shop.payments.find(pidx) : undefined
  if (payment === undefined) throw new CheckoutRefusal(404, 'There is no such payment.', 'not-found')
  if (payment.fulfilledAt) return json(200, answerOf(payment, recorded(payment)))
  const settlement = await settleShared(shop, payment, shared)
  return json(200, answerOf(settlement.payment ?? payment, settlement))
}

function settleShared(shop: Shop, payment: Payment, shared: SharedLookups): Promise<Settlement> {
  const at = performance.now()
  for (const [pidx, lookup] of shared) if (at - lookup.at >= shareMs) shared.delete(pidx)
  const running = shared.get(payment.pidx)
  if (running) return running.settling
  const settling = settlePayment(shop, payment)
  shared.set(payment.pidx, { at, settling })
  return settling
}

function recorded({ state }: Payment): Pick<Settlement, 'outcome'> {
  return { outcome: state === 'refunded' ? 'refunded' : 'paid' }
}

function answerOf(
  payment: Payment,
  { outcome, verdict }: Pick<Settlement, 'outcome' | 'verdict'>,
): PaymentStatusAnswer {
  const { pidx, orderId, orderName, amount, transactionId } = payment
  const reason = reasonOf(payment, outcome, verdict)
  return {
    outcome: outcome === 'unknown' ? 'pending' : outcome,
    ...(reason !== undefined && { reason }),
    pidx,
    orderId,
    orderName,
    amount,
    ...(transactionId !== undefined && { transactionId }),
  }
}

function reasonOf(
  payment: Payment,
  outcome: Settlement['outcome'],
  verdict: Settlement['verdict'],
): string | undefined {
  if (outcome === 'hold') return payment.holdReason
  return verdict && 'reason' in verdict ? verdict.reason : undefined
}
