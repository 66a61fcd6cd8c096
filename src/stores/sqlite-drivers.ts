import type { SqlDriver, SqlResult, SqlValue, Statement } from './sql-driver.ts'
import { withRetries } from './sql-failures.ts'
import { queueOf } from './sqlite-queue.ts'

/** A connection of better-sqlite3, `node:sqlite` or `bun:sqlite`, which answer at once. */
export interface SqliteConnection {
  prepare(text: string): {
    /** false where a statement gives no rows, in better-sqlite3. */
    reader?: boolean
    all(...values: unknown[]): unknown[]
    run(...values: unknown[]): unknown
  }
  exec(text: string): unknown
  close(): unknown
}

/** A transaction of `@libsql/client`. */
export interface LibsqlTransaction {
  execute(statement: { sql: string; args: SqlValue[] }): Promise<{ rows: ArrayLike<unknown> }>
  commit(): Promise<void>
  close(): void
}

/** The client of `@libsql/client`, for a file or for Turso. */
export interface LibsqlClient<Transaction extends LibsqlTransaction = LibsqlTransaction> {
  execute(statement: { sql: string; args: SqlValue[] }): Promise<{ rows: ArrayLike<unknown> }>
  batch(statements: { sql: string; args: SqlValue[] }[], mode: 'write'): Promise<{ rows: ArrayLike<unknown> }[]>
  transaction(mode: 'write'): Promise<Transaction>
}

/** A database of Cloudflare D1. */
export interface D1<Prepared extends D1Prepared = D1Prepared> {
  prepare(text: string): Prepared
  batch(statements: Prepared[]): Promise<{ results: unknown[] }[]>
}

/** A statement of Cloudflare D1. */
export interface D1Prepared {
  // The names of D1's own types: each `bind` gives the same type again.
  bind(...values: unknown[]): this
  all(): Promise<{ results: unknown[] }>
}

/** D1 sends each statement by itself, and a batch as one transaction. */
export function d1Driver<Prepared extends D1Prepared>(database: D1<Prepared>): SqlDriver<undefined> {
  const prepared = ({ text, values }: Statement) => database.prepare(text).bind(...values)
  return {
    async query(text, values) {
      const { results } = await prepared({ text, values }).all()
      return { rows: results }
    },
    async batch(statements) {
      const results = await database.batch(statements.map(prepared))
      return results.map(({ results: rows }) => ({ rows }))
    },
  }
}

/** A transaction of libsql has a connection of its own. In a file, writers come one after the other. */
export function libsqlDriver<Transaction extends LibsqlTransaction>(
  client: LibsqlClient<Transaction>,
): SqlDriver<Transaction> {
  const toResult = ({ rows }: { rows: ArrayLike<unknown> }): SqlResult => ({ rows: Array.from(rows) })
  const toLibsql = ({ text, values }: Statement) => ({ sql: text, args: values })
  return {
    queue: queueOf(client),
    async query(text, values, transaction) {
      return toResult(await (transaction ?? client).execute(toLibsql({ text, values })))
    },
    batch: async (statements) => (await client.batch(statements.map(toLibsql), 'write')).map(toResult),
    async transaction(run) {
      const transaction = await withRetries(() => client.transaction('write'))
      try {
        const result = await run(transaction)
        await transaction.commit()
        return result
      } finally {
        // Rolls back what was not committed. Whoever failed may still have it, and finds it closed.
        cleanUp(() => transaction.close())
      }
    },
  }
}

/**
 * A connection that answers at once. While a transaction waits for `fulfil`, whatever else is asked on its connection
 * becomes a part of it: so it has one of its own, or there is none.
 */
export function connectionDriver<Connection extends SqliteConnection>(
  database: SqliteConnection,
  connect: (() => Connection | Promise<Connection>) | undefined,
): SqlDriver<Connection> {
  return {
    queue: queueOf(database),
    query: async (text, values, transaction) => ask(transaction ?? database, { text, values }),
    batch: async (statements) => atOnce(database, statements),
    transaction:
      connect &&
      (async (run) => {
        const connection = await connect()
        // It is closed after the transaction.
        if (connection === (database as unknown)) throw new TypeError(sameConnection)
        return transact(connection, run)
      }),
  }
}

const sameConnection =
  '`connect` gave the connection of the store itself. It must open one of its own for each transaction, to the same file: connect: () => new Database(file).'

function ask(connection: SqliteConnection, { text, values }: Statement): SqlResult {
  const statement = connection.prepare(text)
  if (statement.reader !== false) return { rows: statement.all(...values) }
  statement.run(...values)
  return { rows: [] }
}

/** Nothing is awaited, so nothing comes between. `begin` fails where somebody else has a transaction open here. */
function atOnce(connection: SqliteConnection, statements: Statement[]): SqlResult[] {
  connection.exec('begin immediate')
  try {
    const results = statements.map((statement) => ask(connection, statement))
    connection.exec('commit')
    return results
  } catch (error) {
    cleanUp(() => connection.exec('rollback'))
    throw error
  }
}

async function transact<Connection extends SqliteConnection, Result>(
  connection: Connection,
  run: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  try {
    await withRetries(async () => connection.exec('begin immediate'))
    const result = await run(connection)
    connection.exec('commit')
    return result
  } catch (error) {
    // To close it is not enough: Bun keeps a connection, and its locks, until its statements are collected.
    cleanUp(() => connection.exec('rollback'))
    throw error
  } finally {
    // Whoever failed may still have it, and finds it closed.
    cleanUp(() => connection.close())
  }
}

/** Ends what a transaction leaves. A failure here must not hide the one before: SQLite rolls some transactions back itself. */
function cleanUp(act: () => unknown): void {
  try {
    act()
  } catch {
    // It never began, or is over.
  }
}
