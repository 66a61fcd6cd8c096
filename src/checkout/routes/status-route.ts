import type { Verdict } from '../../core/judge.ts'
import { CheckoutRefusal } from '../checkout-refusal.ts'
import type { Payment } from '../payment-store.ts'
import { findPayment, recordedOutcome, type Settled, settlePayment } from '../settle.ts'
import type { Shop } from '../shop.ts'
import { json } from './answer.ts'

/** Polls of one payment within this time share one lookup. */
const shareMs = 1_000

/** What a page may know of a payment: nothing about the payer. */
export interface PaymentStatusAnswer {
  outcome: Verdict['outcome']
  /** Why, where it is unpaid or on hold. */
  reason?: string | undefined
  pidx: string
  orderId: string
  orderName: string
  /** Paisa. */
  amount: number
  transactionId?: string | undefined
}

/** Lookups under way or just over, by pidx. */
export type SharedLookups = Map<string, { at: number; settling: Promise<Settled> }>

/** `GET status?pidx=`: how a payment stands, for a page that polls. */
export async function statusRoute(request: Request, shop: Shop, shared: SharedLookups): Promise<Response> {
  const payment = await findPayment(shop, new URL(request.url).searchParams.get('pidx'))
  if (payment === undefined) throw new CheckoutRefusal(404, 'There is no such payment.', 'not-found')
  if (payment.fulfilledAt) return json(200, answerOf(payment, { outcome: recordedOutcome(payment) }))
  const settlement = await settleShared(shop, payment, shared)
  return json(200, answerOf(settlement.payment ?? payment, settlement))
}

function settleShared(shop: Shop, payment: Payment, shared: SharedLookups): Promise<Settled> {
  const at = performance.now()
  for (const [pidx, lookup] of shared) if (at - lookup.at >= shareMs) shared.delete(pidx)
  const running = shared.get(payment.pidx)
  if (running) return running.settling
  const settling = settlePayment(shop, payment)
  shared.set(payment.pidx, { at, settling })
  return settling
}

function answerOf(
  { pidx, orderId, orderName, amount, transactionId, holdReason }: Payment,
  { outcome, verdict }: Pick<Settled, 'outcome' | 'verdict'>,
): PaymentStatusAnswer {
  const said = verdict && 'reason' in verdict ? verdict.reason : undefined
  const reason = outcome === 'hold' ? holdReason : said
  return { outcome, reason, pidx, orderId, orderName, amount, transactionId }
}
