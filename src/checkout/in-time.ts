/** How long a callback of the shop may take, in milliseconds. */
const callbackMs = 30_000

/** The outcome of what a shop's callback does; a rejection, where it takes longer. It goes on by itself then. */
export async function inTime<Result>(what: string, run: () => Result | Promise<Result>): Promise<Result> {
  const seconds = callbackMs / 1000
  return within(callbackMs, run, () => {
    throw new Error(`${what} has not ended within ${seconds} s. Whatever it waits for, it should give up sooner.`)
  })
}

/** What a store answers to a question; a rejection, where it takes longer. */
export function storeInTime<Result>(run: () => Promise<Result>, ms = callbackMs): Promise<Result> {
  return within(ms, run, () => {
    throw new Error(`The payment store has not answered within ${ms / 1000} s. Is its database away?`)
  })
}

/** The outcome of `run`, or of `late` where `run` has none by then. */
export async function within<Result>(
  ms: number,
  run: () => Result | Promise<Result>,
  late: () => Result | Promise<Result>,
): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeIsUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    return await Promise.race([(async () => run())(), timeIsUp.then(late)])
  } finally {
    clearTimeout(timer)
  }
}

/** The outcome of what goes on. Rejects with the signal's reason as soon as it aborts; what goes on is not ended by it. */
export async function unlessAborted<Result>(signal: AbortSignal | undefined, goesOn: Promise<Result>): Promise<Result> {
  if (signal === undefined) return goesOn
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason)
  })
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([goesOn, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
