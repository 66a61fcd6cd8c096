import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import type BetterSqlite3 from 'better-sqlite3'
import { afterAll, beforeAll, describe } from 'vitest'
import { sqlPayments } from '../../src/sql.ts'
import { sqlitePayments } from '../../src/sqlite.ts'
import type { SqlValue } from '../../src/stores/sql-driver.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { nextPrefix } from './prefix.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'khalti-sqlite-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// It is compiled when it is installed: `npm ci` does without, and `npm run test:native` brings it.
const native = join(import.meta.dirname, 'native')
const isThere = existsSync(join(native, 'node_modules/better-sqlite3/build'))
const openDatabase = (path: string): BetterSqlite3.Database => {
  const Database = createRequire(join(native, 'package.json'))('better-sqlite3') as typeof BetterSqlite3
  return new Database(path)
}
const title = isThere ? 'better-sqlite3' : 'better-sqlite3 (skipped: it is not installed; npm run test:native)'

const newFile = () => join(folder, `${nextPrefix()}.db`)

describePaymentStore('sqlitePayments on libsql', async ({ now }) => {
  const client = createClient({ url: `file:${newFile()}` })
  const store = sqlitePayments(client, { now })
  await store.migrate()
  return { store, close: () => client.close() }
})

describePaymentStore('sqlPayments for SQLite without transactions', async ({ now }) => {
  const client = createClient({ url: `file:${newFile()}` })
  const query = async (sql: string, args: SqlValue[]) => {
    const { rows, columns } = await client.execute({ sql, args })
    return { rows: rows.map((row) => columns.map((_, index) => row[index])) }
  }
  const store = sqlPayments({ dialect: 'sqlite', query, now })
  await store.migrate()
  return { store, close: () => client.close() }
})

describe.skipIf(!isThere)(title, () => {
  describePaymentStore('sqlitePayments on better-sqlite3', async ({ now }) => {
    const file = newFile()
    const database = openDatabase(file)
    const store = sqlitePayments(database, { now, connect: () => openDatabase(file) })
    await store.migrate()
    return { store, close: () => database.close() }
  })

  describePaymentStore('sqlitePayments on better-sqlite3 in memory, without transactions', async ({ now }) => {
    const store = sqlitePayments(openDatabase(':memory:'), { now })
    await store.migrate()
    return store
  })
})
