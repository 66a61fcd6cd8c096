import type { Cancellation } from '../transport/transport.ts'

/**
 * One end for two reasons: a time that runs out, and the caller's own signal. Not an `AbortSignal`, since one for every
 * request shows in `npm run bench`; {@link CutOff.toSignal} makes one where it is needed.
 */
export class CutOff implements Cancellation {
  aborted = false
  reason: unknown
  /** Whether it was the time that ran out. */
  timedOut = false
  #listener: ((reason: unknown) => void) | undefined
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #signal: AbortSignal | undefined
  readonly #follow = () => this.#abort(this.#signal?.reason)

  /**
   * @param ms - Milliseconds until it aborts of itself.
   * @param signal - The caller's, if any.
   */
  constructor(ms: number, signal: AbortSignal | undefined) {
    this.#signal = signal
    this.#timer = setTimeout(() => {
      this.timedOut = true
      this.#abort(new DOMException(`${ms} ms have passed`, 'TimeoutError'))
    }, ms)
    if (signal?.aborted) this.#follow()
    else signal?.addEventListener('abort', this.#follow, { once: true })
  }

  onAbort(listener: (reason: unknown) => void): void {
    if (this.aborted) listener(this.reason)
    else this.#listener = listener
  }

  toSignal(): AbortSignal {
    const controller = new AbortController()
    this.onAbort((reason) => controller.abort(reason))
    return controller.signal
  }

  /** Lets go of the timer and of the caller's signal. */
  end(): void {
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#follow)
    this.#listener = undefined
  }

  #abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    this.reason = reason
    this.#listener?.(reason)
  }
}

/** The promise's outcome, or a rejection with the reason as soon as it is cancelled, whatever the promise is doing. */
export function untilCancelled<T>(promise: Promise<T>, cancellation: Cancellation): Promise<T> {
  return new Promise((resolve, reject) => {
    cancellation.onAbort(reject)
    promise.then(resolve, reject)
  })
}

/** Waits. Rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const pause = new CutOff(ms, signal)
  try {
    await untilCancelled(new Promise(() => {}), pause)
  } catch (reason) {
    if (!pause.timedOut) throw reason
  } finally {
    pause.end()
  }
}
