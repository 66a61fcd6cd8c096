import type { JsonObject, ListQuery, PaymentStore, StoredOrder } from '../../../src/checkout/payment-store.ts'

/** All that a store keeps. */
export interface State {
  orders: Map<string, StoredOrder>
  /** Which order a key belongs to. */
  owners: Map<string, string>
}

/** An open transaction. */
export interface Transaction {
  /** What it sees and writes, from its first call on. */
  draft?: State
  /** What was there when it began. */
  before: State
  release?: () => void
}

type Place = Pick<StoredOrder, 'changedAt' | 'orderId'>

/** What each part of a store does. Without a flaw all of it is right. */
export class Parts {
  constructor(readonly now: () => Date) {}
  /** The form in which ids and keys are compared. */
  form = (text: string): string => text
  /** A record as it is kept. */
  keep = (record: JsonObject): JsonObject => JSON.parse(JSON.stringify(record))
  /** An order as it is given. */
  give = (order: StoredOrder): StoredOrder => structuredClone(order)
  missing: undefined | null = undefined
  /** What `read` says of the time. */
  says = () => this.now()
  isCurrent = (stored: number, given: number) => stored === given
  /** Between the look at the version and the write. */
  beforeWrite: (() => Promise<void>) | undefined
  /** Does what a write does to keys. */
  moveKeys = (state: State, order: StoredOrder, stored?: StoredOrder): void => {
    const [id, keys] = [this.form(order.orderId), order.keys.map(this.form)]
    if (keys.some((key) => (state.owners.get(key) ?? id) !== id)) throw new Error('A key is taken.')
    for (const key of stored?.keys ?? []) state.owners.delete(this.form(key))
    for (const key of keys) state.owners.set(key, id)
  }
  findOwner = (state: State, key: string) => state.owners.get(this.form(key))
  findOrder = (state: State, orderId: string) => state.orders.get(this.form(orderId))
  isDue = (dueAt: Date, now: Date) => dueAt <= now
  dueOrder = (one: Date, other: Date) => one.getTime() - other.getTime()
  dueLimit = (limit: number) => limit
  /** Between the look at what is due and the lease. */
  beforeLease: (() => Promise<void>) | undefined
  takeLease = (order: StoredOrder, now: Date, leaseMs: number): void => {
    order.dueAt = new Date(now.getTime() + leaseMs)
  }
  listOrder = (one: Place, other: Place): number => {
    const later = other.changedAt.getTime() - one.changedAt.getTime()
    if (later !== 0 || one.orderId === other.orderId) return later
    return one.orderId < other.orderId ? 1 : -1
  }
  isAfter = (order: Place, before: Place) => this.listOrder(before, order) < 0
  isListed = (order: StoredOrder, { attention }: ListQuery) => !attention || order.attention
  listLimit = (limit: number) => limit
  /** Whether calls outside of transactions wait for those that are open. */
  locks = true
  /** Whether a read in a transaction locks, and sees the newest. */
  readsLocked = true
  /** What calls outside of a transaction see and change while one is open. */
  outside: 'committed' | 'draft' | 'draft when read' = 'committed'
  ignoresTransaction = false
  /** Makes one state of what a transaction wrote and what is there now. */
  commit = ({ draft }: Transaction, state: State): State => draft ?? state
  rollBack = (_transaction: Transaction, state: State): State => state
  /** What transaction does with an error, once it is rolled back. */
  rethrow = (error: unknown): void => {
    throw error
  }
  giveResult = <Result>(result: Result): Result => result
}

const copyState = ({ orders, owners }: State): State => ({
  orders: new Map([...orders].map(([id, order]) => [id, { ...order }])),
  owners: new Map(owners),
})

/** A plain store in memory, with transactions that lock all of it, made of parts that may be flawed. */
export class FlawedPayments implements PaymentStore<Transaction> {
  #state: State = { orders: new Map(), owners: new Map() }
  #open: Transaction | undefined
  #last: Promise<unknown> = Promise.resolve()
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async read(by: { orderId: string } | { key: string }, transaction?: Transaction) {
    const { findOwner, findOrder, give, missing, says } = this.#parts
    const state = await this.#stateToRead(transaction)
    const orderId = 'key' in by ? findOwner(state, by.key) : by.orderId
    const order = orderId === undefined ? undefined : findOrder(state, orderId)
    return { order: order ? give(order) : (missing as undefined), now: says() }
  }

  async write(order: StoredOrder, transaction?: Transaction) {
    if (transaction && !this.#parts.ignoresTransaction) {
      await this.#enter(transaction)
      return this.#writeTo(() => transaction.draft ?? this.#state, order)
    }
    const isShared = this.#parts.outside === 'draft'
    const target = () => (isShared && this.#open?.draft) || this.#state
    return this.#alone(() => this.#writeTo(target, order))
  }

  async #writeTo(target: () => State, order: StoredOrder): Promise<boolean> {
    const { form, keep, isCurrent, beforeWrite, moveKeys } = this.#parts
    const id = form(order.orderId)
    const stored = target().orders.get(id)
    if (!isCurrent(stored?.version ?? 0, order.version)) return false
    if (beforeWrite) await beforeWrite()
    moveKeys(target(), order, stored)
    const { dueAt, changedAt, ...fields } = order
    const dates = { ...(dueAt && { dueAt: new Date(dueAt) }), changedAt: new Date(changedAt) }
    const kept = { ...fields, ...dates, keys: [...order.keys], record: keep(order.record) }
    target().orders.set(id, { ...kept, version: order.version + 1 })
    return true
  }

  async due(limit: number, leaseMs: number) {
    const { now, isDue, dueOrder, dueLimit, beforeLease, takeLease, give } = this.#parts
    return this.#alone(async () => {
      const time = now()
      const all = [...this.#state.orders.values()].flatMap((order) =>
        order.dueAt ? [{ order, dueAt: order.dueAt }] : [],
      )
      const ready = all.filter(({ dueAt }) => isDue(dueAt, time)).sort((a, b) => dueOrder(a.dueAt, b.dueAt))
      const orders = ready.slice(0, dueLimit(limit)).map(({ order }) => order)
      if (beforeLease) await beforeLease()
      for (const order of orders) takeLease(order, time, leaseMs)
      return { orders: orders.map(give), now: time }
    })
  }

  async list(query: ListQuery) {
    const { isListed, isAfter, listOrder, listLimit, give } = this.#parts
    const { before, limit } = query
    const orders = [...this.#state.orders.values()].filter((order) => isListed(order, query))
    const after = before ? orders.filter((order) => isAfter(order, before)) : orders
    return after.sort(listOrder).slice(0, listLimit(limit)).map(give)
  }

  async transaction<Result>(run: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    const transaction: Transaction = { before: copyState(this.#state) }
    try {
      const result = await run(transaction)
      this.#state = this.#parts.commit(transaction, this.#state)
      return this.#parts.giveResult(result)
    } catch (error) {
      this.#state = this.#parts.rollBack(transaction, this.#state)
      this.#parts.rethrow(error)
      return undefined as Result
    } finally {
      if (this.#open === transaction) this.#open = undefined
      transaction.release?.()
    }
  }

  async #stateToRead(transaction?: Transaction): Promise<State> {
    if (!transaction) return (this.#parts.outside !== 'committed' && this.#open?.draft) || this.#state
    if (!this.#parts.readsLocked) return transaction.draft ?? transaction.before
    await this.#enter(transaction)
    return transaction.draft ?? this.#state
  }

  /** From its first call on a transaction is alone, until it ends. */
  async #enter(transaction: Transaction): Promise<void> {
    if (transaction.draft) return
    if (this.#parts.locks) transaction.release = await this.#lock()
    transaction.draft = copyState(this.#parts.locks ? this.#state : transaction.before)
    this.#open = transaction
  }

  async #alone<Result>(act: () => Promise<Result>): Promise<Result> {
    if (!this.#parts.locks) return act()
    const release = await this.#lock()
    return act().finally(release)
  }

  async #lock(): Promise<() => void> {
    const before = this.#last
    let release = () => {}
    this.#last = new Promise<void>((resolve) => {
      release = resolve
    })
    await before
    return release
  }
}
