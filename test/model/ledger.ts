import type { Payment, StoredOrder } from 'khalti-kit/checkout'
import type { OrderRecord } from '../../src/rules/record.ts'
import type { Process } from './process.ts'

/** One order as it is committed. */
export interface KnownOrder extends Omit<StoredOrder, 'record'> {
  record: OrderRecord
}

/** One call of `fulfil` whose writes are committed. */
export interface Handout {
  orderId: string
  pidx: string
  idempotencyKey: string
  attempt: number
  process: Process
  /** Mishaps that its process had met by then. */
  mishapsBefore: number
  /** When its claim runs out. */
  claimedUntil: number
  /** Another had the claim by then: attempts that end before `fulfil` do not count, so a number may come again. */
  isLate?: boolean
}

/** What was told to the shop, and whether it took it. */
export interface Telling {
  what: string
  payment: Payment
  refundId?: string | undefined
  taken: boolean
}

/** What has been committed, as one who sees every write notes it down. No process reads this. */
export class Ledger {
  readonly orders = new Map<string, KnownOrder>()
  readonly handouts: Handout[] = []
  readonly tellings: Telling[] = []
  /** Called at every change of an order. */
  onChange: (before: KnownOrder | undefined, after: KnownOrder) => void = () => {}

  find(by: { orderId: string } | { key: string }): KnownOrder | undefined {
    if ('orderId' in by) return this.orders.get(by.orderId)
    return [...this.orders.values()].find(({ keys }) => keys.includes(by.key))
  }

  /** Notes writes that the store has taken, with what the shop wrote in the same transaction. Nobody may change them any more. */
  commit(writes: StoredOrder[], handouts: Handout[] = []): void {
    this.handouts.push(...handouts)
    for (const written of writes) {
      const after = { ...written, version: written.version + 1 } as unknown as KnownOrder
      const before = this.orders.get(after.orderId)
      this.orders.set(after.orderId, after)
      this.onChange(before, after)
    }
  }

  /** Notes that reconcile has taken an order for a while. */
  lease(orderId: string, until: Date): void {
    const order = this.orders.get(orderId)
    if (order) this.orders.set(orderId, { ...order, dueAt: until })
  }
}
