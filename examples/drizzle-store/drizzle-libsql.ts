import { sql } from 'drizzle-orm'
import type { LibSQLDatabase } from 'drizzle-orm/libsql'
import { index, integer, sqliteTable, sqliteView, text } from 'drizzle-orm/sqlite-core'
import { sqlPayments } from 'khalti-kit/sql'
import { toDrizzle } from './to-drizzle.ts'

/** So that `drizzle-kit push` leaves what `migrate()` has made. */
export const khaltiOrders = sqliteTable(
  'khalti_orders',
  {
    orderId: text('order_id').primaryKey().notNull(),
    version: integer().notNull(),
    record: text().notNull(),
    keyList: text('key_list').notNull(),
    dueAt: integer('due_at'),
    wasDueAt: integer('was_due_at'),
    attention: integer().notNull(),
    changedAt: integer('changed_at').notNull(),
  },
  (table) => [
    index('khalti_orders_due').on(table.dueAt).where(sql`due_at is not null`),
    index('khalti_orders_changed').on(table.changedAt, table.orderId),
    index('khalti_orders_attention').on(table.changedAt, table.orderId).where(sql`attention`),
  ],
)

export const khaltiKeys = sqliteTable('khalti_keys', {
  key: text().primaryKey().notNull(),
  orderId: text('order_id').notNull(),
})

/** For reports: a row for each payment. */
export const khaltiPayments = sqliteView('khalti_payments', {
  pidx: text(),
  orderId: text('order_id'),
  orderName: text('order_name'),
  /** Paisa. */
  amount: integer(),
  state: text(),
  method: text(),
  transactionId: text('transaction_id'),
  /** ISO 8601, in UTC. */
  createdAt: text('created_at'),
  expiresAt: text('expires_at'),
  fulfilledAt: text('fulfilled_at'),
  /** Paisa. */
  refundedAmount: integer('refunded_amount'),
}).existing()

/** Drizzle's database over libsql, or a transaction of it. */
export type Database = Pick<LibSQLDatabase, 'values' | 'update'>

/** Orders in a file of SQLite, or on Turso. `now` is a clock for tests; default: the process's. */
export function drizzlePayments(database: LibSQLDatabase, now?: () => Date) {
  return sqlPayments<Database>({
    dialect: 'sqlite',
    query: async (text, values, transaction = database) => ({
      rows: await transaction.values(toDrizzle(text, values)),
    }),
    transaction: (run) => database.transaction(run),
    now,
  })
}
