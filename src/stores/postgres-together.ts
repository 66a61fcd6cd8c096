import { isWorkers } from '../core/is-workers.ts'
import type { WrittenOrder } from './sql-dialect.ts'

/** Writes these orders, whose ids all differ, as far as it can without waiting. Gives the ids of those that it has written. */
type WriteTogether = (orders: WrittenOrder[]) => Promise<string[]>

interface Waiting {
  order: WrittenOrder
  tell(isWritten: boolean): void
}

/** The most orders in one statement. */
const mostTogether = 100

/** As it was when the store was loaded: a test that stops the timers must not stop the store. */
const { setImmediate: soon } = globalThis

/**
 * Gathers the orders that are written in one turn of the event loop. A reconcile has many of them, and the database needs
 * half the time for those of one statement.
 */
export class Together {
  #waiting = new Map<string, Waiting>()

  /** Whether it was written together with others. Otherwise it is to be written by itself. */
  async write(order: WrittenOrder, writeTogether: WriteTogether): Promise<boolean> {
    if (soon === undefined || isWorkers() || this.#waiting.has(order.orderId)) return false
    return new Promise((tell) => {
      this.#waiting.set(order.orderId, { order, tell })
      if (this.#waiting.size === 1) soon(() => this.#send(writeTogether))
      if (this.#waiting.size === mostTogether) this.#send(writeTogether)
    })
  }

  async #send(writeTogether: WriteTogether): Promise<void> {
    const all = [...this.#waiting.values()]
    this.#waiting = new Map()
    const orders = all.map(({ order }) => order)
    // Where this fails, each order finds out by itself why, and whether it was stored all the same.
    const written = all.length > 1 ? await writeTogether(orders).catch(() => []) : []
    for (const { order, tell } of all) tell(written.includes(order.orderId))
  }
}
