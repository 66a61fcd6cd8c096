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
