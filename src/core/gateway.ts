import { createDefaultTransport } from '#transport'
import { fetchTransport } from '../transport/fetch.ts'
import type { Ending, Transport, TransportAnswer } from '../transport/transport.ts'
import { untilAborted } from '../transport/until-aborted.ts'
import type { KhaltiClientOptions } from './client.ts'
import { aborted, brokenConnection, type ConnectionFailure, noKeyInTime, timedOut } from './connection-failure.ts'
import { Deadline } from './deadline.ts'
import { isKhaltiError, KhaltiConfigError, type KhaltiError } from './errors.ts'
import { type KhaltiHooks, type KhaltiOperation, tell, type WarningEvent } from './hooks.ts'
import { redactCause, redactData } from './redact.ts'
import { askForKey, ownKey } from './secret-key.ts'
import { type Settings, settingsReader } from './settings.ts'

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
  readonly #options: KhaltiClientOptions
  readonly #readSettings: () => Settings
  readonly #transport: Transport
  /** The key of the last call that has one. */
  lastKey: string | undefined
  readonly #warned = new Set<string>()
  #closing: Promise<void> | undefined
  readonly #running = new Set<Promise<unknown>>()

  constructor(options: KhaltiClientOptions) {
    this.#options = options
    this.#readSettings = settingsReader(this.#options)
    this.#transport = options.fetch ? fetchTransport(options.fetch) : createDefaultTransport()
  }

  get hooks(): KhaltiHooks {
    return this.#options.hooks ?? {}
  }

  /** Read on every call, since environment variables may be set after the client is made. */
  get settings(): Settings {
    return this.#readSettings()
  }

  /** Tells a warning, once. */
  warn(warning: WarningEvent): void {
    if (this.#warned.has(warning.code)) return
    this.#warned.add(warning.code)
    tell(this.hooks.onWarning, warning)
  }

  /** Runs an operation of the client with all its tries: `close` waits for it, and none begins after that. */
  async run<Input extends unknown[], Result>(
    operate: (gateway: Gateway, ...input: Input) => Promise<Result>,
    ...input: Input
  ): Promise<Result> {
    if (this.#closing) throw new KhaltiConfigError('This client is closed. Make a new one.')
    const running: Promise<Result> = operate(this, ...input).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return running
  }

  /** Sends a call once and reads its answer, whatever it says. @throws KhaltiConnectionError where no whole answer came. */
  async send(call: Call, attempt: Attempt): Promise<Answer> {
    const { origin } = this.settings
    // The first call of a process loads what carries it: that time is not Khalti's.
    await this.#transport.load()?.catch(refuse)
    const deadline = new Deadline(attempt.timeoutMs, attempt.signal)
    const progress: Progress = { origin, key: undefined, reached: 'key' }
    try {
      if (call.authorized) {
        progress.key = await this.#key(deadline)
        this.lastKey = progress.key
      }
      progress.reached = 'connection'
      deadline.throwIfOver()
      const answer = await this.#exchange(call, { attempt: attempt.number, progress, ending: deadline })
      return { ...answer, call, key: progress.key }
    } catch (cause) {
      throw isKhaltiError(cause) && cause !== attempt.signal?.reason
        ? cause
        : explain({ call, attempt, deadline, progress, cause })
    } finally {
      deadline.end()
    }
  }

  /** The key; a function is asked for it, but not longer than the call may take. */
  #key(deadline: Deadline): string | Promise<string> {
    const { secretKey } = this.#options
    if (typeof secretKey !== 'function') return ownKey(secretKey)
    return untilAborted(askForKey(secretKey), deadline.signal)
  }

  async #exchange(call: Call, way: { attempt: number; progress: Progress; ending: Ending }) {
    const { operation, method, path } = call
    const { onRequest, onResponse } = this.hooks
    const { attempt, progress, ending } = way
    const { origin, key } = progress
    if (onRequest) tell(onRequest, { operation, attempt, method, url: origin + path, body: redactData(call.body, key) })
    const start = performance.now()
    const body = call.body && JSON.stringify(call.body)
    const onSend = () => {
      progress.reached = 'sending'
    }
    const request = { origin, path, method, headers: headersOf(body, key), body, ending, onSend }
    const answer = await this.#transport.send(request)
    if (onResponse) {
      tell(onResponse, { operation, attempt, status: answer.status, durationMs: performance.now() - start })
    }
    return answer
  }

  /** Waits for what is under way, and ends the connections. */
  close(): Promise<void> {
    this.#closing ??= Promise.allSettled(this.#running).then(() => this.#transport.close())
    return this.#closing
  }
}

function refuse({ message, cause }: Error): never {
  throw new KhaltiConfigError(message, cause)
}

/** How far a try has come. */
interface Progress {
  origin: string
  key: string | undefined
  /** What it waits for: the key, a connection, or (once bytes may have left) the answer. */
  reached: 'key' | 'connection' | 'sending'
}

function explain(failed: {
  call: Call
  attempt: Attempt
  deadline: Deadline
  progress: Progress
  cause: unknown
}): KhaltiError {
  const { call, attempt, deadline, cause } = failed
  const { origin, key, reached } = failed.progress
  const { operation } = call
  const sent = reached === 'sending'
  const failure: ConnectionFailure = { operation, origin, key, cause, sent, changes: call.changes && sent }
  if (deadline.passed) {
    return reached === 'key' ? noKeyInTime(operation, attempt.timeoutMs) : timedOut(failure, attempt.timeoutMs)
  }
  if (deadline.over) return aborted(operation, failure.changes, redactCause(attempt.signal?.reason, key))
  return brokenConnection(failure)
}

function headersOf(body: string | undefined, key: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json', 'user-agent': 'khalti-kit' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (key !== undefined) headers.authorization = `Key ${key}`
  return headers
}
