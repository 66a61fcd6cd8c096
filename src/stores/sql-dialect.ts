import type { ListQuery, StoredOrder } from '../checkout/payment-store.ts'
import type { Session } from './sql-driver.ts'
import type { Found } from './sql-rows.ts'
import type { TableNames } from './sql-tables.ts'

/** An order as it is written: its record and keys as JSON, its dates as milliseconds. */
export interface WrittenOrder {
  orderId: string
  version: number
  record: string
  keys: string[]
  keyList: string
  dueAt: number | null
  attention: boolean
  changedAt: number
}

/** By what {@link Dialect.read} finds an order. */
export type By = { orderId: string } | { key: string }

/**
 * What differs from database to database. Every method is one step that nothing comes between.
 */
export interface Dialect {
  tables: TableNames
  /** The statements that make tables and view where they are missing. */
  migration: string[]
  /** Asked once, before anything else. @throws Error where the connection would garble what is stored. */
  check?(session: Session): Promise<void>
  read(session: Session, by: By): Promise<Found>
  /** @throws Whatever the driver throws, and nothing has changed, where one of the keys is another order's. */
  write(session: Session, order: WrittenOrder): Promise<boolean>
  /** Writes those that it can without waiting, and whose keys are as before. Gives their ids. It needs neither turns nor checks. */
  writeMany?(session: Session, orders: WrittenOrder[]): Promise<string[]>
  due(session: Session, limit: number, leaseMs: number): Promise<Found>
  list(session: Session, query: ListQuery): Promise<Found>
}

export function toWritten({ dueAt, changedAt, record, keys, ...order }: StoredOrder): WrittenOrder {
  const unique = [...new Set(keys)]
  return {
    ...order,
    record: JSON.stringify(record),
    keys: unique,
    keyList: JSON.stringify(unique),
    dueAt: dueAt === undefined ? null : millisecondsOf(dueAt, 'dueAt'),
    changedAt: millisecondsOf(changedAt, 'changedAt'),
  }
}

function millisecondsOf(date: Date, field: string): number {
  const ms = date.getTime()
  if (Number.isFinite(ms)) return ms
  throw new TypeError(`\`${field}\` is an invalid date.`)
}
