/** The promise's outcome, or a rejection with the signal's reason as soon as it aborts, whatever the promise is doing. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal?.reason)
    if (signal?.aborted) stop()
    else signal?.addEventListener('abort', stop, { once: true })
    promise.finally(() => signal?.removeEventListener('abort', stop)).then(resolve, reject)
  })
}
