import { createDefaultTransport } from '#transport'
import { fetchTransport } from '../transport/fetch.ts'
import type { Transport, TransportAnswer } from '../transport/transport.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import { aborted, brokenConnection, timedOut } from './connection-failure.ts'
import { CutOff, untilCancelled } from './cut-off.ts'
import { isKhaltiError, KhaltiConfigError, type KhaltiError } from './errors.ts'
import { type KhaltiHooks, type KhaltiOperation, tell, type WarningEvent } from './hooks.ts'
import { redactData } from './redact.ts'
import { askForKey, cleanKey, type SecretKeySource } from './secret-key.ts'
import { readEnv, type Settings, settingsReader } from './settings.ts'

/** What a gateway is made of; see {@link KhaltiClientOptions}. */
export interface GatewayOptions {
  secretKey?: SecretKeySource | undefined
  environment?: KhaltiEnvironment | undefined
  baseUrl?: string | undefined
  fetch?: typeof globalThis.fetch | undefined
  hooks?: KhaltiHooks | undefined
}

/** One request to Khalti. */
export interface Call {
  operation: KhaltiOperation
  method: 'GET' | 'POST'
  path: string
  /** Sent as JSON. */
  body?: object
  /** Whether it goes out with the secret key. */
  authorized: boolean
  /** Whether it changes something at Khalti, so that repeating it may do so twice. */
  changes: boolean
}

/** One try of a call. */
export interface Attempt {
  /** 1 for the first. */
  number: number
  /** Milliseconds until the answer must have been read. */
  timeoutMs: number
  signal: AbortSignal | undefined
}

/** An answer, and what is needed to tell of it. */
export interface Answer extends TransportAnswer {
  call: Call
  /** The key it was asked with, to keep it out of errors. */
  key: string | undefined
}

/** The way to Khalti: settings, key, connections and hooks of one client. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #readSettings: () => Settings
  readonly #transport: Transport
  readonly #warned = new Set<string>()
  #closed = false

  constructor(options: GatewayOptions) {
    this.#options = { ...options }
    this.#readSettings = settingsReader(this.#options)
    this.#transport = options.fetch ? fetchTransport(options.fetch) : createDefaultTransport()
  }

  get hooks(): KhaltiHooks {
    return this.#options.hooks ?? {}
  }

  /** Read anew on every call, since environment variables may be set after the client is made. */
  get settings(): Settings {
    return this.#readSettings()
  }

  /** Tells a warning, once. */
  warn(warning: WarningEvent): void {
    if (this.#warned.has(warning.code)) return
    this.#warned.add(warning.code)
    tell(this.hooks.onWarning, warning)
  }

  /** Sends a call once and reads its answer, whatever it says. @throws KhaltiConnectionError where no whole answer came. */
  async send(call: Call, attempt: Attempt): Promise<Answer> {
    if (this.#closed) throw new KhaltiConfigError('This client is closed. Make a new one, or close it later.')
    const { origin } = this.settings
    const failure = { operation: call.operation, changes: call.changes, origin, key: undefined as string | undefined }
    const cut = new CutOff(attempt.timeoutMs, attempt.signal)
    let sent = false
    try {
      if (call.authorized) failure.key = await this.#key(cut)
      if (cut.aborted) throw cut.reason
      sent = true
      const answer = await this.#exchange(call, attempt, { origin, key: failure.key, cancellation: cut })
      return { ...answer, call, key: failure.key }
    } catch (cause) {
      if (isKhaltiError(cause)) throw cause
      throw explain({ ...failure, changes: call.changes && sent, cause }, attempt, cut)
    } finally {
      cut.end()
    }
  }

  /** The key; a function is asked for it, but not longer than the call may take. */
  #key(cut: CutOff): string | Promise<string> {
    const { secretKey } = this.#options
    if (typeof secretKey !== 'function') return cleanKey(secretKey ?? readEnv('KHALTI_SECRET_KEY'))
    return untilCancelled(askForKey(secretKey), cut)
  }

  async #exchange(
    call: Call,
    attempt: Attempt,
    way: { origin: string; key: string | undefined; cancellation: CutOff },
  ) {
    const { operation, method, path } = call
    const { onRequest, onResponse } = this.hooks
    const { origin, key, cancellation } = way
    if (onRequest) {
      const body = redactData(call.body, key)
      tell(onRequest, { operation, attempt: attempt.number, method, url: origin + path, body })
    }
    const start = performance.now()
    const body = call.body && JSON.stringify(call.body)
    const answer = await this.#transport.send({
      origin,
      path,
      method,
      headers: headersOf(body, key),
      body,
      cancellation,
    })
    if (onResponse) {
      const durationMs = performance.now() - start
      tell(onResponse, { operation, attempt: attempt.number, status: answer.status, durationMs })
    }
    return answer
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#transport.close()
  }
}

function explain(failure: Parameters<typeof brokenConnection>[0], attempt: Attempt, cut: CutOff): KhaltiError {
  if (cut.timedOut) return timedOut(failure, attempt.timeoutMs)
  if (attempt.signal?.aborted) return aborted(failure.operation, failure.changes, attempt.signal.reason)
  return brokenConnection(failure)
}

function headersOf(body: string | undefined, key: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'khalti-kit' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers.authorization = `Key ${key}`
  return headers
}
