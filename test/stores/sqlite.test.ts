import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import Database from 'better-sqlite3'
import { afterAll, beforeAll } from 'vitest'
import { sqlPayments } from '../../src/sql.ts'
import { sqlitePayments } from '../../src/sqlite.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { nextPrefix } from './prefix.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'khalti-sqlite-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newFile = () => join(folder, `${nextPrefix()}.db`)

describePaymentStore('sqlitePayments on better-sqlite3', async ({ now }) => {
  const file = newFile()
  const database = new Database(file)
  const store = sqlitePayments(database, { now, connect: () => new Database(file) })
  await store.migrate()
  return { store, close: () => database.close() }
})

describePaymentStore('sqlitePayments on better-sqlite3 in memory, without transactions', async ({ now }) => {
  const store = sqlitePayments(new Database(':memory:'), { now })
  await store.migrate()
  return store
})

describePaymentStore('sqlitePayments on libsql', async ({ now }) => {
  const client = createClient({ url: `file:${newFile()}` })
  const store = sqlitePayments(client, { now })
  await store.migrate()
  return { store, close: () => client.close() }
})

describePaymentStore('sqlPayments on SQLite with nothing but a query', async ({ now }) => {
  const database = new Database(':memory:')
  const store = sqlPayments({
    dialect: 'sqlite',
    now,
    async query(text, values) {
      const statement = database.prepare(text)
      if (statement.reader) return { rows: statement.all(...values) }
      statement.run(...values)
      return { rows: [] }
    },
  })
  await store.migrate()
  return store
})
