import type Database from 'better-sqlite3'
import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlitePayments } from 'khalti-kit/sqlite'

/** Orders through connections to one file: `() => new Database('shop.db')`. */
export const openPayments = (connect: () => Database.Database) => sqlitePayments(connect(), { connect })

/** `fulfil` of the checkout. */
export function fulfilBySqlite(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Database.Database>,
) {
  const paid = transaction.prepare('update orders set paid_by = ? where id = ? and (amount = ? or ?)')
  const { changes } = paid.run(pidx, orderId, amount, accepted ? 1 : 0)
  if (changes === 0) throw new PaymentHold('The order has changed since it was paid.')
}
