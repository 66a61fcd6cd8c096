import { storeInTime } from './in-time.ts'
import type { PaymentStore, StoredOrder } from './payment-store.ts'

type WriteMany = NonNullable<PaymentStore['writeMany']>

interface Waiting {
  order: StoredOrder
  tell(isWritten: boolean): void
}

/** The most orders in one step. */
const mostTogether = 100

/**
 * Gathers what one run of reconcile writes: while the store is busy with some orders, those that come wait, and are the next
 * step together. Only of one run, since a store may ask its caller's database, or be in its caller's transaction.
 */
export class Together {
  readonly #payments: PaymentStore
  readonly #writeMany: WriteMany
  readonly #waiting = new Map<string, Waiting>()
  #isWriting = false

  private constructor(payments: PaymentStore, writeMany: WriteMany) {
    this.#payments = payments
    this.#writeMany = writeMany
  }

  /** None where the store takes one order at a time, or one order at a time is looked at. */
  static on(payments: PaymentStore, { concurrency }: { concurrency: number }): Together | undefined {
    const { writeMany } = payments
    if (concurrency === 1 || writeMany === undefined) return undefined
    return new Together(payments, (orders) => writeMany.call(payments, orders))
  }

  /** As {@link PaymentStore.write}. */
  async write(order: StoredOrder): Promise<boolean> {
    const isNew = order.version === 0 || this.#waiting.has(order.orderId)
    return (!isNew && (await this.#gather(order))) || this.#payments.write(order)
  }

  #gather(order: StoredOrder): Promise<boolean> {
    return new Promise((tell) => {
      this.#waiting.set(order.orderId, { order, tell })
      if (!this.#isWriting) this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    await undefined
    while (this.#waiting.size > 0) {
      const some = [...this.#waiting.values()].slice(0, mostTogether)
      for (const { order } of some) this.#waiting.delete(order.orderId)
      // Where this fails, each order finds out by itself why, and whether it was stored all the same.
      const written = await storeInTime(() => this.#writeMany(some.map(({ order }) => order))).catch((): string[] => [])
      for (const { order, tell } of some) tell(written.includes(order.orderId))
    }
    this.#isWriting = false
  }
}
