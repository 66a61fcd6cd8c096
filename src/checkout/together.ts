import type { PaymentStore, StoredOrder } from './payment-store.ts'
import { manyOf, type WriteMany } from './write-many.ts'

interface Waiting {
  order: StoredOrder
  tell(isWritten: boolean): void
}

/** The most orders in one step. */
const mostTogether = 100

/** How long a step may take, in milliseconds, before those that it has left out are given up. */
const patienceMs = 15_000

/** As it was when the checkout was loaded: a test that stops the timers must not stop the store. */
const { setImmediate: soon } = globalThis

/**
 * Gathers the orders that one run of reconcile writes in one turn of the event loop. Only of one run, since a store may ask
 * the database of its caller, or be in the transaction of its caller.
 */
export class Together {
  readonly #payments: PaymentStore
  readonly #writeMany: WriteMany
  #waiting = new Map<string, Waiting>()
  #hasFailed = false

  private constructor(payments: PaymentStore, writeMany: WriteMany) {
    this.#payments = payments
    this.#writeMany = writeMany
  }

  /** None where the store takes one order at a time, or there is one order at a time. */
  static on(payments: PaymentStore, { concurrency }: { concurrency: number }): Together | undefined {
    const writeMany = manyOf(payments.write)
    if (writeMany === undefined || concurrency === 1 || soon === undefined) return undefined
    return new Together(payments, writeMany)
  }

  /** As {@link PaymentStore.write}. */
  async write(order: StoredOrder): Promise<boolean> {
    const isGathered = order.version > 0 && !this.#hasFailed && !this.#waiting.has(order.orderId)
    const began = performance.now()
    if (isGathered && (await this.#gather(order))) return true
    // Whoever asked may have given up. A claim that is stored after that is one that nobody works on.
    if (performance.now() - began > patienceMs) throw new Error('The payment store is too slow. Is its database busy?')
    return this.#payments.write(order)
  }

  #gather(order: StoredOrder): Promise<boolean> {
    return new Promise((tell) => {
      this.#waiting.set(order.orderId, { order, tell })
      if (this.#waiting.size === 1) soon(() => this.#send())
      if (this.#waiting.size === mostTogether) this.#send()
    })
  }

  async #send(): Promise<void> {
    const all = [...this.#waiting.values()]
    this.#waiting = new Map()
    const written = all.length > 1 ? await this.#writeAll(all.map(({ order }) => order)) : []
    for (const { order, tell } of all) tell(written.includes(order.orderId))
  }

  /** Where this fails, each order finds out by itself why, and whether it was stored all the same. So does the rest of the run. */
  async #writeAll(orders: StoredOrder[]): Promise<string[]> {
    try {
      return await this.#writeMany(orders)
    } catch {
      this.#hasFailed = true
      return []
    }
  }
}
