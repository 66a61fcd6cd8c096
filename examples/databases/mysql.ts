import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { mysqlPayments } from 'khalti-kit/mysql'
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise'

/** Orders through the Pool of `mysql2/promise`. */
export const openPayments = (pool: Pool) => mysqlPayments(pool)

/** `fulfil` of the checkout. */
export async function fulfilByMysql(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<PoolConnection>,
) {
  const paid = 'update orders set paid_by = ? where id = ? and (amount = ? or ?)'
  const values = [pidx, orderId, amount, accepted !== undefined]
  const [{ affectedRows }] = await transaction.execute<ResultSetHeader>(paid, values)
  if (affectedRows === 0) throw new PaymentHold('The order has changed since it was paid.')
}
