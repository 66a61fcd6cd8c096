import type { Verdict } from '../core/verdict.ts'
import type { Payment, PaymentChange } from './payment-store.ts'

/** What follows from a verdict for a payment: what to say, to write down, to tell the shop, and whether to hand out the goods. */
export interface Ruling {
  outcome: Verdict['outcome']
  /** Absent where the record says so already. */
  change?: PaymentChange
  /** Which hook is told of the change. */
  tell?: 'refunded' | 'unpaid' | 'hold'
  /** The order is to be claimed and fulfilled. */
  fulfil?: true
}

/** Holds a verdict against the record. Pure. */
export function rule(payment: Payment, verdict: Verdict): Ruling {
  switch (verdict.outcome) {
    case 'paid':
      return rulePaid(payment, verdict.transactionId)
    case 'refunded':
      return ruleRefunded(payment, verdict)
    case 'hold':
      return payment.state === 'refunded' ? asRecorded(payment) : ruleHold(payment, verdict.reason)
    case 'pending':
    case 'unpaid':
      return isOver(payment) ? asRecorded(payment) : ruleOpen(payment, verdict.outcome)
  }
}

/** What the record says by itself. */
export function recordedOutcome(payment: Payment): Verdict['outcome'] {
  const { state, fulfilledAt } = payment
  if (fulfilledAt && state !== 'refunded' && state !== 'hold') return 'paid'
  return state === 'open' ? 'pending' : state
}

/** Evidence that Khalti has the money, on a payment that may be closed for another reason. */
function rulePaid(payment: Payment, transactionId: string): Ruling {
  if (payment.state === 'refunded') return asRecorded(payment)
  if (payment.fulfilledAt) {
    return { outcome: 'paid', ...(payment.state !== 'paid' && { change: { state: 'paid', transactionId } }) }
  }
  if (payment.supersededAt) return ruleHold(payment, 'superseded', transactionId)
  if (payment.duplicateOf) return { outcome: 'paid' }
  return { outcome: 'paid', fulfil: true }
}

function ruleRefunded(payment: Payment, verdict: Verdict & { outcome: 'refunded' }): Ruling {
  const { extent } = verdict
  if (payment.state === 'refunded' && payment.refundExtent === extent) return { outcome: 'refunded' }
  const transactionId = verdict.lookup.transaction_id?.trim() || payment.transactionId
  return {
    outcome: 'refunded',
    change: { state: 'refunded', refundExtent: extent, ...(transactionId && { transactionId }) },
    tell: 'refunded',
  }
}

function ruleHold(payment: Payment, holdReason: NonNullable<Payment['holdReason']>, transactionId?: string): Ruling {
  if (payment.state === 'hold' && payment.holdReason === holdReason) return { outcome: 'hold' }
  const change: PaymentChange = { state: 'hold', holdReason, ...(transactionId && { transactionId }) }
  return { outcome: 'hold', change, tell: 'hold' }
}

function ruleOpen(payment: Payment, outcome: 'pending' | 'unpaid'): Ruling {
  const state = outcome === 'pending' ? 'open' : 'unpaid'
  if (payment.state === state) return { outcome }
  return { outcome, change: { state }, ...(outcome === 'unpaid' && { tell: 'unpaid' }) }
}

/** The goods are handed out, or the money went back: nothing can become open or unpaid again. */
function isOver(payment: Payment): boolean {
  return payment.fulfilledAt !== undefined || payment.state === 'refunded'
}

function asRecorded(payment: Payment): Ruling {
  return { outcome: recordedOutcome(payment) }
}
