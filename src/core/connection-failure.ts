import { KhaltiConnectionError, type KhaltiConnectionErrorReason } from './errors.ts'
import { redactCause } from './redact.ts'

/** What failed, and under which circumstances. */
export interface ConnectionFailure {
  operation: string
  /** Whether the request changes something at Khalti. */
  changes: boolean
  origin: string
  key: string | undefined
  cause: unknown
}

/** A request that broke on the way or never left, as the error that says which. */
export function brokenConnection(failure: ConnectionFailure): KhaltiConnectionError {
  const reason: KhaltiConnectionErrorReason = neverLeft(failure.cause) ? 'unreachable' : 'lost'
  const mayHaveBeenProcessed = failure.changes && reason === 'lost'
  const code = errorCodes(failure.cause)[0]
  const what =
    reason === 'unreachable'
      ? `${failure.operation} never reached ${failure.origin}`
      : `The connection to ${failure.origin} broke during ${failure.operation}`
  return new KhaltiConnectionError(`${what}${code ? ` (${code})` : ''}. ${advice(reason, mayHaveBeenProcessed)}`, {
    reason,
    mayHaveBeenProcessed,
    retryable: !mayHaveBeenProcessed,
    cause: redactCause(failure.cause, failure.key),
  })
}

/** No whole answer within the time. */
export function timedOut(failure: Omit<ConnectionFailure, 'cause'>, timeoutMs: number): KhaltiConnectionError {
  const { operation, changes, origin } = failure
  return new KhaltiConnectionError(
    `${origin} did not answer ${operation} within ${timeoutMs} ms. ${advice('timeout', changes)}`,
    {
      reason: 'timeout',
      mayHaveBeenProcessed: changes,
      retryable: !changes,
    },
  )
}

/** Ended by the caller's signal. */
export function aborted(operation: string, mayHaveBeenProcessed: boolean, cause: unknown): KhaltiConnectionError {
  const sent = mayHaveBeenProcessed ? ' The request may have gone through all the same.' : ''
  return new KhaltiConnectionError(`${operation} was aborted by its signal.${sent}`, {
    reason: 'aborted',
    mayHaveBeenProcessed,
    cause,
  })
}

function advice(reason: KhaltiConnectionErrorReason, mayHaveBeenProcessed: boolean): string {
  if (mayHaveBeenProcessed) return 'It may have gone through all the same: look before you send it again.'
  if (reason === 'unreachable') return 'Nothing was sent. Check the network, DNS and the base URL, then try again.'
  return 'Nothing was changed. Try again.'
}

const codesBeforeSending =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|UNABLE_TO_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|EPROTO)$/

/** True only where the error's code proves that no byte of the request was sent: DNS, refused, no route, TLS. */
function neverLeft(cause: unknown): boolean {
  const codes = errorCodes(cause)
  return codes.length > 0 && codes.every((code) => codesBeforeSending.test(code))
}

/** The codes of an error, of its causes and of an AggregateError's errors (one for each address that was tried). */
function errorCodes(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return []
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown }
  const own = typeof code === 'string' ? [code] : []
  const within = [...(Array.isArray(errors) ? errors : []), cause]
  return [...own, ...within.flatMap((inner) => errorCodes(inner, depth + 1))]
}
