import type { Payment } from '../payment-store.ts'
import { findPayment, settlePayment } from '../settle.ts'
import { type Settlement, settlementOf } from '../settlement.ts'
import { refuseOtherEnvironment, type Shop } from '../shop.ts'
import { json } from './answer.ts'
import type { RouteContext } from './handle.ts'
import { RouteError } from './problem.ts'

/** What the status route tells: nothing about the payer, since a pidx stands in an address that people pass on. */
export interface PaymentStatusAnswer {
  outcome: Settlement['outcome']
  /** Why it is unpaid or on hold. */
  reason?: string | undefined
  pidx: string
  orderId: string
  orderName: string
  /** Paisa. */
  amount: number
  transactionId?: string | undefined
}

/** One look at a payment that all who ask meanwhile share. */
interface SharedLook {
  startedAt: number
  running: boolean
  settlement: Promise<Settlement>
}

/** The looks of a process, by pidx; the oldest are forgotten. */
export type SharedLooks = Map<string, SharedLook>

const sharedForMs = 1_000
const mostLooks = 1_000

/** `GET status?pidx=`: how a payment stands, for a page that polls. */
export async function statusRoute(shop: Shop, request: Request, { looks, facts }: RouteContext): Promise<Response> {
  const pidx = new URL(request.url).searchParams.get('pidx')
  if (!pidx) {
    throw new RouteError('input', 'Which payment? Add ?pidx=.', { fields: { pidx: ['is missing.'] } })
  }
  const payment = await findPayment(shop, pidx)
  if (payment === undefined) throw new RouteError('not-found', 'There is no such payment.')
  Object.assign(facts, { pidx: payment.pidx, orderId: payment.orderId })
  refuseOtherEnvironment(shop, payment)
  const settlement = payment.fulfilledAt ? settlementOf(payment) : await shareLook(shop, payment, looks)
  return json(200, answerOf(settlement, payment))
}

function shareLook(shop: Shop, payment: Payment, looks: SharedLooks): Promise<Settlement> {
  const now = shop.now().getTime()
  const last = looks.get(payment.pidx)
  if (last && (last.running || Math.abs(now - last.startedAt) < sharedForMs)) return last.settlement
  const settlement = settlePayment(shop, payment, { route: 'status' })
  const look: SharedLook = { startedAt: now, running: true, settlement }
  const end = () => {
    look.running = false
  }
  settlement.then(end, end)
  looks.delete(payment.pidx)
  looks.set(payment.pidx, look)
  const [oldest] = looks.keys()
  if (looks.size > mostLooks && oldest !== undefined) looks.delete(oldest)
  return settlement
}

function answerOf(settlement: Settlement, found: Payment): PaymentStatusAnswer {
  const { pidx, orderId, orderName, amount, transactionId } = settlement.payment ?? found
  const reason = reasonOf(settlement)
  return {
    outcome: settlement.outcome,
    ...(reason && { reason }),
    pidx,
    orderId,
    orderName,
    amount,
    ...(transactionId && { transactionId }),
  }
}

function reasonOf({ outcome, payment, verdict }: Settlement): string | undefined {
  const said = verdict && 'reason' in verdict ? verdict.reason : undefined
  if (outcome === 'unpaid') return said
  return outcome === 'hold' ? (payment?.holdReason ?? said) : undefined
}
