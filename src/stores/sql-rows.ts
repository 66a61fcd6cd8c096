import type { StoredOrder } from '../checkout/payment-store.ts'
import type { SqlResult } from './sql-driver.ts'

/** What a reading statement gave: the orders, and the time by the store's clock. */
export interface Found {
  orders: StoredOrder[]
  now: Date
}

/**
 * Reads rows of one column, which is JSON as text: `{ now, order }`. So nothing depends on how a driver, or what a shop
 * has set in it, names columns and reads dates, big numbers or JSON.
 */
export function readRows({ rows }: SqlResult): Found {
  const read = rows.map(readRow)
  if (read[0] === undefined) throw new TypeError('The database gave no row where there is always one.')
  return { now: toDate(read[0].now, 'now'), orders: read.flatMap(({ order }) => (order ? [toOrder(order)] : [])) }
}

type Row = { [field in keyof StoredOrder]?: unknown }

const readRow = (row: unknown): { now?: unknown; order?: Row | null } => JSON.parse(firstColumn(row))

/** The text in the only column of a row, whatever its name. */
export function firstColumn(row: unknown): string {
  const [text] = Object.values(row ?? {})
  if (typeof text === 'string') return text
  throw new TypeError(
    `The driver gave ${text === null ? 'null' : `a value of type ${typeof text}`} where the store had asked for text. Set nothing in it that parses or renames what it reads.`,
  )
}

/** The record is the checkout's to read: one that is none must not keep `due` from every other order. */
function toOrder({ orderId, version, record, keys, dueAt, attention, changedAt }: Row): StoredOrder {
  const isSound =
    typeof orderId === 'string' &&
    Number.isSafeInteger(version) &&
    Array.isArray(keys) &&
    typeof attention === 'boolean'
  if (!isSound) throw new TypeError(`The stored order ${JSON.stringify(orderId)} cannot be read.`)
  const order = { orderId, version, record, keys, attention, changedAt: toDate(changedAt, 'changedAt') } as StoredOrder
  if (dueAt !== null) order.dueAt = toDate(dueAt, 'dueAt')
  return order
}

/** An invalid date is neither before nor after any other, so none passes. */
function toDate(value: unknown, field: string): Date {
  if (typeof value === 'number' && Number.isFinite(value)) return new Date(value)
  throw new TypeError(`The database gave ${JSON.stringify(value)} as \`${field}\`, which is no time.`)
}
