import { and, eq } from 'drizzle-orm'
import { int, mysqlTable, varchar } from 'drizzle-orm/mysql-core'
import type { MySql2Database } from 'drizzle-orm/mysql2'
import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import { toDrizzle } from './to-drizzle.ts'

/** Drizzle's database over `mysql2`, or a transaction of it. */
export type Database = Pick<MySql2Database, 'execute' | 'update'>

/** Orders in MySQL or MariaDB. `now` is a clock for tests; default: the database's. */
export function drizzlePayments(database: MySql2Database, now?: () => Date) {
  return sqlPayments<Database>({
    dialect: 'mysql',
    async query(text, values, transaction = database) {
      const [result] = await transaction.execute(toDrizzle(text, values))
      return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
    },
    transaction: (run) => database.transaction(run),
    now,
  })
}

/** The orders of the shop. */
export const orders = mysqlTable('orders', {
  id: varchar({ length: 255 }).primaryKey(),
  name: varchar({ length: 255 }).notNull(),
  amount: int().notNull(),
  paidBy: varchar('paid_by', { length: 255 }),
})

/** `fulfil` of the checkout. */
export async function fulfilByDrizzle(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Database>,
) {
  const asPaid = and(eq(orders.id, orderId), accepted ? undefined : eq(orders.amount, amount))
  const [{ affectedRows }] = await transaction.update(orders).set({ paidBy: pidx }).where(asPaid)
  if (affectedRows === 0) throw new PaymentHold('The order has changed since it was paid.')
}
