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
