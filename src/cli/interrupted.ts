const signals = ['SIGINT', 'SIGTERM'] as const

/** Waits for Ctrl+C, or for the end that a process manager asks for. */
export function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve())
  })
}

/** Runs what must not end without a word: at Ctrl+C its signal aborts. A second one ends the process. */
export async function abortedWhenInterrupted<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController()
  const abort = () => controller.abort()
  for (const signal of signals) process.once(signal, abort)
  try {
    return await run(controller.signal)
  } finally {
    for (const signal of signals) process.off(signal, abort)
  }
}
