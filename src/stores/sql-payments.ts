import { mysqlDialect } from './mysql-dialect.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { SqlDriver } from './sql-driver.ts'
import { type SqlPayments, type SqlStoreOptions, sqlStore } from './sql-store.ts'
import { tableNames } from './sql-tables.ts'
import { sqliteDialect } from './sqlite-dialect.ts'

interface SqlQuery<Transaction> extends SqlStoreOptions, Pick<SqlDriver<Transaction>, 'query'> {}

/** On Postgres each step of the store is one statement, so it can do without transactions. */
interface PostgresOptions<Transaction> extends SqlQuery<Transaction>, Pick<SqlDriver<Transaction>, 'transaction'> {
  /** Whose SQL it is. Placeholders are `$1`, `$2`, … for Postgres; each occurs once, in order. */
  dialect: 'postgres'
}

interface OtherOptions<Transaction> extends SqlQuery<Transaction> {
  /** Whose SQL it is. Placeholders are `?`. */
  dialect: 'mysql' | 'sqlite'
  /** Runs `run` in a transaction, and rolls it back where `run` rejects. */
  transaction: NonNullable<SqlDriver<Transaction>['transaction']>
}

/** How {@link sqlPayments} reaches a database, and how it keeps its orders there. */
export type SqlPaymentsOptions<Transaction> = PostgresOptions<Transaction> | OtherOptions<Transaction>

const dialects = { postgres: postgresDialect, mysql: mysqlDialect, sqlite: sqliteDialect }

/**
 * Keeps orders in whatever runs SQL: an ORM, a query builder, a driver that has no store of its own here.
 *
 * `transaction` makes `fulfil` exactly once, with what it writes through `context.transaction`. On MySQL and SQLite it must be
 * there: a write of an order and its keys is several statements.
 *
 * @throws TypeError where the prefix cannot begin a table's name, the dialect is none of the three, or one that needs
 * `transaction` has none.
 *
 * @example
 * ```ts
 * import { sqlPayments } from 'khalti-kit/sql'
 * import { type Knex, knex } from 'knex'
 *
 * const db = knex({ client: 'pg', connection: process.env.DATABASE_URL ?? '' })
 * const payments = sqlPayments<Knex.Transaction>({
 *   dialect: 'postgres',
 *   query: (text, values, transaction) => (transaction ?? db).raw(text.replace(/\$\d+/g, '?'), values),
 *   transaction: (run) => db.transaction(run),
 * })
 * ```
 */
export function sqlPayments<Transaction = undefined>(
  options: SqlPaymentsOptions<Transaction>,
): SqlPayments<Transaction> {
  const { dialect, now } = options
  const speak = Object.hasOwn(dialects, dialect) ? dialects[dialect] : undefined
  if (!speak) throw new TypeError(`There is no dialect ${JSON.stringify(dialect)}: take postgres, mysql or sqlite.`)
  if (dialect !== 'postgres' && !options.transaction) throw new TypeError(needsTransaction)
  const clock = now ?? (dialect === 'sqlite' ? () => new Date() : undefined)
  return sqlStore(speak(tableNames(options)), options, clock)
}

const needsTransaction =
  'On MySQL and SQLite `sqlPayments` needs `transaction`: an order and its keys are several statements. Where yours has none, take mysqlPayments or sqlitePayments over the driver itself.'
