import type { Dispatcher } from 'undici'
import { Body } from './body.ts'
import type { TransportAnswer, TransportRequest } from './transport.ts'
import { unpack } from './unpack.ts'

/** How the wait for an answer ends. */
interface Settle {
  resolve: (answer: TransportAnswer) => void
  reject: (reason: unknown) => void
}

/** One header of an answer, by its name in lower case. */
type ReadHeader = (name: string) => string | undefined

/**
 * Reads one answer as undici hands it out piece by piece. It speaks both of undici's languages: the methods of version 7,
 * and below them those of 5 and 6, for a global dispatcher from there (that of Node 20 is one).
 */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #request: TransportRequest
  readonly #settle: Settle
  readonly #body = new Body()
  #abort: ((reason: Error) => void) | undefined
  #status = 0
  #header: ReadHeader = () => undefined

  constructor(request: TransportRequest, settle: Settle) {
    this.#request = request
    this.#settle = settle
    // undici starts a request only once a connection is free. Until then nothing but this rejection ends the wait.
    request.ending.onOver(this.#stop)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#start((reason) => controller.abort(reason))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    this.#header = (name) => {
      const value = headers[name]
      return Array.isArray(value) ? value[0] : value
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    this.#take(chunk)
  }

  onResponseEnd(): void {
    this.#answer()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle.reject(error)
  }

  onConnect(abort: (reason?: Error) => void): void {
    this.#start(abort)
  }

  onHeaders(status: number, rawHeaders: Uint8Array[]): boolean {
    this.#status = status
    this.#header = (name) => findHeader(rawHeaders, name)
    return true
  }

  onData(chunk: Uint8Array): boolean {
    this.#take(chunk)
    return true
  }

  onComplete(): void {
    this.#answer()
  }

  onError(error: Error): void {
    this.#settle.reject(error)
  }

  readonly #stop = () => {
    const reason = this.#request.ending.over?.reason
    this.#settle.reject(reason)
    this.#abort?.(reason instanceof Error ? reason : new Error('aborted'))
  }

  #start(abort: (reason: Error) => void): void {
    this.#abort = abort
    if (this.#request.ending.over) this.#stop()
    else this.#request.onSend()
  }

  #take(chunk: Uint8Array): void {
    if (this.#body.add(chunk)) return
    this.#answer()
    this.#abort?.(new Error('The answer is too long.'))
  }

  #answer(): void {
    const header = this.#header
    this.#settle.resolve({ status: this.#status, header, ...unpack(this.#body, header('content-encoding')) })
  }
}

/** Finds a header among those of undici 5 and 6: name, value, name, value, as bytes. */
function findHeader(raw: Uint8Array[], name: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.length === name.length && latin1(raw[at]).toLowerCase() === name) return latin1(raw[at + 1])
  }
  return undefined
}

function latin1(bytes: Uint8Array = new Uint8Array()): string {
  return new TextDecoder('latin1').decode(bytes)
}
