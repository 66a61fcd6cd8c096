import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type BetterSqlite3 from 'better-sqlite3'
import type { FulfilContext, PaymentStore } from 'khalti-kit/checkout'
import { createPool, type Pool, type PoolConnection } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlPayments } from '../../src/mysql.ts'
import { postgresPayments } from '../../src/postgres.ts'
import { sqlPayments } from '../../src/sql.ts'
import { sqlitePayments } from '../../src/sqlite.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { nextPrefix } from './prefix.ts'
import { openShopOn } from './shop-on.ts'

/** Pays for an order in a shop on this store, and says what came of it. */
async function pay<Transaction>(
  payments: PaymentStore<Transaction>,
  fulfil: (context: FulfilContext<Transaction>) => unknown = () => {},
) {
  const { simulator, checkout, initiate } = openShopOn(payments, (_, context) => fulfil(context))
  const pidx = await initiate('topi')
  simulator.pay(pidx)
  return { settle: () => checkout.settle(pidx) }
}

const foreign = {
  payments: 'id integer primary key, pidx varchar(99), amount integer',
  orders: 'id integer primary key, order_id varchar(99), amount integer',
  keys: 'id integer primary key, secret varchar(99)',
}
const parts = Object.entries(foreign)
const refusal = (table: string) => `${table} is a table of your own: it does not have the columns of the store.`

const noMariaDb = whyNoMariaDb()

describe.skipIf(noMariaDb !== undefined)(`mistakes on MySQL${noMariaDb ? ` (left out: ${noMariaDb})` : ''}`, () => {
  let server: MariaDbServer
  let pool: Pool
  beforeAll(async () => {
    server = await startMariaDb()
    pool = createPool(server.url)
    await pool.query('create table goods (order_id varchar(99))')
    await pool.query('create table stock (id int primary key, left_over int)')
    await pool.query('insert into stock values (1, 10), (2, 10)')
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const openStore = async () => {
    const payments = mysqlPayments(pool, { prefix: nextPrefix() })
    await payments.migrate()
    return payments
  }
  const take = (connection: PoolConnection, id: number) =>
    connection.execute('update stock set left_over = left_over - 1 where id = ?', [id])

  /** Another customer locks the same rows the other way round, and has written more: MySQL takes this one's writes back. */
  async function meetDeadlock(transaction: PoolConnection): Promise<void> {
    await transaction.execute("insert into goods values ('topi')")
    await take(transaction, 1)
    const other = await pool.getConnection()
    await other.beginTransaction()
    for (let row = 0; row < 50; row += 1) await other.execute("insert into goods values ('another')")
    await take(other, 2)
    const theirs = take(other, 1).then(() => other.rollback())
    try {
      for (;;) await take(transaction, 2)
    } catch (error) {
      expect(error).toMatchObject({ code: 'ER_LOCK_DEADLOCK' })
    } finally {
      await theirs
      other.release()
    }
  }

  it('A deadlock that fulfil catches does not leave an order fulfilled whose writes were taken back', async () => {
    let calls = 0
    const { settle } = await pay(await openStore(), async ({ transaction }) => {
      calls += 1
      if (calls === 1) await meetDeadlock(transaction)
      else await transaction.execute("insert into goods values ('topi')")
    })
    const cause = { message: expect.stringMatching(/SAVEPOINT khalti_fulfil does not exist/i) }
    expect(await settle()).toMatchObject({
      fulfilled: false,
      error: { message: expect.stringMatching(/^The transaction of fulfil was over before fulfil was/), cause },
    })
    expect(await settle()).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect((await pool.query("select * from goods where order_id = 'topi'"))[0]).toHaveLength(1)
  })

  it('A deadlock that fulfil catches is noticed where fulfil has read its order before', async () => {
    const payments = await openStore()
    const { settle } = await pay(payments, async ({ transaction }) => {
      await payments.read({ orderId: 'topi' }, transaction)
      await meetDeadlock(transaction)
    })
    expect(await settle()).toMatchObject({ fulfilled: false, error: { message: expect.stringContaining('was over') } })
  })

  it('A statement of fulfil that commits, such as create table, is told at the first order', async () => {
    const { settle } = await pay(await openStore(), ({ transaction }) =>
      transaction.query('create table if not exists audit (id int)'),
    )
    expect(await settle()).toMatchObject({
      fulfilled: false,
      error: { message: expect.stringContaining('create table') },
    })
  })

  it('A library that prepares every statement, also those that MySQL does not prepare, still fulfils', async () => {
    const unprepared = Object.assign(new Error('not supported yet'), { code: 'ER_UNSUPPORTED_PS', errno: 1295 })
    const payments = sqlPayments<PoolConnection>({
      dialect: 'mysql',
      prefix: nextPrefix(),
      async query(text, values, connection) {
        if (/savepoint/.test(text)) throw unprepared
        const [result] = await (connection ?? pool).query(text, values)
        return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
      },
      async transaction(run) {
        const connection = await pool.getConnection()
        await connection.beginTransaction()
        const result = await run(connection)
        await connection.commit()
        connection.release()
        return result
      },
    })
    await payments.migrate()
    const { settle } = await pay(payments)
    expect(await settle()).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it.each(['latin1', 'BIG5_CHINESE_CI'])(
    'A connection whose character set is %s is refused: it would take different ids for one',
    async (charset) => {
      const garbling = createPool({ uri: server.url, charset })
      const payments = mysqlPayments(garbling, { prefix: nextPrefix() })
      for (const call of [() => payments.migrate(), () => payments.read({ orderId: 'टोपी' })]) {
        await expect(call()).rejects.toThrow('its character set is not utf8mb4')
      }
      await garbling.end()
    },
  )

  it.each<[setting: string, statement: string, sentence: string]>([
    ['autocommit off', 'set autocommit = 0', 'would forget what it writes: autocommit is off'],
    ['transactions in a chain', 'set completion_type = 1', 'would forget what it writes: completion_type is CHAIN'],
    ['the sql_mode ORACLE', "set sql_mode = 'ORACLE'", 'joins text as Oracle does: its sql_mode is ORACLE'],
  ])('A connection with %s is refused', async (_setting, statement, sentence) => {
    const unsafe = createPool({ uri: server.url })
    // What is sent first is done first.
    unsafe.pool.on('connection', (connection) => connection.query(statement))
    const payments = mysqlPayments(unsafe, { prefix: nextPrefix() })
    for (const call of [() => payments.migrate(), () => payments.read({ orderId: 'A-1' })]) {
      await expect(call()).rejects.toThrow(sentence)
    }
    await unsafe.end()
  })

  it.each(parts)('A table %s of the shop itself is told by migrate() on MySQL', async (part, columns) => {
    const prefix = nextPrefix()
    await pool.query(`create table ${prefix}${part} (${columns})`)
    await expect(mysqlPayments(pool, { prefix }).migrate()).rejects.toThrow(refusal(`${prefix}${part}`))
  })
})

describe('mistakes on Postgres', () => {
  const lite = new PGlite()
  afterAll(() => lite.close())

  it.each(parts)('A table %s of the shop itself is told by migrate() on Postgres', async (part, columns) => {
    const prefix = nextPrefix()
    await lite.query(`create table ${prefix}${part} (${columns})`)
    await expect(postgresPayments(lite, { prefix }).migrate()).rejects.toThrow(refusal(`${prefix}${part}`))
  })

  const endedEarly = { message: expect.stringMatching(/^The transaction of fulfil was over before fulfil was/) }

  it.each(['commit', 'rollback', 'rollback; begin'])(
    'A helper of the shop that says %s in the transaction of fulfil does not leave the order fulfilled',
    async (text) => {
      await lite.exec('create table if not exists goods (order_id text); delete from goods')
      const payments = postgresPayments(lite, { prefix: nextPrefix() })
      await payments.migrate()
      let isWrong = true
      const { settle } = await pay(payments, async ({ transaction }) => {
        await transaction.query("insert into goods values ('topi')")
        if (isWrong) for (const word of text.split('; ')) await transaction.query(word)
      })
      expect(await settle()).toMatchObject({ fulfilled: false, error: endedEarly })
      isWrong = false
      await lite.exec('delete from goods')
      expect(await settle()).toMatchObject({ outcome: 'paid', fulfilled: true })
      expect((await lite.query('select * from goods')).rows).toHaveLength(1)
    },
  )

  it('A lone Client of pg is refused when the store is made, with what to give instead', () => {
    expect(() => postgresPayments(new pg.Client() as never)).toThrow(/one connection.*new pg\.Pool/)
  })

  it('A transaction that is opened in another database is told by migrate(), and by what is paid', async () => {
    const other = new PGlite()
    const payments = sqlPayments({
      dialect: 'postgres',
      query: (text, values, transaction?: { query: typeof lite.query }) => (transaction ?? lite).query(text, values),
      transaction: (run) => other.transaction(run) as ReturnType<typeof run>,
    })
    const elsewhere = 'A transaction of the store does not see its tables: it is opened in another database.'
    await expect(payments.migrate()).rejects.toThrow(elsewhere)
    const { settle } = await pay({ ...payments, write: (order) => payments.write(order) })
    expect(await settle()).toMatchObject({ fulfilled: false, error: { message: expect.stringContaining(elsewhere) } })
    await other.close()
  })
})

const native = join(import.meta.dirname, 'native')
const isNative = existsSync(join(native, 'node_modules/better-sqlite3/build'))
const openDatabase = (path = ':memory:'): BetterSqlite3.Database => {
  const Database = createRequire(join(native, 'package.json'))('better-sqlite3') as typeof BetterSqlite3
  return new Database(path)
}

describe.skipIf(!isNative)(`mistakes on SQLite${isNative ? '' : ' (left out: npm run test:native)'}`, () => {
  it.each(parts)('A table %s of the shop itself is told by migrate() on SQLite', async (part, columns) => {
    const database = openDatabase()
    database.exec(`create table khalti_${part} (${columns})`)
    await expect(sqlitePayments(database).migrate()).rejects.toThrow(refusal(`khalti_${part}`))
  })

  it('A connect that opens another database, such as a new one in memory, is told by migrate()', async () => {
    const payments = sqlitePayments(openDatabase(), { connect: () => openDatabase() })
    await expect(payments.migrate()).rejects.toThrow('it is opened in another database')
  })

  it('A statement that takes the transaction of fulfil back does not leave the order fulfilled', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'khalti-mistakes-')), 'shop.db')
    const own = openDatabase(file)
    own.exec('create table goods (order_id text); create table seats (seat int unique); insert into seats values (1)')
    const payments = sqlitePayments(own, { connect: () => openDatabase(file) })
    await payments.migrate()
    let isWrong = true
    const { settle } = await pay(payments, ({ transaction }) => {
      transaction.exec("insert into goods values ('topi')")
      if (isWrong) expect(() => transaction.exec('insert or rollback into seats values (1)')).toThrow('UNIQUE')
    })
    expect(await settle()).toMatchObject({
      fulfilled: false,
      error: { message: expect.stringMatching(/^The transaction of fulfil was over before fulfil was/) },
    })
    isWrong = false
    expect(await settle()).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(own.prepare('select * from goods').all()).toHaveLength(1)
    own.close()
    rmSync(dirname(file), { recursive: true })
  })

  it('A connect that gives the connection of the store itself is refused, and leaves it open', async () => {
    const database = openDatabase()
    await expect(sqlitePayments(database, { connect: () => database }).migrate()).rejects.toThrow(
      '`connect` gave the connection of the store itself.',
    )
    expect(database.open).toBe(true)
  })

  it('What is due comes in its order also where rows have only their first column', async () => {
    const database = openDatabase()
    const now = new Date('2026-11-26T10:00:00Z')
    const payments = sqlPayments({
      dialect: 'sqlite',
      now: () => now,
      async query(text, values) {
        const statement = database.prepare(text)
        if (!statement.reader) statement.run(...values)
        return {
          rows: statement.reader ? statement.all(...values).map((row) => Object.values(row as object).slice(0, 1)) : [],
        }
      },
    })
    await payments.migrate()
    const ago = { a: 1, b: 4, c: 2, d: 5, e: 3 }
    for (const [orderId, minutes] of Object.entries(ago)) {
      const dueAt = new Date(now.getTime() - minutes * 60_000)
      await payments.write({ orderId, version: 0, record: {}, keys: [], dueAt, attention: false, changedAt: now })
    }
    const { orders } = await payments.due(10, 60_000)
    expect(orders.map(({ orderId }) => orderId)).toEqual(['d', 'b', 'e', 'c', 'a'])
  })
})
