import type { KhaltiError } from './errors.ts'

/** What is asked of Khalti. */
export type KhaltiOperation = 'initiate' | 'lookup' | 'refund' | 'banks'

/** A request that is about to leave. */
export interface RequestEvent {
  /** What is asked of Khalti. */
  operation: KhaltiOperation
  /** 1 for the first try. */
  attempt: number
  /** The HTTP method. */
  method: 'GET' | 'POST'
  /** The whole address. */
  url: string
  /** What is sent, without the key and with mobile numbers masked. */
  body: unknown
}

/** An answer that has been read. */
export interface ResponseEvent {
  /** What was asked of Khalti. */
  operation: KhaltiOperation
  /** 1 for the first try. */
  attempt: number
  /** The HTTP status; 400 is also how Khalti answers a lookup of an expired or canceled payment. */
  status: number
  /** Milliseconds from the start of the request to the end of the answer. */
  durationMs: number
}

/** A try that failed and will be repeated. */
export interface RetryEvent {
  /** What was asked of Khalti. */
  operation: KhaltiOperation
  /** The try that failed. */
  attempt: number
  /** Milliseconds until the next. */
  delayMs: number
  /** Why the try failed. */
  error: KhaltiError
}

/** Something that works but should be changed. A client tells each of them once. */
export interface WarningEvent {
  /** `return-url-query`: the return_url has a query of its own, which Khalti has been seen to garble. */
  code: 'return-url-query'
  /** What is wrong, and what to do. */
  message: string
}

/**
 * For logs, metrics and traces. Events hold no key and no whole mobile number. What a hook throws is dropped: a broken
 * logger must not break a payment.
 */
export interface KhaltiHooks {
  /** Before each try. */
  onRequest?: ((event: RequestEvent) => void) | undefined
  /** After each answer, whatever it says. */
  onResponse?: ((event: ResponseEvent) => void) | undefined
  /** Before the pause after a failed try. */
  onRetry?: ((event: RetryEvent) => void) | undefined
  /** When something works but should be changed. */
  onWarning?: ((event: WarningEvent) => void) | undefined
}

/** Calls a hook, and drops what it throws or rejects with. */
export function tell<Event>(hook: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    const result = hook?.(event)
    if (result instanceof Promise) result.catch(() => {})
  } catch {
    // Dropped: see KhaltiHooks.
  }
}
