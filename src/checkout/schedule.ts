import type { Verdict } from '../core/verdict.ts'
import type { Payment } from './payment-store.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const shortest = 30 * second
const longest = 6 * hour
/** The goods are owed: looked at often, however old the payment is. */
const longestWhileOwed = 10 * minute

/** Khalti's links live for 30 to 60 minutes; one without an expiry is watched as if it lived for two hours. */
const leastWatchedLife = 2 * hour

/**
 * Milliseconds until reconcile looks at a payment again; null for never. Pure. Intervals grow with the payment's age:
 * most customers pay within minutes, and what is not decided after hours may take days.
 *
 * @param outcome - What this look came to; `failed` where it came to nothing.
 */
export function nextLook(payment: Payment, outcome: Verdict['outcome'] | 'failed', now: Date): number | null {
  const age = Math.max(0, now.getTime() - payment.createdAt.getTime())
  const interval = clamp(age / 2, shortest, longest)
  if (outcome === 'failed') return interval
  if (outcome === 'refunded') return payment.refundExtent === 'full' ? null : untilRefundLook(payment, now)
  if (outcome === 'hold') return within(interval, 14 * day - age)
  if (payment.fulfilledAt || payment.duplicateOf) return untilRefundLook(payment, now)
  if (outcome === 'paid') return Math.min(interval, longestWhileOwed)
  if (outcome === 'unpaid' || payment.supersededAt) return within(interval, untilForgotten(payment) - age)
  return within(interval, 14 * day - age)
}

/** Whether a payment is paid for good, and its next look for a refund has not come yet: then Khalti need not be asked. */
export function isSettledForNow({ fulfilledAt, state }: Payment, now: Date): boolean {
  return fulfilledAt !== undefined && state === 'paid' && now.getTime() - fulfilledAt.getTime() < day
}

/** A day and a week after the goods were handed out, and then never again. */
function untilRefundLook({ fulfilledAt, createdAt }: Payment, now: Date): number | null {
  const since = now.getTime() - (fulfilledAt ?? createdAt).getTime()
  const next = [day, 7 * day].find((at) => at > since)
  return next === undefined ? null : Math.max(shortest, next - since)
}

function untilForgotten({ createdAt, expiresAt }: Payment): number {
  return Math.max(expiresAt.getTime() - createdAt.getTime(), leastWatchedLife) + day
}

/** The interval, cut so that a last look falls on the end; null at the end. */
function within(interval: number, left: number): number | null {
  if (left <= 0) return null
  return Math.min(interval, Math.max(shortest, left))
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)))
}
