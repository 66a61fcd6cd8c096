const brand = Symbol.for('khalti-kit.error')

/** Every {@link KhaltiErrorCode}. */
export const errorCodes = ['config', 'input', 'api', 'connection', 'response'] as const

/** Which kind of error it is; see the class of each. */
export type KhaltiErrorCode = (typeof errorCodes)[number]

/** Sentences by field, with dotted paths for nested fields: `{ 'customer_info.name': ['This field is required.'] }`. */
export type FieldErrors = Record<string, string[]>

/** What an error says beside its message. */
interface ErrorFacts {
  retryable?: boolean
  mayHaveBeenProcessed?: boolean
  cause?: unknown
}

/**
 * What every operation throws. Tell the kinds apart by `code`, and errors from anything else by {@link isKhaltiError}.
 * No error ever holds the secret key or a whole mobile number.
 */
export abstract class KhaltiError extends Error {
  /** The kind of error. */
  abstract readonly code: KhaltiErrorCode
  /** The name of its entry in the documentation: `errors.md#api-not-found` is the heading "api: not-found" of `docs/errors.md`. */
  abstract readonly docs: string
  /** Whether the same call is safe to repeat and may succeed the next time. */
  readonly retryable: boolean
  /** Whether a request that changes something (initiate, refund) may have gone through. Look before repeating it. */
  readonly mayHaveBeenProcessed: boolean

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.retryable = facts.retryable ?? false
    this.mayHaveBeenProcessed = facts.mayHaveBeenProcessed ?? false
  }

  /** Marks the errors of every copy of this package, so that `isKhaltiError` knows them where `instanceof` does not. */
  get [brand](): true {
    return true
  }

  /** For `JSON.stringify`, which leaves out the message of an error. */
  toJSON(): object {
    return { ...this, message: this.message }
  }
}

/** The client is set up wrongly: no key, no environment in production, a base URL that cannot be. Nothing was sent. */
export class KhaltiConfigError extends KhaltiError {
  override readonly name = 'KhaltiConfigError'
  readonly code = 'config'
  readonly docs = 'errors.md#config'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
  }
}

/** What was passed in cannot be right. Nothing was sent; `fields` has every fault at once. */
export class KhaltiInputError extends KhaltiError {
  override readonly name = 'KhaltiInputError'
  readonly code = 'input'
  readonly docs = 'errors.md#input'
  /** What is wrong with each field, and what to do, in sentences that name the field. */
  readonly fields: FieldErrors

  constructor(what: string, fields: FieldErrors) {
    super([`${what}.`, ...Object.values(fields).flat()].join(' '))
    this.fields = fields
  }
}

/** Every {@link KhaltiApiErrorKind}. */
export const apiErrorKinds = ['authentication', 'not-found', 'rate-limit', 'server', 'validation'] as const

/** Why Khalti refused. */
export type KhaltiApiErrorKind = (typeof apiErrorKinds)[number]

/** What a {@link KhaltiApiError} is made of. */
export interface ApiErrorFacts extends ErrorFacts {
  status: number
  kind: KhaltiApiErrorKind
  fields: FieldErrors
  errorKey: string | undefined
  body: unknown
  retryAfterMs?: number | undefined
}

/**
 * Khalti answered, and refused.
 *
 * @see https://docs.khalti.com/khalti-epayment/#error-responses
 */
export class KhaltiApiError extends KhaltiError {
  override readonly name = 'KhaltiApiError'
  readonly code = 'api'
  readonly docs: `errors.md#api-${KhaltiApiErrorKind}`
  /** The HTTP status. */
  readonly status: number
  /** Why, in one word. */
  readonly kind: KhaltiApiErrorKind
  /** Khalti's messages by field; empty where it refused the request as a whole. */
  readonly fields: FieldErrors
  /** Khalti's `error_key`, such as `validation_error`. */
  readonly errorKey: string | undefined
  /** The body: parsed where it is JSON, else an excerpt of its text. Mobile numbers are masked. */
  readonly body: unknown
  /** How long Khalti asks to wait, in milliseconds, where it sent `Retry-After`. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, facts: ApiErrorFacts) {
    super(message, facts)
    this.status = facts.status
    this.kind = facts.kind
    this.docs = `errors.md#api-${facts.kind}`
    this.fields = facts.fields
    this.errorKey = facts.errorKey
    this.body = facts.body
    this.retryAfterMs = facts.retryAfterMs
  }
}

/** Every {@link KhaltiConnectionErrorReason}. */
export const connectionErrorReasons = ['timeout', 'aborted', 'unreachable', 'lost'] as const

/** `timeout`: no whole answer in time. `aborted`: by your signal. `unreachable`: the request never left. `lost`: it broke on the way. */
export type KhaltiConnectionErrorReason = (typeof connectionErrorReasons)[number]

/** No whole answer came. */
export class KhaltiConnectionError extends KhaltiError {
  override readonly name = 'KhaltiConnectionError'
  readonly code = 'connection'
  readonly docs: `errors.md#connection-${KhaltiConnectionErrorReason}`
  /** What happened. */
  readonly reason: KhaltiConnectionErrorReason

  constructor(message: string, facts: ErrorFacts & { reason: KhaltiConnectionErrorReason }) {
    super(message, facts)
    this.reason = facts.reason
    this.docs = `errors.md#connection-${facts.reason}`
  }
}

/** An answer came that says neither yes nor no: HTML from a proxy, cut-off JSON, a redirect, something far too long. */
export class KhaltiResponseError extends KhaltiError {
  override readonly name = 'KhaltiResponseError'
  readonly code = 'response'
  readonly docs = 'errors.md#response'
  /** The HTTP status. */
  readonly status: number
  /** The beginning of the body, at most 500 characters. Mobile numbers are masked. */
  readonly excerpt: string

  constructor(message: string, facts: ErrorFacts & { status: number; excerpt: string }) {
    super(message, facts)
    this.status = facts.status
    this.excerpt = facts.excerpt
  }
}

/** Any of the five, so that `switch (error.code)` narrows. */
export type AnyKhaltiError =
  | KhaltiConfigError
  | KhaltiInputError
  | KhaltiApiError
  | KhaltiConnectionError
  | KhaltiResponseError

/**
 * Whether a caught value is an error of this package, whichever copy of it threw.
 *
 * @example
 * ```ts
 * import { isKhaltiError, KhaltiClient } from 'khalti-kit'
 *
 * try {
 *   await new KhaltiClient().lookup('HT6o6PEZRWFJ5ygavzHWd5')
 * } catch (error) {
 *   if (isKhaltiError(error) && error.code === 'api' && error.kind === 'not-found') console.log('no such payment')
 *   else throw error
 * }
 * ```
 */
export function isKhaltiError(value: unknown): value is AnyKhaltiError {
  return typeof value === 'object' && value !== null && (value as { [brand]?: unknown })[brand] === true
}

/** The message of what `read` throws; nothing where it does not. */
export function faultOf(read: () => unknown): string[] {
  try {
    read()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
