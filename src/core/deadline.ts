import type { Ending } from '../transport/transport.ts'

/**
 * When something must be over: after a time, or as soon as the caller's signal aborts. Call `end` when what it bounds is
 * over. Its own signal is made where one is asked for: undici's dispatch asks for none, and each would cost a lookup a
 * tenth of its time (decision 1).
 */
export class Deadline implements Ending {
  /** Whether it was the time that ran out. */
  passed = false
  over: { reason: unknown } | undefined
  readonly #caller: AbortSignal | undefined
  readonly #timer: ReturnType<typeof setTimeout>
  #stop: (() => void) | undefined
  #controller: AbortController | undefined

  /** @param ms - Milliseconds from now. */
  constructor(ms: number, caller: AbortSignal | undefined) {
    this.#caller = caller
    this.#timer = setTimeout(() => {
      this.passed = this.over === undefined
      this.#finish(new DOMException(`${ms} ms have passed`, 'TimeoutError'))
    }, ms)
    if (caller?.aborted) this.#follow()
    else caller?.addEventListener('abort', this.#follow, { once: true })
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.over) this.#controller.abort(this.over.reason)
    }
    return this.#controller.signal
  }

  onOver(stop: () => void): void {
    this.#stop = stop
  }

  /** @throws The reason, where it is over. */
  throwIfOver(): void {
    if (this.over) throw this.over.reason
  }

  /** Lets go of the timer and of the caller's signal. */
  end(): void {
    clearTimeout(this.#timer)
    this.#caller?.removeEventListener('abort', this.#follow)
  }

  readonly #follow = () => this.#finish(this.#caller?.reason)

  #finish(reason: unknown): void {
    if (this.over) return
    this.over = { reason }
    this.#controller?.abort(reason)
    this.#stop?.()
  }
}
