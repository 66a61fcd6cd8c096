import type { ListQuery, PaymentStore, StoredOrder } from 'khalti-kit/checkout'

/** An order as it is kept: what is inside it as text, so that nobody shares it. */
type Row = Omit<StoredOrder, 'record'> & { text: string }

/** A transaction of the reference store: its writes are seen by nobody else, and its locks are held until it ends. */
export interface ReferenceTransaction {
  locks: Set<string>
  writes: Map<string, Row>
}

/** A store, and what a scheduler has to know of its locks. */
export interface LockingStore extends PaymentStore<ReferenceTransaction> {
  /** Whether a transaction other than this one has the order locked. */
  isLocked(by: { orderId: string } | { key: string }, transaction?: ReferenceTransaction): boolean
}

interface ReferenceSettings {
  now: () => Date
  transactions: boolean
  /** What is stored in the beginning. */
  orders?: readonly StoredOrder[]
}

/**
 * The contract of `PaymentStore` in its simplest form, with row locks: a call that would wait for another transaction
 * must not be made before `isLocked` says that it need not.
 */
export function referenceStore({ now, transactions, orders = [] }: ReferenceSettings): LockingStore {
  const stored = new Map(orders.map((order) => [order.orderId, rowOf(order)]))
  const open = new Set<ReferenceTransaction>()
  const find = (by: { orderId: string } | { key: string }) =>
    'orderId' in by ? stored.get(by.orderId) : [...stored.values()].find(({ keys }) => keys.includes(by.key))

  const store: LockingStore = {
    isLocked(by, transaction) {
      const orderId = 'orderId' in by ? by.orderId : find(by)?.orderId
      return orderId !== undefined && [...open].some((other) => other !== transaction && other.locks.has(orderId))
    },
    async read(by, transaction) {
      const committed = find(by)
      if (committed) transaction?.locks.add(committed.orderId)
      const order = committed && (transaction?.writes.get(committed.orderId) ?? committed)
      return { order: order && orderOf(order), now: now() }
    },
    async write(order, transaction) {
      transaction?.locks.add(order.orderId)
      const current = transaction?.writes.get(order.orderId) ?? stored.get(order.orderId)
      if ((current?.version ?? 0) !== order.version) return false
      refuseForeignKeys(order, stored.values())
      const written = rowOf({ ...order, version: order.version + 1 })
      ;(transaction?.writes ?? stored).set(order.orderId, written)
      return true
    },
    async due(limit, leaseMs) {
      const at = now()
      const waiting = [...stored.values()].filter(
        ({ orderId, dueAt }) => dueAt && dueAt <= at && !store.isLocked({ orderId }),
      )
      const taken = waiting.sort((a, b) => Number(a.dueAt) - Number(b.dueAt)).slice(0, limit)
      for (const order of taken) {
        stored.set(order.orderId, { ...order, dueAt: new Date(at.getTime() + leaseMs) })
      }
      return { orders: taken.map(orderOf), now: at }
    },
    list: async (query) => listed([...stored.values()], query),
  }
  if (!transactions) return store
  return {
    ...store,
    async transaction(run) {
      const transaction: ReferenceTransaction = { locks: new Set(), writes: new Map() }
      open.add(transaction)
      try {
        const result = await run(transaction)
        for (const [orderId, order] of transaction.writes) stored.set(orderId, order)
        return result
      } finally {
        open.delete(transaction)
      }
    },
  }
}

function rowOf({ record, keys, ...rest }: StoredOrder): Row {
  return { ...rest, keys: [...keys], text: JSON.stringify(record) }
}

function orderOf({ text, keys, ...rest }: Row): StoredOrder {
  return { ...rest, keys: [...keys], record: JSON.parse(text) }
}

function refuseForeignKeys(order: StoredOrder, stored: Iterable<Row>): void {
  for (const { orderId, keys } of stored) {
    const foreign = orderId !== order.orderId && keys.find((key) => order.keys.includes(key))
    if (foreign) throw new Error(`The key ${foreign} is another order's.`)
  }
}

function listed(orders: Row[], { attention, limit, before }: ListQuery): StoredOrder[] {
  const place = (order: { changedAt: Date; orderId: string }) => [order.changedAt.getTime(), order.orderId] as const
  const isAfter = (a: readonly [number, string], b: readonly [number, string]) =>
    a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
  return orders
    .filter((order) => (!attention || order.attention) && (!before || isAfter(place(order), place(before))))
    .sort((a, b) => (isAfter(place(a), place(b)) ? 1 : -1))
    .slice(0, limit)
    .map(orderOf)
}
