import type { Verdict } from '../core/verdict.ts'
import type { Payment } from './payment-store.ts'
import { recordedOutcome } from './rule.ts'

/** What settling a payment came to. */
export interface Settlement {
  /** `unknown`: there is no such payment, and Khalti was not asked. */
  outcome: Verdict['outcome'] | 'unknown'
  /** The payment as it is now. */
  payment?: Payment | undefined
  /** What Khalti said. */
  verdict?: Verdict | undefined
  /** Whether this payment's order is fulfilled by it. False beside `paid` while another fulfils it, and for a duplicate. */
  fulfilled: boolean
  /** What `fulfil` threw. It is tried again by the next settle. */
  error?: unknown
}

/** A payment, and what Khalti says of it. */
export interface JudgedPayment {
  payment: Payment
  verdict: Verdict
}

/** What the record says by itself, with the verdict that led there, if any. */
export function settlementOf(payment: Payment, verdict?: Verdict): Settlement {
  const fulfilled = payment.fulfilledAt !== undefined
  return { outcome: recordedOutcome(payment), payment, ...(verdict && { verdict }), fulfilled }
}
