import { untilAborted } from '../transport/until-aborted.ts'

/** Waits `ms` milliseconds. Rejects with the signal's reason as soon as it aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout>
  const timeIsUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  return untilAborted(timeIsUp, signal).finally(() => clearTimeout(timer))
}
