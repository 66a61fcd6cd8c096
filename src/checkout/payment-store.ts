/** Anything that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject

/** An object as JSON has it. A field that is `undefined` is not stored. */
export interface JsonObject {
  [field: string]: JsonValue | undefined
}

/** All that is known of one order, as a store keeps it. A store needs to understand only these fields. */
export interface StoredOrder {
  /** The shop's id of the order: unique, at most 255 characters, compared exactly. */
  orderId: string
  /** 1 for the first write, one more for each that follows. */
  version: number
  /** What the checkout knows. A store returns it as it was written. */
  record: JsonObject
  /** Other keys that find the order: the pidx, transaction ids and references of its payments. Each belongs to one order. */
  keys: string[]
  /** When reconcile must look at it. Absent: never. */
  dueAt?: Date | undefined
  /** Whether a person should look at it. */
  attention: boolean
  /** When something was last learned or done about it. */
  changedAt: Date
}

/** Which orders {@link PaymentStore.list} gives. */
export interface ListQuery {
  /** Only those that need attention. */
  attention?: boolean | undefined
  /** The most orders to return. */
  limit: number
  /** Only orders after this one in the list. */
  before?: { changedAt: Date; orderId: string } | undefined
}

/**
 * Where a checkout keeps its orders: one row per order, written by compare-and-swap. It knows nothing of payments, and takes
 * forty lines over any database.
 *
 * Prove a store of your own with `describePaymentStore` from `khalti-kit/testing`.
 */
export interface PaymentStore<Transaction = unknown> {
  /**
   * Finds an order by its id, or by a key: a pidx or transaction id of it. `now` is the store's clock, in whose time
   * everything is decided. With `transaction`: the order as it is now, and nobody changes it before the transaction ends.
   */
  read(
    by: { orderId: string } | { key: string },
    transaction?: Transaction,
  ): Promise<{ order?: StoredOrder | undefined; now: Date }>
  /**
   * Stores the order as `version + 1`, where the stored version is `version` (0: not stored yet): true. False, and
   * nothing changes, where another came first. The store keeps `keys` as they are given, in place of those before.
   *
   * @throws Error, and nothing changes, where one of its keys is another order's.
   */
  write(order: StoredOrder, transaction?: Transaction): Promise<boolean>
  /**
   * Hands out up to `limit` orders whose `dueAt` has come, the longest due first. The same step moves `dueAt` by
   * `leaseMs` from now, so that no two callers get the same order. The version stays.
   */
  due(limit: number, leaseMs: number): Promise<{ orders: StoredOrder[]; now: Date }>
  /** Orders by `changedAt`, then by `orderId`, both descending. */
  list(query: ListQuery): Promise<StoredOrder[]>
  /**
   * Runs `run` in one transaction of the database, and rolls it back where `run` rejects. Absent where the driver has
   * none: `fulfil` is then called at least once instead of exactly once.
   */
  transaction?<Result>(run: (transaction: Transaction) => Promise<Result>): Promise<Result>
}
