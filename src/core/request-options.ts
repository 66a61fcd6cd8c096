import { KhaltiConfigError } from './errors.ts'
import { requireOptions } from './require-options.ts'
import { show } from './show.ts'

/** What one call may set for itself. */
export interface RequestOptions {
  /** Ends the call at once: the request, the reading of its answer, a pause between tries. */
  signal?: AbortSignal | undefined
  /** Milliseconds for one try, until its answer is read. Default: the client's. */
  timeoutMs?: number | undefined
  /** How often what is safe to repeat is repeated. Default: the client's. */
  maxRetries?: number | undefined
}

/** The options of a call with the client's defaults filled in. */
export interface RequestLimits {
  signal: AbortSignal | undefined
  timeoutMs: number
  maxRetries: number
}

/** The longest duration we accept: a call may take twice its timeout, and a longer timer would fire at once. */
const longestDurationMs = 1_000_000_000

/** The call's options over the client's over the defaults. @throws KhaltiConfigError where one cannot be; KhaltiInputError. */
export function resolveLimits(client: RequestOptions, call: RequestOptions = {}): RequestLimits {
  requireOptions(call, 'Nothing was sent')
  const timeoutMs = checkDuration('timeoutMs', call.timeoutMs ?? client.timeoutMs ?? 10_000)
  const maxRetries = call.maxRetries ?? client.maxRetries ?? 2
  if (!Number.isSafeInteger(maxRetries) || maxRetries < 0) {
    throw new KhaltiConfigError(`maxRetries is ${show(maxRetries)}. It is a whole number, 0 or more.`)
  }
  const { signal } = call
  if (signal && typeof signal.addEventListener !== 'function') {
    throw new KhaltiConfigError('signal is no AbortSignal.')
  }
  return { signal, timeoutMs, maxRetries }
}

/** A duration in milliseconds that a timer can wait for. @throws KhaltiConfigError for any other. */
export function checkDuration(name: string, ms: number): number {
  if (typeof ms === 'number' && ms > 0 && ms <= longestDurationMs) return ms
  throw new KhaltiConfigError(
    `${name} is ${show(ms)}. It is in milliseconds, above 0 and at most ${longestDurationMs}.`,
  )
}
