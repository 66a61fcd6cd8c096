import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type BetterSqlite3 from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqlitePayments } from '../../../src/sqlite.ts'
import { connectionDriver, type SqliteConnection } from '../../../src/stores/sqlite-drivers.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { existing, newOrder } from '../../stores/orders.ts'
import { loosely, openConnection, strictly } from '../../stores/sqlite-connections.ts'

let folder: string
let opened: BetterSqlite3.Database[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'khalti-connection-'))
})
afterEach(() => {
  for (const connection of opened) if (connection.open) connection.close()
  opened = []
  rmSync(folder, { recursive: true, force: true })
})

/** Another connection to the file of this test, which waits for no disk. */
function connect(): BetterSqlite3.Database {
  const connection = openConnection(join(folder, 'shop.db'))
  connection.exec('pragma synchronous = off')
  opened.push(connection)
  return connection
}

/** A store in the file, whose transactions run on what `open` gives. */
async function openStore<Connection extends SqliteConnection>(open: () => Connection) {
  const store = sqlitePayments(connect(), { connect: open })
  await store.migrate()
  return store
}

const soldOut = new Error('out of stock')

describePaymentStore('sqlitePayments on a connection that answers at once', async ({ now }) => {
  const file = join(folder, 'shop.db')
  const database = strictly(connect())
  const store = sqlitePayments(database, { now, connect: () => strictly(openConnection(file)) })
  await store.migrate()
  return store
})

describe('A connection that answers at once', () => {
  it.each([
    ['says', strictly],
    ['does not say', loosely],
  ])('A connection whose statements can be asked works where it %s which of them give rows', async (_, as) => {
    const database = as(connect())
    const store = sqlitePayments(database, { connect: () => as(connect()) })
    await store.migrate()
    await store.transaction?.((transaction) => store.write(newOrder(), transaction))
    expect(await store.write(newOrder({ version: 1 }))).toBe(true)
    expect(existing(await store.read({ key: 'p1' })).version).toBe(2)
  })

  it('A connection gives no rows for a statement that has none', async () => {
    const driver = connectionDriver(strictly(connect()), undefined)
    expect(await driver.query('create table goods (name text)', [])).toEqual({ rows: [] })
    const insert = { text: 'insert into goods values (?)', values: ['topi'] }
    expect(await driver.batch?.([insert, insert])).toEqual([{ rows: [] }, { rows: [] }])
  })

  it('A connection can write again after a write that failed, and has nothing of that one', async () => {
    const database = connect()
    const store = sqlitePayments(database)
    await store.migrate()
    await store.write(newOrder())
    await expect(store.write(newOrder({ orderId: 'o2', keys: ['p2', 'p1'] }))).rejects.toThrow('another order')
    expect(database.inTransaction).toBe(false)
    expect(await store.write(newOrder({ orderId: 'o2', keys: ['p2'] }))).toBe(true)
    expect(existing(await sqlitePayments(connect()).read({ key: 'p2' })).orderId).toBe('o2')
  })

  it('A connection of a transaction is closed after it, whether it was committed or not', async () => {
    const store = await openStore(connect)
    await store.transaction?.(async (transaction) => expect(transaction.open).toBe(true))
    const failed = store.transaction?.(async () => {
      throw soldOut
    })
    await expect(failed).rejects.toBe(soldOut)
    // The first is the store's own.
    expect(opened.map(({ open }) => open)).toEqual([true, ...opened.slice(1).map(() => false)])
    expect(opened.length).toBeGreaterThan(2)
  })

  it('A connection that close leaves open, as Bun does, keeps no lock after a transaction that failed', async () => {
    const store = await openStore(() => ({ ...strictly(connect()), close() {} }))
    const failed = store.transaction?.(async (transaction) => {
      await store.write(newOrder(), transaction)
      throw soldOut
    })
    await expect(failed).rejects.toBe(soldOut)
    expect(await store.write(newOrder({ orderId: 'o2', keys: ['p2'] }))).toBe(true)
    expect((await store.read({ key: 'p1' })).order).toBeUndefined()
  })

  it('A connection that is the one of the store is refused as one of a transaction, and stays open', async () => {
    const database = connect()
    await sqlitePayments(database).migrate()
    const store = sqlitePayments(database, { connect: () => database })
    const run = store.transaction?.(async () => {})
    await expect(run).rejects.toThrow(TypeError)
    await expect(run).rejects.toThrow(
      /^`connect` gave the connection of the store itself\. It must open one of its own .* connect: \(\) => new Database\(file\)\.$/,
    )
    expect(await store.write(newOrder())).toBe(true)
  })
})

describe('sqlitePayments', () => {
  it('sqlitePayments says what it takes, and where an ORM goes', () => {
    const open = () => sqlitePayments({ prepare() {}, batch: 'none' } as never)
    expect(open).toThrow(
      /^sqlitePayments was given an object without `exec`, `close`\. It takes an open connection of better-sqlite3, node:sqlite or bun:sqlite.* libsql.* Cloudflare D1\. ORMs go to sqlPayments of khalti-kit\/sql\.$/,
    )
  })

  it('sqlitePayments says what connect is to do where it is no function', () => {
    const open = () => sqlitePayments(connect(), { connect: 'shop.db' as never })
    expect(open).toThrow('`connect` must be a function that opens a connection to the same file, and is a string.')
  })
})
