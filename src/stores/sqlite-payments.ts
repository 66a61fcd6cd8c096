import { type Door, has, readOptions, requireFunction, requireMethods } from '../core/given.ts'
import type { SqlDriver } from './sql-driver.ts'
import { type SqlPayments, type SqlStoreOptions, sqlStore } from './sql-store.ts'
import { tableNames } from './sql-tables.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import {
  connectionDriver,
  type D1,
  type D1Prepared,
  d1Driver,
  type LibsqlClient,
  type LibsqlTransaction,
  libsqlDriver,
  type SqliteConnection,
} from './sqlite-drivers.ts'
import { storeOptions } from './store-options.ts'

/** How {@link sqlitePayments} keeps its orders. */
export interface SqlitePaymentsOptions<Connection extends SqliteConnection = SqliteConnection> extends SqlStoreOptions {
  /** Opens a connection of its own for a transaction; it is closed after it. Without it the store has no transactions. */
  connect?: (() => Connection | Promise<Connection>) | undefined
}

/**
 * Keeps orders in SQLite: in a file of one server, through better-sqlite3, `node:sqlite`, `bun:sqlite` or libsql, or in
 * Turso and Cloudflare D1.
 *
 * `fulfil` runs in a transaction with libsql, and where `connect` opens a connection for it. While it runs, the file has
 * no other writer: this store's own writes wait for it, and a write of the shop's on another connection waits until SQLite's
 * busy timeout. Turso ends a transaction after about five seconds: keep `fulfil` shorter than that, or take the sending of
 * mails out of it. D1 has no transactions: `fulfil` is called at least once instead of exactly once.
 *
 * @throws TypeError where it is given none of these, a prefix that cannot begin a table's name, or an unknown option.
 *
 * @example
 * ```ts
 * import Database from 'better-sqlite3'
 * import { sqlitePayments } from 'khalti-kit/sqlite'
 *
 * const payments = sqlitePayments(new Database('shop.db'), { connect: () => new Database('shop.db') })
 * await payments.migrate()
 * ```
 */
export function sqlitePayments<Connection extends SqliteConnection>(
  database: SqliteConnection,
  options: SqlitePaymentsOptions<Connection> & { connect: () => Connection | Promise<Connection> },
): SqlPayments<Connection>
export function sqlitePayments<Transaction extends LibsqlTransaction>(
  client: LibsqlClient<Transaction>,
  options?: SqlStoreOptions,
): SqlPayments<Transaction>
export function sqlitePayments<Prepared extends D1Prepared>(
  database: D1<Prepared>,
  options?: SqlStoreOptions,
): SqlPayments<undefined>
export function sqlitePayments(database: SqliteConnection, options?: SqlStoreOptions): SqlPayments<undefined>
export function sqlitePayments(
  database: SqliteConnection | LibsqlClient | D1,
  options: SqlitePaymentsOptions = {},
): SqlPayments<SqliteConnection | LibsqlTransaction | undefined> {
  const given = readOptions(options, 'sqlitePayments', known)
  const now = given.now ?? (() => new Date())
  return sqlStore(sqliteDialect(tableNames(given)), driverOf(database, given), now)
}

const known: Record<keyof SqlitePaymentsOptions, true> = { ...storeOptions, connect: true }

type AnyDriver = SqlDriver<SqliteConnection | LibsqlTransaction | undefined>

function driverOf(database: SqliteConnection | LibsqlClient | D1, { connect }: SqlitePaymentsOptions): AnyDriver {
  if (isLibsql(database)) return libsqlDriver(database) as AnyDriver
  if (isD1(database)) return d1Driver(database) as AnyDriver
  requireMethods(database, ['prepare', 'exec', 'close'], door)
  requireFunction(connect, 'connect', 'that opens a connection to the same file')
  return connectionDriver(database, connect) as AnyDriver
}

const isLibsql = (database: object): database is LibsqlClient =>
  ['execute', 'batch', 'transaction'].every((method) => has(database, method))
const isD1 = (database: object): database is D1 => has(database, 'prepare') && has(database, 'batch')

const door: Door = {
  name: 'sqlitePayments',
  takes:
    "an open connection of better-sqlite3, node:sqlite or bun:sqlite, such as sqlitePayments(new Database('shop.db')), a client of libsql, or a database of Cloudflare D1. ORMs go to sqlPayments of khalti-kit/sql.",
}
