/** How long a callback of the shop may take, in milliseconds. */
const callbackMs = 30_000

/** Runs a callback of the shop, and rejects where it takes too long. The callback goes on by itself then. */
export async function inTime<Result>(what: string, run: () => Result | Promise<Result>): Promise<Result> {
  const seconds = callbackMs / 1000
  return within(callbackMs, run, () => {
    throw new Error(`${what} has not ended within ${seconds} s. Whatever it waits for, it should give up sooner.`)
  })
}

/** Waits for a store's answer, and rejects where it takes too long. */
export function storeInTime<Result>(run: () => Promise<Result>, ms = callbackMs): Promise<Result> {
  return within(ms, run, () => {
    throw new Error(`The payment store has not answered within ${ms / 1000} s. Is its database away?`)
  })
}

/** The outcome of `run`, or that of `late` where `run` takes longer than `ms`. */
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
