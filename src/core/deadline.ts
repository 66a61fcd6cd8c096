/** When something must be over: after a time, or with the caller's signal. */
export interface Deadline {
  /** Aborts at whichever comes first. */
  signal: AbortSignal
  /** Whether it was the time that ran out. */
  passed: boolean
  /** Lets go of the timer and of the caller's signal. */
  end(): void
}

/** A deadline in `ms` milliseconds, or as soon as `caller` aborts. Call `end` when what it bounds is over. */
export function startDeadline(ms: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController()
  const follow = () => controller.abort(caller?.reason)
  const timer = setTimeout(() => {
    deadline.passed = !controller.signal.aborted
    controller.abort(new DOMException(`${ms} ms have passed`, 'TimeoutError'))
  }, ms)
  const deadline: Deadline = {
    signal: controller.signal,
    passed: false,
    end() {
      clearTimeout(timer)
      caller?.removeEventListener('abort', follow)
    },
  }
  if (caller?.aborted) follow()
  else caller?.addEventListener('abort', follow, { once: true })
  return deadline
}
