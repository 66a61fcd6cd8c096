/** The promise's outcome, or a rejection with the signal's reason as soon as it aborts, whatever the promise is doing. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Waits. Rejects with the signal's reason as soon as it aborts. */
export async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const pause = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    await (signal ? untilAborted(pause, signal) : pause)
  } finally {
    clearTimeout(timer)
  }
}

/** A signal with two ends: a time that runs out, and the caller's own signal. */
export interface CutOff {
  signal: AbortSignal
  /** Whether it was the time that ran out. */
  timedOut: boolean
  /** Lets go of the timer and of the caller's signal. */
  end(): void
}

/** A signal that aborts after `ms` milliseconds, or with the caller's. */
export function cutOff(ms: number, signal: AbortSignal | undefined): CutOff {
  const controller = new AbortController()
  const abort = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => {
    cut.timedOut = true
    controller.abort(new DOMException(`${ms} ms have passed`, 'TimeoutError'))
  }, ms)
  const cut: CutOff = {
    signal: controller.signal,
    timedOut: false,
    end() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
  if (signal?.aborted) abort()
  else signal?.addEventListener('abort', abort, { once: true })
  return cut
}
