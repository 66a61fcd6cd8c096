import type { PaymentLookupResponse } from '../wire/lookup.ts'
import { type NormalizedStatus, normalizeStatus } from '../wire/status.ts'

/** What you know of a payment from your own record, for Khalti's answer to be compared with. */
export interface ExpectedPayment {
  /** The payment's id, from initiate. */
  pidx: string
  /** Paisa: what the order costs. */
  amount: number
  /** The order's id; compared only where the answer names one. */
  orderId?: string | undefined
}

/** Every {@link UnpaidReason}. */
export const unpaidReasons = ['canceled', 'expired', 'failed'] as const

/** Why nothing was paid. */
export type UnpaidReason = (typeof unpaidReasons)[number]

/** Every {@link HoldReason}. */
export const holdReasons = ['unknown-status', 'wrong-amount', 'wrong-payment', 'wrong-order', 'no-transaction'] as const

/** Why a person must look at a payment before anything is done about it. */
export type HoldReason = (typeof holdReasons)[number]

/** What to do about a payment: `switch (verdict.outcome)`, and fulfil the order only where it is `paid`. */
export type Verdict =
  | {
      /** The order is paid, with the amount that was expected: fulfil it. */
      outcome: 'paid'
      /** Khalti's id of the transaction: a refund needs it. */
      transactionId: string
      /** Khalti's answer. */
      lookup: PaymentLookupResponse
    }
  | {
      /** Not decided yet: ask again later. */
      outcome: 'pending'
      /** Khalti's answer. */
      lookup: PaymentLookupResponse
    }
  | {
      /** Nothing was paid. */
      outcome: 'unpaid'
      /** Why not. */
      reason: UnpaidReason
      /** Khalti's answer. */
      lookup: PaymentLookupResponse
    }
  | {
      /** It was paid, and the money went back. */
      outcome: 'refunded'
      /** Whether all of it went back. */
      extent: 'full' | 'partial'
      /** Khalti's answer. */
      lookup: PaymentLookupResponse
    }
  | {
      /** A person must look: neither fulfil the order nor give it up. */
      outcome: 'hold'
      /** What does not fit. */
      reason: HoldReason
      /** Khalti's answer. */
      lookup: PaymentLookupResponse
    }

/**
 * Decides what Khalti's answer means for the payment you expect. Pure, and the only place that decides.
 *
 * @param lookup - Khalti's answer, from {@link KhaltiClient.lookup}.
 * @param expected - Your own record of the payment, never the query string.
 *
 * @example
 * ```ts
 * import { judge, KhaltiClient, rupees } from 'khalti-kit'
 *
 * const lookup = await new KhaltiClient().lookup('HT6o6PEZRWFJ5ygavzHWd5')
 * const verdict = judge(lookup, { pidx: 'HT6o6PEZRWFJ5ygavzHWd5', amount: rupees(10) })
 * if (verdict.outcome === 'paid') console.log(verdict.transactionId)
 * ```
 */
export function judge(lookup: PaymentLookupResponse, expected: ExpectedPayment): Verdict {
  if (!lookup.pidx || lookup.pidx !== expected.pidx) return { outcome: 'hold', reason: 'wrong-payment', lookup }
  if (namesAnotherOrder(lookup, expected)) return { outcome: 'hold', reason: 'wrong-order', lookup }
  const status = normalizeStatus(String(lookup.status)) as NormalizedStatus
  switch (status) {
    case 'completed':
      return judgeCompleted(lookup, expected)
    case 'pending':
    case 'initiated':
      return { outcome: 'pending', lookup }
    case 'user canceled':
    case 'canceled':
      return { outcome: 'unpaid', reason: 'canceled', lookup }
    case 'expired':
    case 'failed':
      return { outcome: 'unpaid', reason: status, lookup }
    case 'refunded':
      return { outcome: 'refunded', extent: 'full', lookup }
    case 'partially refunded':
      return { outcome: 'refunded', extent: 'partial', lookup }
    default:
      status satisfies never
      return { outcome: 'hold', reason: 'unknown-status', lookup }
  }
}

function judgeCompleted(lookup: PaymentLookupResponse, expected: ExpectedPayment): Verdict {
  if (lookup.refunded === true) return { outcome: 'refunded', extent: 'full', lookup }
  if (!Number.isSafeInteger(lookup.total_amount) || lookup.total_amount !== expected.amount) {
    return { outcome: 'hold', reason: 'wrong-amount', lookup }
  }
  const transactionId = typeof lookup.transaction_id === 'string' ? lookup.transaction_id.trim() : ''
  if (namesNothing.test(transactionId)) return { outcome: 'hold', reason: 'no-transaction', lookup }
  return { outcome: 'paid', transactionId, lookup }
}

/** What stands where there is no id: Khalti's own redirects say `None`. */
const namesNothing = /^\W*(none|null)?$/i

/** A lookup does not name the order today. Khalti's endpoint for apps does, so a later API or a proxy might. */
function namesAnotherOrder(lookup: PaymentLookupResponse, { orderId }: ExpectedPayment): boolean {
  const named: unknown = lookup.purchase_order_id
  if (orderId === undefined || named === undefined || named === null || named === '') return false
  return String(named) !== String(orderId)
}
