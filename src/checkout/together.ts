import { isSame } from '../rules/draft.ts'
import { storeInTime } from './in-time.ts'
import type { PaymentStore, StoredOrder } from './payment-store.ts'
import { manyOf, type WriteMany } from './write-many.ts'

interface Waiting {
  order: StoredOrder
  /** Undefined where that is not known: the step has failed, or goes on. */
  tell(isWritten: boolean | undefined): void
}

/** The most orders in one step. */
const mostTogether = 100

/** How long a step may take, in milliseconds. Then each order is written by itself, while whoever asked for it still waits. */
const stepMs = 3_000

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
    const isWritten = isGathered && (await this.#gather(order))
    if (isWritten || (await this.#payments.write(order))) return true
    return isWritten === undefined && this.#isStored(order)
  }

  /** Whether the step has stored it after all: nobody would work on a claim that is taken for another's. */
  async #isStored({ orderId, version, record }: StoredOrder): Promise<boolean> {
    const { order } = await this.#payments.read({ orderId })
    return order?.version === version + 1 && isSame(order.record, record)
  }

  #gather(order: StoredOrder): Promise<boolean | undefined> {
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
    for (const { order, tell } of all) tell(written?.includes(order.orderId))
  }

  /** Where this fails, each order finds out by itself why, and whether it was stored all the same. So does the rest of the run. */
  async #writeAll(orders: StoredOrder[]): Promise<string[] | undefined> {
    try {
      return await storeInTime(() => this.#writeMany(orders), stepMs)
    } catch {
      this.#hasFailed = true
      return undefined
    }
  }
}
