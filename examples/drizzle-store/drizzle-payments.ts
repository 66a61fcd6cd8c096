import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  jsonb,
  type PgDatabase,
  type PgQueryResultHKT,
  pgTable,
  pgView,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { JsonObject } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import { toDrizzle } from './to-drizzle.ts'

const moment = (name: string) => timestamp(name, { withTimezone: true })

/** So that `drizzle-kit push` leaves what `migrate()` has made. */
export const khaltiOrders = pgTable(
  'khalti_orders',
  {
    orderId: text('order_id').primaryKey(),
    version: bigint({ mode: 'number' }).notNull(),
    record: jsonb().$type<JsonObject>().notNull(),
    keyList: jsonb('key_list').$type<string[]>().notNull(),
    dueAt: moment('due_at'),
    attention: boolean().notNull(),
    changedAt: moment('changed_at').notNull(),
  },
  (table) => [
    index('khalti_orders_due').on(table.dueAt).where(sql`due_at is not null`),
    index('khalti_orders_changed').on(table.changedAt),
    index('khalti_orders_attention').on(table.changedAt).where(sql`attention`),
  ],
)

export const khaltiKeys = pgTable('khalti_keys', { key: text().primaryKey(), orderId: text('order_id').notNull() })

/** For reports: a row for each payment. */
export const khaltiPayments = pgView('khalti_payments', {
  pidx: text(),
  orderId: text('order_id'),
  orderName: text('order_name'),
  /** Paisa. */
  amount: bigint({ mode: 'number' }),
  state: text(),
  method: text(),
  transactionId: text('transaction_id'),
  createdAt: moment('created_at'),
  expiresAt: moment('expires_at'),
  fulfilledAt: moment('fulfilled_at'),
  /** Paisa. */
  refundedAmount: bigint('refunded_amount', { mode: 'number' }),
}).existing()

/** A database of Drizzle's, or a transaction of it: `fulfil` gets one of this type. */
export type Database = PgDatabase<PgQueryResultHKT>

/** Orders in any Postgres that Drizzle speaks to. `now` is a clock for tests; default: the database's. */
export function drizzlePayments(database: Database, now?: () => Date) {
  return sqlPayments<Database>({
    dialect: 'postgres',
    query: async (text, values, transaction = database) => {
      const result: unknown = await transaction.execute(toDrizzle(text, values))
      // Drivers differ: some give the rows themselves.
      return { rows: Array.isArray(result) ? result : (result as { rows: unknown[] }).rows }
    },
    transaction: (run) => database.transaction(run),
    now,
  })
}
