/** What runs beside the payments of a reconcile: the shop's callbacks. One that hangs then holds up no payment. */
export class Aside {
  readonly #most: number
  readonly #isOver: () => boolean
  readonly #waiting: (() => Promise<void>)[] = []
  readonly #running = new Set<Promise<void>>()

  /** At most this many run at once, and none begins once the time is over. */
  constructor({ most, isOver }: { most: number; isOver: () => boolean }) {
    this.#most = most
    this.#isOver = isOver
  }

  /** Begins it at once, or where too many run, when one of them has ended. It must not reject. */
  add(run: (hasWaited: boolean) => Promise<void>): void {
    if (this.#running.size < this.#most) this.#begin(() => run(false))
    else this.#waiting.push(() => run(true))
  }

  /** Waits for what has begun. What never began is left: the store has it, and another reconcile tells it. */
  async end(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running)
  }

  #begin(run: () => Promise<void>): void {
    const running = run().finally(() => {
      this.#running.delete(running)
      const next = this.#isOver() ? undefined : this.#waiting.shift()
      if (next) this.#begin(next)
    })
    this.#running.add(running)
  }
}
