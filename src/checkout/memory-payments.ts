import { readEnv } from '../core/settings.ts'
import type { PaymentStore, StoredOrder } from './payment-store.ts'

/** An order as it is kept. The record is text, as in any database: nobody changes it by what they gave or were given. */
interface Row extends Omit<StoredOrder, 'record'> {
  text: string
}

interface Memory {
  orders: Map<string, Row>
  /** Which order a key belongs to. */
  owners: Map<string, string>
}

const shared = Symbol.for('khalti-kit.memory-payments')
const warned = Symbol.for('khalti-kit.memory-payments.warned')

/**
 * A store that forgets everything when the process ends: for tests, and for a first look in development. Under
 * `NODE_ENV=development` all such stores of a process without `now` are one: `next dev` gives a page and a route a copy of
 * this module each. Under `NODE_ENV=production` it warns once, on the console.
 *
 * @param options - `now`: a clock, for tests. Default: the real time.
 */
export function memoryPayments(options: { now?: (() => Date) | undefined } = {}): PaymentStore<undefined> {
  const { now } = options
  if (readEnv('NODE_ENV') === 'production') warnOnce()
  if (now || readEnv('NODE_ENV') !== 'development') return storeIn(newMemory(), now ?? (() => new Date()))
  const process = globalThis as { [shared]?: Memory }
  process[shared] ??= newMemory()
  return storeIn(process[shared], () => new Date())
}

/** Every call does its work before anything else can run: it is atomic. */
function storeIn({ orders, owners }: Memory, now: () => Date): PaymentStore<undefined> {
  return {
    async read(by) {
      const orderId = 'key' in by ? owners.get(by.key) : by.orderId
      const row = orderId === undefined ? undefined : orders.get(orderId)
      return { ...(row && { order: orderOf(row) }), now: now() }
    },

    async write(order) {
      const stored = orders.get(order.orderId)
      if ((stored?.version ?? 0) !== order.version) return false
      const taken = order.keys.find((key) => (owners.get(key) ?? order.orderId) !== order.orderId)
      if (taken !== undefined) throw new Error(`The key ${taken} of order ${order.orderId} is another order's.`)
      for (const key of stored?.keys ?? []) owners.delete(key)
      for (const key of order.keys) owners.set(key, order.orderId)
      orders.set(order.orderId, rowOf(order))
      return true
    },

    async due(limit, leaseMs) {
      const time = now()
      const found = [...orders.values()].filter(({ dueAt }) => dueAt && dueAt <= time)
      const due = found.sort((one, other) => Number(one.dueAt) - Number(other.dueAt)).slice(0, limit)
      for (const row of due) row.dueAt = new Date(time.getTime() + leaseMs)
      return { orders: due.map(orderOf), now: time }
    },

    async list({ attention, limit, before }) {
      const found = [...orders.values()].filter(
        (order) => (!attention || order.attention) && (!before || newestFirst(before, order) < 0),
      )
      return found.sort(newestFirst).slice(0, limit).map(orderOf)
    },
  }
}

type Place = Pick<StoredOrder, 'changedAt' | 'orderId'>

function newestFirst(one: Place, other: Place): number {
  const later = other.changedAt.getTime() - one.changedAt.getTime()
  if (later !== 0 || one.orderId === other.orderId) return later
  return one.orderId < other.orderId ? 1 : -1
}

/** What is stored by a write: the next version. */
function rowOf({ record, ...order }: StoredOrder): Row {
  return { ...copy(order), version: order.version + 1, text: JSON.stringify(record) }
}

function orderOf({ text, ...order }: Row): StoredOrder {
  return { ...copy(order), record: JSON.parse(text) }
}

function copy<Entry extends Pick<StoredOrder, 'keys' | 'dueAt' | 'changedAt'>>(entry: Entry): Entry {
  const { keys, dueAt, changedAt } = entry
  const times = { ...(dueAt && { dueAt: new Date(dueAt) }), changedAt: new Date(changedAt) }
  return { ...entry, ...times, keys: [...keys] }
}

const newMemory = (): Memory => ({ orders: new Map(), owners: new Map() })

function warnOnce(): void {
  const process = globalThis as { [warned]?: boolean }
  if (process[warned]) return
  process[warned] = true
  console.warn(
    'khalti-kit: memoryPayments() forgets every payment when this process ends, and NODE_ENV is production. Keep them in a database: khalti-kit/postgres, /mysql, /sqlite, /mongodb or /sql.',
  )
}
