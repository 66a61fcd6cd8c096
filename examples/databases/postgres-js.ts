import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import type { Sql, TransactionSql } from 'postgres'

/** Orders through postgres.js; `fulfil` gets the `sql` of its transaction. */
export function postgresJsPayments(sql: Sql, now?: () => Date) {
  return sqlPayments<TransactionSql>({
    dialect: 'postgres',
    query: async (text, values, transaction) => ({ rows: await (transaction ?? sql).unsafe(text, values) }),
    transaction: (run) => sql.begin(run) as ReturnType<typeof run>,
    now,
  })
}

/** `fulfil` of the checkout. */
export async function fulfilByPostgresJs(
  { orderId, pidx, amount }: Payment,
  { transaction: sql, accepted }: FulfilContext<TransactionSql>,
) {
  const asPaid = accepted ? sql`` : sql`and amount = ${amount}`
  const { count } = await sql`update orders set paid_by = ${pidx} where id = ${orderId} ${asPaid}`
  if (count === 0) throw new PaymentHold('The order has changed since it was paid.')
}
