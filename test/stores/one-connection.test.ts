import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import type BetterSqlite3 from 'better-sqlite3'
import { drizzle } from 'drizzle-orm/libsql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drizzlePayments } from '../../examples/drizzle-store/drizzle-libsql.ts'
import { sqlPayments } from '../../src/sql.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { nextPrefix } from './prefix.ts'
import { openShopOn } from './shop-on.ts'

describe('Drizzle over libsql', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'khalti-drizzle-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const open = (now?: () => Date) => {
    const client = createClient({ url: `file:${join(folder, `${nextPrefix()}.db`)}` })
    return { payments: drizzlePayments(drizzle(client), now), client }
  }

  describePaymentStore('sqlPayments on Drizzle over libsql', async ({ now }) => {
    const { payments, client } = open(now)
    await payments.migrate()
    return { store: payments, close: () => client.close() }
  })

  it('Three customers who pay at once each get a link and their goods', async () => {
    const { payments, client } = open()
    await payments.migrate()
    const pause = () => new Promise((resolve) => setTimeout(resolve, 50))
    const { simulator, checkout, initiate } = openShopOn(payments, pause)
    const pays = ['a', 'b', 'c'].map(async (id) => {
      const pidx = await initiate(id)
      simulator.pay(pidx)
      return checkout.settle(pidx)
    })
    const settled = await Promise.all(pays)
    expect(settled.map(({ fulfilled }) => fulfilled)).toEqual([true, true, true])
    client.close()
  })
})

const native = join(import.meta.dirname, 'native')
const isNative = existsSync(join(native, 'node_modules/better-sqlite3/build'))

describe.skipIf(!isNative)(`one connection to SQLite${isNative ? '' : ' (left out: npm run test:native)'}`, () => {
  type Database = BetterSqlite3.Database
  /** As TypeORM over better-sqlite3: all ask the one connection, and a transaction in a transaction is a part of it. */
  const open = (now?: () => Date) => {
    const Database = createRequire(join(native, 'package.json'))('better-sqlite3') as typeof BetterSqlite3
    const database = new Database(':memory:')
    const payments = sqlPayments<Database>({
      dialect: 'sqlite',
      async query(text, values, connection = database) {
        const statement = connection.prepare(text)
        if (statement.reader) return { rows: statement.all(...values) }
        statement.run(...values)
        return { rows: [] }
      },
      async transaction(run) {
        const [begin, commit, rollback] = database.inTransaction
          ? ['savepoint inner', 'release inner', 'rollback to inner']
          : ['begin', 'commit', 'rollback']
        database.exec(begin)
        try {
          const result = await run(database)
          database.exec(commit)
          return result
        } catch (error) {
          database.exec(rollback)
          throw error
        }
      },
      now,
    })
    return { payments, database }
  }

  describePaymentStore('sqlPayments on one connection to SQLite', async ({ now }) => {
    const { payments } = open(now)
    await payments.migrate()
    return { store: payments }
  })

  it('A fulfil that fails takes no link of another customer with it', async () => {
    const { payments } = open()
    await payments.migrate()
    let begun = () => {}
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const { simulator, checkout, initiate } = openShopOn(payments, async (orderId) => {
      if (orderId !== 'a') return
      begun()
      await new Promise((resolve) => setTimeout(resolve, 100))
      throw new Error('out of stock')
    })
    const ofA = await initiate('a')
    simulator.pay(ofA)
    const settling = checkout.settle(ofA)
    await hasBegun
    const ofB = await initiate('b')
    expect(await settling).toMatchObject({ outcome: 'paid', fulfilled: false })
    simulator.pay(ofB)
    expect(await checkout.settle(ofB)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it('A transaction that is not given to the store is told by migrate(): it would wait for itself', async () => {
    const query = async () => ({ rows: [] })
    const without = sqlPayments({ dialect: 'sqlite', query, transaction: (run) => run(undefined) })
    await expect(without.migrate()).rejects.toThrow('`transaction` of the store must give its function the transaction')
  })
})
