import type { Client, Transaction } from '@libsql/client'
import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlitePayments } from 'khalti-kit/sqlite'

/** Orders through a client of libsql: a file, or Turso. */
export const openPayments = (client: Client) => sqlitePayments(client)

/** `fulfil` of the checkout. */
export async function fulfilByLibsql(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Transaction>,
) {
  const sql = 'update orders set paid_by = ? where id = ? and (amount = ? or ?)'
  const { rowsAffected } = await transaction.execute({ sql, args: [pidx, orderId, amount, accepted !== undefined] })
  if (rowsAffected === 0) throw new PaymentHold('The order has changed since it was paid.')
}
