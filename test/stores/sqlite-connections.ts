import { createRequire } from 'node:module'
import type BetterSqlite3 from 'better-sqlite3'

const require = createRequire(import.meta.url)

/**
 * A connection that answers at once. `@libsql/client` opens one for itself, from a package that has the methods of
 * better-sqlite3 and is compiled already.
 */
export function openConnection(path = ':memory:'): BetterSqlite3.Database {
  const Database = createRequire(require.resolve('@libsql/client'))('libsql') as typeof BetterSqlite3
  return new Database(path)
}

/** The connection as better-sqlite3 would give it: only a statement with rows is asked for all of them. */
export function strictly(connection: BetterSqlite3.Database) {
  return {
    prepare(text: string) {
      const statement = connection.prepare(text)
      const refuse = (): never => {
        throw new TypeError(`This statement ${statement.reader ? 'returns' : 'does not return'} data.`)
      }
      return {
        reader: statement.reader,
        all: (...values: unknown[]) => (statement.reader ? statement.all(...values) : refuse()),
        run: (...values: unknown[]) => (statement.reader ? refuse() : statement.run(...values)),
      }
    },
    exec: (text: string) => connection.exec(text),
    close: () => connection.close(),
  }
}

/** The connection as `node:sqlite` and `bun:sqlite` would give it: no statement says whether it gives rows. */
export function loosely(connection: BetterSqlite3.Database) {
  return {
    prepare(text: string) {
      const statement = connection.prepare(text)
      return {
        all: (...values: unknown[]) => statement.all(...values),
        run: (...values: unknown[]) => statement.run(...values),
      }
    },
    exec: (text: string) => connection.exec(text),
    close: () => connection.close(),
  }
}
