import { and, eq } from 'drizzle-orm'
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import type { Database } from './drizzle-libsql.ts'

/** The orders of the shop. */
export const orders = sqliteTable('orders', {
  id: text().primaryKey(),
  name: text().notNull(),
  amount: integer().notNull(),
  paidBy: text('paid_by'),
})

/** `fulfil` of the checkout. */
export async function fulfilByDrizzle(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Database>,
) {
  const asPaid = and(eq(orders.id, orderId), accepted ? undefined : eq(orders.amount, amount))
  const { rowsAffected } = await transaction.update(orders).set({ paidBy: pidx }).where(asPaid)
  if (rowsAffected === 0) throw new PaymentHold('The order has changed since it was paid.')
}
