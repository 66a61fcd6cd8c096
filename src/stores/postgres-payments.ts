import { postgresDialect } from './postgres-dialect.ts'
import { type AnyPostgres, postgresDriver, type TransactionOf } from './postgres-driver.ts'
import type { SqlDriver } from './sql-driver.ts'
import { type SqlPayments, type SqlStoreOptions, sqlStore } from './sql-store.ts'
import { tableNames } from './sql-tables.ts'
import { readStoreOptions } from './store-options.ts'

/**
 * Keeps orders in Postgres, for any number of processes: through `pg`'s Pool (of any size, also behind PgBouncer in
 * transaction mode), in PGlite, or through anything with their `query`, such as a driver that speaks HTTP.
 *
 * PGlite in a folder is for one process: two would ruin the folder. A driver without transactions leaves `fulfil` at
 * least once instead of exactly once.
 *
 * @throws TypeError where it is given none of these, a prefix that cannot begin a table's name, or an unknown option.
 * Of `neon(url)` take `query` alone.
 *
 * @example
 * ```ts
 * import { postgresPayments } from 'khalti-kit/postgres'
 * import { Pool } from 'pg'
 *
 * const payments = postgresPayments(new Pool({ connectionString: process.env.DATABASE_URL }))
 * await payments.migrate()
 * ```
 */
export function postgresPayments<Database extends AnyPostgres>(
  database: Database,
  options: SqlStoreOptions = {},
): SqlPayments<TransactionOf<Database>> {
  const driver = postgresDriver(database) as SqlDriver<TransactionOf<Database>>
  const given = readStoreOptions(options, 'postgresPayments')
  return sqlStore(postgresDialect(tableNames(given)), driver, given.now)
}
