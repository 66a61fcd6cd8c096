import { readEnv } from '../core/settings.ts'
import { forgetfulIn, inMemory } from './in-memory.ts'
import type { PaymentStore, StoredOrder } from './payment-store.ts'

/** An order as it is kept. The record is text, as in a database, so that nobody can change it from outside. */
interface Row extends Pick<StoredOrder, 'orderId' | 'version' | 'keys' | 'attention'> {
  text: string
  /** Milliseconds since 1970, as `changedAt` is. */
  dueAt: number | undefined
  changedAt: number
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
 * this module each. Under `NODE_ENV=production` it warns once, on the console; elsewhere the checkout does where the client's
 * environment is production.
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

/** Every call is atomic: it awaits nothing. */
function storeIn({ orders, owners }: Memory, now: () => Date): PaymentStore<undefined> {
  const store: PaymentStore<undefined> = {
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
      const found = [...orders.values()].filter(({ dueAt }) => dueAt !== undefined && dueAt <= time.getTime())
      const due = found.sort((one, other) => Number(one.dueAt) - Number(other.dueAt)).slice(0, limit)
      for (const row of due) row.dueAt = time.getTime() + leaseMs
      return { orders: due.map(orderOf), now: time }
    },

    async list({ attention, limit, before }) {
      const place = before && { orderId: before.orderId, changedAt: before.changedAt.getTime() }
      const found = [...orders.values()].filter(
        (order) => (!attention || order.attention) && (!place || newestFirst(place, order) < 0),
      )
      return found.sort(newestFirst).slice(0, limit).map(orderOf)
    },
  }
  return Object.assign(store, { [inMemory]: true })
}

type Place = Pick<Row, 'changedAt' | 'orderId'>

function newestFirst(one: Place, other: Place): number {
  const later = other.changedAt - one.changedAt
  if (later !== 0 || one.orderId === other.orderId) return later
  return one.orderId < other.orderId ? 1 : -1
}

/** The row that a write stores: the next version. */
function rowOf({ orderId, version, record, keys, dueAt, attention, changedAt }: StoredOrder): Row {
  const times = { dueAt: dueAt?.getTime(), changedAt: changedAt.getTime() }
  return { orderId, version: version + 1, text: JSON.stringify(record), keys: [...keys], attention, ...times }
}

function orderOf({ orderId, version, text, keys, dueAt, attention, changedAt }: Row): StoredOrder {
  const order: StoredOrder = {
    orderId,
    version,
    record: JSON.parse(text),
    keys: [...keys],
    attention,
    changedAt: new Date(changedAt),
  }
  if (dueAt !== undefined) order.dueAt = new Date(dueAt)
  return order
}

const newMemory = (): Memory => ({ orders: new Map(), owners: new Map() })

/** Only in development they share one, since elsewhere a process may have two shops. */
const apart =
  'Under next start a page, a Server Action and a route have a memory each: what one makes, another does not find.'

function warnOnce(): void {
  const process = globalThis as { [warned]?: boolean }
  if (process[warned]) return
  process[warned] = true
  console.warn(`khalti-kit: ${forgetfulIn('NODE_ENV is production')} ${apart}`)
}
