import { aborted } from './connection-failure.ts'
import { type AnyKhaltiError, isKhaltiError } from './errors.ts'
import type { Attempt, Call, Gateway } from './gateway.ts'
import { tell } from './hooks.ts'
import type { RequestLimits } from './request-options.ts'
import { sleep } from './sleep.ts'

const firstDelayMs = 250
const longestDelayMs = 4_000

/** What is being retried, and what of it may be. */
export interface Retrying {
  gateway: Gateway
  call: Call
  limits: RequestLimits
  /** Whether repeating after this error is safe and may help. */
  mayRepeat: (error: AnyKhaltiError) => boolean
}

/**
 * Runs `attempt` until it succeeds, its error may not be repeated, the retries are used up, or twice the timeout has
 * passed since the start. A `Retry-After` is honoured; one that is longer than the time left ends the call at once.
 */
export async function withRetries<T>(retrying: Retrying, attempt: (attempt: Attempt) => Promise<T>): Promise<T> {
  const { limits } = retrying
  const deadline = performance.now() + 2 * limits.timeoutMs
  for (let number = 1; ; number += 1) {
    const timeoutMs = Math.max(1, Math.round(Math.min(limits.timeoutMs, deadline - performance.now())))
    try {
      return await attempt({ number, timeoutMs, signal: limits.signal })
    } catch (error) {
      if (!isKhaltiError(error) || number > limits.maxRetries || !retrying.mayRepeat(error)) throw error
      const delayMs = delayAfter(error, number)
      if (performance.now() + delayMs >= deadline) throw error
      await pause(retrying, { number, delayMs, error })
    }
  }
}

/** For reads: no answer, 408, 429 or 5xx may pass. */
export function isTransient(error: AnyKhaltiError): boolean {
  return error.retryable && error.code !== 'response'
}

/** For initiate, which would make a second link: only where the request provably never left. */
export function neverLeft(error: AnyKhaltiError): boolean {
  return error.code === 'connection' && error.reason === 'unreachable'
}

/** The delay Khalti asked for, else a doubling one, half of it random, so that many clients do not come back at once. */
function delayAfter(error: AnyKhaltiError, number: number): number {
  const asked = error.code === 'api' ? error.retryAfterMs : undefined
  if (asked !== undefined) return asked
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (number - 1))
  return full / 2 + (Math.random() * full) / 2
}

async function pause(
  retrying: Retrying,
  retry: { number: number; delayMs: number; error: AnyKhaltiError },
): Promise<void> {
  const { gateway, call, limits } = retrying
  const { operation } = call
  const { number, delayMs, error } = retry
  tell(gateway.hooks.onRetry, { operation, attempt: number, delayMs, error })
  try {
    await sleep(delayMs, limits.signal)
  } catch (reason) {
    throw aborted(operation, false, reason)
  }
}
