import { type Door, has, requireMethods } from '../core/given.ts'
import { endingDriver, silentSeconds } from './ending-transaction.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { rolledBack, type SqlDriver, type SqlResult, type SqlValue } from './sql-driver.ts'
import { type SqlPayments, type SqlStoreOptions, sqlStore } from './sql-store.ts'
import { tableNames } from './sql-tables.ts'
import { readStoreOptions } from './store-options.ts'

/** Whatever runs one statement in MySQL. */
export interface MysqlQueryable {
  /** Runs a prepared statement: values never become a part of the text. */
  execute(text: string, values?: SqlValue[]): Promise<[unknown, unknown]>
}

/** One connection out of a pool, as `mysql2/promise` hands it out. */
export interface MysqlConnection extends MysqlQueryable {
  /** Runs a statement that cannot be prepared, such as `savepoint`. */
  query(text: string): Promise<[unknown, unknown]>
  beginTransaction(): Promise<unknown>
  commit(): Promise<unknown>
  rollback(): Promise<unknown>
  release(): void
  destroy(): void
}

/** The Pool of `mysql2/promise`. */
export interface MysqlPool<Connection extends MysqlConnection = MysqlConnection> extends MysqlQueryable {
  getConnection(): Promise<Connection>
}

/**
 * Keeps orders in MySQL 8 or MariaDB (10.6 or newer), for any number of processes, through the Pool of `mysql2/promise`.
 *
 * @throws TypeError where it is given no such pool, a prefix that cannot begin a table's name, or an unknown option.
 *
 * @example
 * ```ts
 * import { mysqlPayments } from 'khalti-kit/mysql'
 * import { createPool } from 'mysql2/promise'
 *
 * const payments = mysqlPayments(createPool(process.env.DATABASE_URL ?? ''))
 * await payments.migrate()
 * ```
 */
export function mysqlPayments<Connection extends MysqlConnection>(
  pool: MysqlPool<Connection>,
  options: SqlStoreOptions = {},
): SqlPayments<Connection> {
  requireMethods(pool, ['execute', 'getConnection'], door)
  if (has(pool, 'promise')) throw new TypeError(takesCallbacks)
  const driver: SqlDriver<Connection> = {
    async query(text: string, values: SqlValue[], transaction): Promise<SqlResult> {
      const isPlain = transaction !== undefined && values.length === 0
      const [result] = await (isPlain ? transaction.query(text) : (transaction ?? pool).execute(text, values))
      if (Array.isArray(result)) return { rows: result }
      return { rows: [], affected: (result as { affectedRows?: number } | undefined)?.affectedRows }
    },
    transaction: (run) => transact(pool, run),
  }
  const given = readStoreOptions(options, 'mysqlPayments')
  return sqlStore(mysqlDialect(tableNames(given)), endingDriver(driver), given.now)
}

const door: Door = {
  name: 'mysqlPayments',
  takes:
    "the Pool of mysql2/promise: import { createPool } from 'mysql2/promise', then mysqlPayments(createPool(url)). ORMs and Knex go to sqlPayments of khalti-kit/sql.",
}

const takesCallbacks =
  'mysqlPayments was given a pool of mysql2 that takes callbacks. It takes the one that gives promises: mysqlPayments(pool.promise()), or createPool of mysql2/promise.'

async function transact<Connection extends MysqlConnection, Result>(
  pool: MysqlPool<Connection>,
  run: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.getConnection()
  try {
    const isSet = await setSilence(connection, silentSeconds)
    await connection.beginTransaction()
    const result = await run(connection)
    await connection.commit()
    // The transaction is stored, whatever becomes of its connection.
    if (isSet && !(await setSilence(connection, 'default'))) connection.destroy()
    else connection.release()
    return result
  } catch (error) {
    await rolledBack(connection.rollback())
    // Whoever failed may still have this connection, and ask it later: outside any transaction, or in somebody else's.
    connection.destroy()
    throw error
  }
}

/** Whether the server has taken it: one behind a proxy may not. */
async function setSilence(connection: MysqlConnection, seconds: number | 'default'): Promise<boolean> {
  try {
    await connection.query(`set session wait_timeout = ${seconds}`)
    return true
  } catch {
    return false
  }
}
