import { KhaltiConnectionError } from './errors.ts'
import { redactCause, redactText } from './redact.ts'

/** What failed, and under which circumstances. */
export interface ConnectionFailure {
  operation: string
  origin: string
  key: string | undefined
  cause: unknown
  /** Whether bytes of the request may have left. */
  sent: boolean
  /** Whether bytes may have left of a request that changes something at Khalti. */
  changes: boolean
}

/** A request that broke on the way or never left, as the error that says which. */
export function brokenConnection(failure: ConnectionFailure): KhaltiConnectionError {
  const { operation, origin, key, cause } = failure
  const leaves = leavesOf(cause)
  const code = leaves[0] ? ` (${redactText(leaves[0].code, key)})` : ''
  const harmless = redactCause(cause, key)
  if (!failure.sent || neverLeft(leaves)) return unreachable(`${operation} never reached ${origin}${code}.`, harmless)
  const mayHaveBeenProcessed = failure.changes
  return new KhaltiConnectionError(
    `The connection to ${origin} broke during ${operation}${code}. ${advice(mayHaveBeenProcessed)}`,
    { reason: 'lost', mayHaveBeenProcessed, retryable: !mayHaveBeenProcessed, cause: harmless },
  )
}

/** No whole answer within the time, or not even a connection. */
export function timedOut(failure: Omit<ConnectionFailure, 'key' | 'cause'>, timeoutMs: number): KhaltiConnectionError {
  const { operation, origin, changes, sent } = failure
  if (!sent) return unreachable(`${operation} never reached ${origin}: there was no connection within ${timeoutMs} ms.`)
  return new KhaltiConnectionError(`${origin} did not answer ${operation} within ${timeoutMs} ms. ${advice(changes)}`, {
    reason: 'timeout',
    mayHaveBeenProcessed: changes,
    retryable: !changes,
  })
}

/** The shop's own key function took all the time. */
export function noKeyInTime(operation: string, timeoutMs: number): KhaltiConnectionError {
  return new KhaltiConnectionError(
    `${operation} was not sent: the secretKey function gave no key within ${timeoutMs} ms.`,
    { reason: 'timeout', retryable: true },
  )
}

/** Ended by the caller's signal. */
export function aborted(operation: string, mayHaveBeenProcessed: boolean, cause: unknown): KhaltiConnectionError {
  const sent = mayHaveBeenProcessed ? ' It may have gone through.' : ''
  return new KhaltiConnectionError(`${operation} was aborted by its signal.${sent}`, {
    reason: 'aborted',
    mayHaveBeenProcessed,
    cause,
  })
}

function unreachable(what: string, cause?: unknown): KhaltiConnectionError {
  return new KhaltiConnectionError(
    `${what} Nothing was sent. Check the network, the name (DNS) and the base URL, then try again.`,
    { reason: 'unreachable', retryable: true, cause },
  )
}

function advice(mayHaveBeenProcessed: boolean): string {
  return mayHaveBeenProcessed
    ? 'It may have gone through: look before you send it again.'
    : 'Nothing was changed. Try again.'
}

const codesBeforeSending =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|Connect(ionRefused)?|ERR_TLS_\w+|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|\w+_HANDSHAKE)_\w+|CERT_\w+|UNABLE_TO_\w+|\w*SELF_SIGNED_CERT\w*)$/

/** Deno gives no code. Its HTTP client says at which step it failed; DNS, socket and TLS are `Connect` (2.9, 2026-11-27). */
const stepOfDeno = /^error sending request for url \S+: client error \((Connect)\)/

/** One error among the causes of another, with what it calls itself. */
interface Leaf {
  code: string
  syscall: unknown
}

/**
 * True only where every code proves that no byte of the request was sent: DNS, refused, no connection, a TLS that
 * was not agreed on. What else TLS says it may say of an answer, and a route may be lost while one is awaited.
 */
function neverLeft(leaves: Leaf[]): boolean {
  const isBefore = ({ code, syscall }: Leaf) => syscall === 'connect' || codesBeforeSending.test(code)
  return leaves.length > 0 && leaves.every(isBefore)
}

/**
 * An error's causes that say what happened. An AggregateError speaks by its errors alone, one for each address that was
 * tried: its own code is only the first of theirs, and does not say that it was `connect` that failed.
 */
function leavesOf(error: unknown, depth = 0): Leaf[] {
  if (typeof error !== 'object' || error === null || depth > 5) return []
  const { syscall, cause, errors } = error as Record<'syscall' | 'cause' | 'errors', unknown>
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap((inner) => leavesOf(inner, depth + 1))
  const code = codeOf(error)
  return [...(code === undefined ? [] : [{ code, syscall }]), ...leavesOf(cause, depth + 1)]
}

function codeOf({ code, message }: { code?: unknown; message?: unknown }): string | undefined {
  if (typeof code === 'string') return code
  return typeof message === 'string' ? stepOfDeno.exec(message)?.[1] : undefined
}
