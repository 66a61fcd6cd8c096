import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import type { Knex } from 'knex'

/** Orders through Knex on MySQL; `fulfil` gets its transaction. For Postgres see the page. */
export function knexPayments(db: Knex, now?: () => Date) {
  return sqlPayments<Knex.Transaction>({
    dialect: 'mysql',
    async query(text, values, transaction) {
      const [result] = await (transaction ?? db).raw(text, values)
      return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
    },
    transaction: (run) => db.transaction(run),
    now,
  })
}

/** The same on Postgres, where Knex writes `?` for a value. */
export function knexPostgresPayments(db: Knex, now?: () => Date) {
  return sqlPayments<Knex.Transaction>({
    dialect: 'postgres',
    query: (text, values, transaction) => (transaction ?? db).raw(text.replace(/\$\d+/g, '?'), values),
    transaction: (run) => db.transaction(run),
    now,
  })
}

/** `fulfil` of the checkout. */
export async function fulfilByKnex(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Knex.Transaction>,
) {
  const asPaid = { id: orderId, ...(!accepted && { amount }) }
  const count = await transaction('orders').where(asPaid).update({ paid_by: pidx })
  if (count === 0) throw new PaymentHold('The order has changed since it was paid.')
}
