import { readOptions, requireFunction, requireMethods } from '../core/given.ts'
import { endingDriver, silentSeconds } from './ending-transaction.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { postgresDialect } from './postgres-dialect.ts'
import type { SqlDriver } from './sql-driver.ts'
import { type SqlPayments, type SqlStoreOptions, sqlStore } from './sql-store.ts'
import { tableNames } from './sql-tables.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { queuedDriver } from './sqlite-queue.ts'
import { storeOptions } from './store-options.ts'

/** How {@link sqlPayments} reaches a database, and how it keeps its orders there. */
export interface SqlPaymentsOptions<Transaction>
  extends SqlStoreOptions,
    Pick<SqlDriver<Transaction>, 'query' | 'transaction'> {
  /**
   * Whose SQL it is. Placeholders are `$1`, `$2`, … for Postgres, and `?` for the others; each occurs once, in order.
   */
  dialect: 'postgres' | 'mysql' | 'sqlite'
}

const known: Record<keyof SqlPaymentsOptions<never>, true> = {
  ...storeOptions,
  dialect: true,
  query: true,
  transaction: true,
}

const dialects = { postgres: postgresDialect, mysql: mysqlDialect, sqlite: sqliteDialect }

/**
 * Keeps orders in whatever runs SQL: an ORM, a query builder, a driver that has no store of its own here.
 *
 * `transaction` makes `fulfil` exactly once, with what it writes through `context.transaction`; without it `fulfil` is called
 * at least once. With SQLite all that the store asks comes one after the other, and waits while `fulfil` runs: make one store, and
 * ask a checkout nothing in `fulfil`.
 *
 * @throws TypeError where there is no `query`, the prefix cannot begin a table's name, the dialect is none of the three, or
 * an option is unknown.
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
export function sqlPayments<Transaction>(
  options: SqlPaymentsOptions<Transaction> & {
    transaction: NonNullable<SqlPaymentsOptions<Transaction>['transaction']>
  },
): SqlPayments<Transaction>
export function sqlPayments<Transaction = undefined>(
  options: SqlPaymentsOptions<Transaction>,
): SqlPayments<Transaction | undefined>
export function sqlPayments<Transaction>(
  options: SqlPaymentsOptions<Transaction>,
): SqlPayments<Transaction | undefined> {
  requireMethods(options, ['query'], { name: 'sqlPayments', takes: '{ dialect, query, transaction }.' })
  readOptions(options, 'sqlPayments', known)
  requireFunction(options.transaction, 'transaction', 'that runs another in a transaction')
  const { dialect, now } = options
  const speak = Object.hasOwn(dialects, dialect) ? dialects[dialect] : undefined
  if (!speak) throw new TypeError(`There is no dialect ${JSON.stringify(dialect)}: take postgres, mysql or sqlite.`)
  const clock = now ?? (dialect === 'sqlite' ? () => new Date() : undefined)
  const driver = endingDriver(dialect === 'postgres' ? withPatience(options) : options)
  return sqlStore(speak(tableNames(options)), dialect === 'sqlite' ? queuedDriver(driver) : driver, clock)
}

const patience = `select set_config('idle_in_transaction_session_timeout', '${silentSeconds}s', true) as khalti`

function withPatience<Transaction>(options: SqlDriver<Transaction>): SqlDriver<Transaction> {
  const { query } = options
  const transact = options.transaction?.bind(options)
  if (transact === undefined) return options
  return {
    query: (text, values, transaction) => query.call(options, text, values, transaction),
    transaction: (run) =>
      transact(async (transaction) => {
        // None was given: the store says so.
        if (transaction !== undefined && transaction !== null) await query.call(options, patience, [], transaction)
        return run(transaction)
      }),
  }
}
