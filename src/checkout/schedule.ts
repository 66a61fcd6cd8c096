import type { Payment } from './payment-store.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const shortest = 30 * second
/** The longest pause between two looks at a payment that may still be paid, in milliseconds. */
export const longestPauseMs = 6 * hour

/** A payment that is paid and not handed out yet is never given up, and looked at more often. */
const longestUnfulfilled = hour

/**
 * Milliseconds until reconcile looks at a payment again, null where it need not. Intervals grow with the payment's age,
 * so that a payment is looked at often when something is likely to happen, and some thirty times in all.
 */
export function nextLook(payment: Payment, now: Date): number | null {
  const age = now.getTime() - payment.createdAt.getTime()
  const interval = Math.min(longestPauseMs, Math.max(shortest, age / 2))
  if (isHandledForGood(payment)) return untilRefundLook(payment, now)
  if (payment.state === 'paid') return Math.min(longestUnfulfilled, interval)
  const left = watchedUntil(payment) - now.getTime()
  return left > 0 ? Math.min(interval, left) : null
}

/** Fulfilled, or paid a second time: only a refund can change it. */
function isHandledForGood({ fulfilledAt, duplicateOf, state }: Payment): boolean {
  return fulfilledAt !== undefined || duplicateOf !== undefined || state === 'refunded'
}

function untilRefundLook({ fulfilledAt, createdAt, refundExtent }: Payment, now: Date): number | null {
  if (refundExtent === 'full') return null
  const since = now.getTime() - (fulfilledAt ?? createdAt).getTime()
  if (since < day) return day - since
  return since < 7 * day ? 7 * day - since : null
}

/** Pending and held payments are watched for two weeks, others for a day beyond the end of their link. */
function watchedUntil({ state, supersededAt, createdAt, expiresAt }: Payment): number {
  if (state === 'unpaid' || supersededAt !== undefined) {
    return Math.max(expiresAt.getTime(), createdAt.getTime() + 2 * hour) + day
  }
  return createdAt.getTime() + 14 * day
}
