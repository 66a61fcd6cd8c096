/** The longest time that a timer knows; after more than that it would ring at once. */
const longestMs = 2 ** 31 - 1

/** Waits, and rejects with the signal's reason as soon as it is aborted. Longer than a timer can it waits for the signal alone. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const end = () => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }
    const timer = ms > longestMs ? undefined : setTimeout(end, ms)
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
  })
}
