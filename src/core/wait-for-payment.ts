import { aborted, timedOut } from './connection-failure.ts'
import { Deadline } from './deadline.ts'
import { isKhaltiError } from './errors.ts'
import type { Gateway } from './gateway.ts'
import type { ExpectedPayment, Verdict } from './judge.ts'
import { checkDuration, type RequestLimits, type RequestOptions } from './request-options.ts'
import { sleep } from './sleep.ts'
import { checkExpected, verify } from './verify.ts'

/** How long to wait for a payment, and how often to look. */
export interface WaitOptions extends RequestOptions {
  /** Milliseconds until the last verdict is given, final or not. Default: 300 000 (5 minutes). */
  deadlineMs?: number | undefined
  /** Milliseconds before the second look; each later pause is half as long again, up to 15 000. Default: 2 000. */
  intervalMs?: number | undefined
}

const longestIntervalMs = 15_000

/** Looks until the verdict is final or the deadline passes; after a failure that may pass it looks again. */
export async function waitForPayment(
  gateway: Gateway,
  expected: ExpectedPayment,
  options: { limits: RequestLimits; deadlineMs?: number | undefined; intervalMs?: number | undefined },
): Promise<Verdict> {
  const asked = checkExpected(expected)
  const deadlineMs = checkDuration('deadlineMs', options.deadlineMs ?? 300_000)
  const intervalMs = checkDuration('intervalMs', options.intervalMs ?? 2_000)
  const { signal } = options.limits
  const deadline = new Deadline(deadlineMs, signal)
  try {
    const seen = await lookUntil(deadline.signal, intervalMs, () =>
      gateway.run(verify, asked, { ...options.limits, signal: deadline.signal }),
    )
    if (signal?.aborted) throw aborted('waitForPayment', false, signal.reason)
    if (seen.verdict) return seen.verdict
    const { origin } = gateway.settings
    throw seen.failure ?? timedOut({ operation: 'lookup', origin, sent: true, changes: false }, deadlineMs)
  } finally {
    deadline.end()
  }
}

interface Seen {
  verdict?: Verdict
  failure?: unknown
}

/** The last verdict, or the last failure where there was none, once the verdict is final or the deadline has passed. */
async function lookUntil(ending: AbortSignal, firstIntervalMs: number, look: () => Promise<Verdict>): Promise<Seen> {
  let last: Seen = {}
  let intervalMs = firstIntervalMs
  while (!ending.aborted) {
    const seen = await lookOnce(ending, look)
    if (seen.verdict !== undefined && seen.verdict.outcome !== 'pending') return seen
    last = { ...last, ...seen }
    // The deadline ends the pause, and then the loop.
    await sleep(Math.max(intervalMs, askedFor(seen.failure)), ending).catch(() => {})
    intervalMs = Math.min(longestIntervalMs, intervalMs * 1.5)
  }
  return last
}

/** Milliseconds that Khalti asked to be left alone for: a day at most, since timers do not take any number. */
function askedFor(failure: unknown): number {
  const isAnswer = isKhaltiError(failure) && failure.code === 'api'
  return isAnswer ? Math.min(failure.retryAfterMs ?? 0, 86_400_000) : 0
}

async function lookOnce(ending: AbortSignal, look: () => Promise<Verdict>): Promise<Seen> {
  try {
    return { verdict: await look() }
  } catch (failure) {
    // A look that the deadline cut off says nothing about the payment.
    if (ending.aborted) return {}
    if (isKhaltiError(failure) && failure.retryable) return { failure }
    throw failure
  }
}
