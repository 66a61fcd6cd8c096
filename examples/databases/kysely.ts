import { sqlPayments } from 'khalti-kit/sql'
import { CompiledQuery, type Kysely, type Transaction } from 'kysely'

/** Orders through Kysely on Postgres; `fulfil` gets its transaction. */
export function kyselyPayments<Tables>(db: Kysely<Tables>, now?: () => Date) {
  return sqlPayments<Transaction<Tables>>({
    dialect: 'postgres',
    query: async (text, values, transaction) => ({
      rows: (await (transaction ?? db).executeQuery(CompiledQuery.raw(text, values))).rows,
    }),
    transaction: (run) => db.transaction().execute(run),
    now,
  })
}
