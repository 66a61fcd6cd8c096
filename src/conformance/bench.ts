import type { PaymentStore, StoredOrder } from '../checkout/payment-store.ts'
import { firstDifference, isAnyDate, shown } from './difference.ts'

/** A store under test, and how time passes in it. */
export interface StoreUnderTest {
  store: PaymentStore
  /** Moves the store's clock forward by so many milliseconds. Without it the suite waits in real time. */
  advance?: ((ms: number) => unknown) | undefined
  /** Ends what this store needed, after its test. */
  close?: (() => unknown) | undefined
}

/** What a fact is tried on. */
export interface Bench {
  store: PaymentStore
  /** A lease, in milliseconds: a minute by a clock that is moved, a moment in real time. */
  lease: number
  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void>
  /** What the store's clock must say, where the suite moves it. */
  expectedNow?: (() => Date) | undefined
}

/** What a store must do, and what is lost where it does not. */
export interface StoreFact {
  /** As a whole sentence. */
  title: string
  /** What goes wrong in a shop otherwise. */
  why: string
  /** Throws where it is not so. */
  run(bench: Bench): Promise<void>
}

const minute = 60_000
const realLease = 1_000

/** Waits in real time. */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** The store on a bench of its own. */
export function benchOf({ store, advance }: StoreUnderTest, expectedNow?: () => Date): Bench {
  if (advance) return { store, lease: minute, pass: async (ms) => void (await advance(ms)), expectedNow }
  // A little more than was asked for: timers and the store's clock need not agree to the millisecond.
  return { store, lease: realLease, pass: (ms) => pause(ms + 20) }
}

/** Throws what is wrong, where something is. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise)
}

/** Throws where two values are not the same; the order of an object's fields does not matter. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const difference = firstDifference(actual, expected)
  if (difference === undefined) return
  const { path, ...place } = difference
  const first = `. They differ first where ${path} is ${shown(place.actual)}, and should be ${shown(place.expected)}`
  throw new Error(`${what} is ${shown(actual)}, and should be ${shown(expected)}${path === '' ? '' : first}`)
}

/** An instant that is over by any clock. Its milliseconds are not round: a database may cut them off. */
export const instant = (offsetMs = 0) => new Date(Date.UTC(2024, 0, 31, 6, 15, 20, 123) + offsetMs)

/** An order as a checkout writes it for the first time. */
export function newOrder(change: Partial<StoredOrder> = {}): StoredOrder {
  return {
    orderId: 'order',
    version: 0,
    record: { made: 'first' },
    keys: [],
    attention: false,
    changedAt: instant(),
    ...change,
  }
}

/** Writes an order that is not there yet, and gives it as it must be stored. */
export async function add(bench: Bench, change: Partial<StoredOrder> = {}): Promise<StoredOrder> {
  const order = newOrder(change)
  mustEqual(await bench.store.write(order), true, `the first write of the order ${shown(order.orderId)}`)
  return { ...order, version: 1 }
}

/** An order that must be there, with every field as the contract has it. */
export async function found(bench: Bench, orderId = 'order'): Promise<StoredOrder> {
  const { order } = await bench.store.read({ orderId })
  if (!order) throw new Error(`read gives nothing for the order ${shown(orderId)}, which was written`)
  mustBeWhole(order)
  return order
}

/** Throws where a field of an order is of another type than in the contract. */
export function mustBeWhole({ orderId, version, record, keys, dueAt, attention, changedAt }: StoredOrder): void {
  must(typeof orderId === 'string', `orderId must be a string, and is ${shown(orderId)}`)
  must(typeof version === 'number', `version must be a number, and is a ${typeof version}: ${shown(version)}`)
  must(isPlainObject(record), `record must be an object, and is ${shown(record)}`)
  must(Array.isArray(keys) && keys.every((key) => typeof key === 'string'), `keys must be strings: ${shown(keys)}`)
  must(typeof attention === 'boolean', `attention must be true or false, and is ${shown(attention)}`)
  must(isDate(changedAt), `changedAt must be a valid Date, and is ${shown(changedAt)}`)
  must(dueAt === undefined || isDate(dueAt), `dueAt must be a valid Date or absent, and is ${shown(dueAt)}`)
}

const isPlainObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value)

export const isDate = (value: unknown): value is Date => isAnyDate(value) && !Number.isNaN(value.getTime())

/** Throws where an order is not stored just so. Keys are a set. */
export async function mustBeStored(bench: Bench, expected: StoredOrder, what = 'the order'): Promise<void> {
  const stored = await found(bench, expected.orderId)
  const sorted = (order: StoredOrder) => ({ ...order, keys: [...order.keys].sort() })
  mustEqual(sorted(stored), sorted(expected), what)
}

/** The id of the order that a key finds, or undefined. */
export async function ownerOf(bench: Bench, key: string): Promise<string | undefined> {
  const { order } = await bench.store.read({ key })
  return order?.orderId
}

/** A lease that is not over by any clock before a test ends. */
export const longLease = 3_600_000

/** The ids of what is due now. */
export async function due(bench: Bench, limit = 100, leaseMs = longLease): Promise<string[]> {
  const { orders } = await bench.store.due(limit, leaseMs)
  return orders.map(({ orderId }) => orderId)
}

/** Runs `run` on each item, ten at a time: a database far away takes its time for each call, and not for each ten. */
export async function severalAtOnce<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += 10) await Promise.all(items.slice(start, start + 10).map(run))
}

/** Something that must be refused; gives what it threw. */
export async function mustReject(attempt: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await attempt.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  must(outcome !== undefined, `${what} went through, and should throw`)
  return outcome?.error
}
