import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { knex } from 'knex'
import mysql from 'mysql2'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { mongoPayments } from '../../../src/mongodb.ts'
import { mysqlPayments, mysqlSchema } from '../../../src/mysql.ts'
import { postgresPayments, postgresSchema } from '../../../src/postgres.ts'
import { sqlPayments } from '../../../src/sql.ts'
import { sqlitePayments, sqliteSchema } from '../../../src/sqlite.ts'

const doors: Record<string, (given: never) => unknown> = {
  postgresPayments: (given) => postgresPayments(given),
  mysqlPayments: (given) => mysqlPayments(given),
  sqlitePayments: (given) => sqlitePayments(given),
  sqlPayments: (given) => sqlPayments(given),
  mongoPayments: (given) => mongoPayments(given),
}

const gifts: [string, unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'shop.db'],
  ['a number', 5],
  ['a promise: await it first', Promise.resolve({})],
  ['an object without `', {}],
]

const connection = { prepare: () => ({ all: () => [], run: () => {} }), exec: () => {}, close: () => {} }
const query = async () => ({ rows: [] })
const mongo = { collection: () => ({}), command: async () => ({}), client: { startSession: () => ({}) } }
const mysqlPool = { execute: async () => [[], []], getConnection: async () => ({}) }

/** Every door that takes options, with a database that it takes. */
const openers: Record<string, { names: string; open(options: unknown): unknown }> = {
  postgresPayments: {
    names: '`prefix` and `now`',
    open: (options) => postgresPayments({ query }, options as never),
  },
  mysqlPayments: {
    names: '`prefix` and `now`',
    open: (options) => mysqlPayments(mysqlPool as never, options as never),
  },
  sqlitePayments: {
    names: '`prefix`, `now` and `connect`',
    open: (options) => sqlitePayments(connection, options as never),
  },
  mongoPayments: {
    names: '`prefix`, `transactions` and `now`',
    open: (options) => mongoPayments(mongo as never, options as never),
  },
  postgresSchema: { names: '`prefix`', open: (options) => postgresSchema(options as never) },
  mysqlSchema: { names: '`prefix`', open: (options) => mysqlSchema(options as never) },
  sqliteSchema: { names: '`prefix`', open: (options) => sqliteSchema(options as never) },
}

const sqlDoor = {
  names: '`prefix`, `now`, `dialect`, `query` and `transaction`',
  open: (options: unknown) => sqlPayments({ dialect: 'postgres', query, ...(options as object) } as never),
}

describe('The options of a store', () => {
  it.each(Object.entries({ ...openers, sqlPayments: sqlDoor }))(
    'An option that %s does not know is named, with those that there are',
    (door, { names, open }) => {
      const withTypo = () => open({ tablePrefix: 'p2_' })
      expect(withTypo).toThrow(TypeError)
      expect(withTypo).toThrow(`\`tablePrefix\` is no option of ${door}. It knows ${names}.`)
    },
  )

  it.each(Object.entries(openers))(
    'No options, null and options that are undefined are none for %s',
    (_door, { open }) => {
      for (const none of [undefined, null, {}, { prefix: undefined, tablePrefix: undefined }]) {
        expect(() => open(none)).not.toThrow()
      }
    },
  )

  it('A prefix that options inherit, as those of a class do, is the prefix of the tables', () => {
    class ShopOptions {
      get prefix() {
        return 'shop_'
      }
    }
    expect(postgresSchema(new ShopOptions())).toContain('shop_orders')
    expect(() => postgresPayments({ query }, Object.create({ prefix: '9' }))).toThrow('The prefix "9" cannot begin')
    expect(() => sqlitePayments(connection, Object.create({ prefix: '9' }))).toThrow('The prefix "9" cannot begin')
  })

  it.each(Object.entries(openers))(
    'Options of %s that are no object are refused, with an example',
    (door, { open }) => {
      expect(() => open('p2_')).toThrow(TypeError)
      expect(() => open('p2_')).toThrow(
        `The options of ${door} were a string. Give it an object, such as { prefix: 'shop_' }.`,
      )
      expect(() => open(() => new Date())).toThrow(`The options of ${door} were a function.`)
    },
  )
})

describe('A store', () => {
  const cases = Object.keys(doors).flatMap((door) => gifts.map(([name, given]) => ({ door, name, given })))
  it.each(cases)(
    'A store refuses what cannot be its database when it is made: $door with $name',
    ({ door, name, given }) => {
      const open = () => doors[door]?.(given as never)
      expect(open).toThrow(TypeError)
      expect(open).toThrow(`${door} was given ${name}`)
      expect(open).toThrow('It takes ')
    },
  )

  it('A store on Postgres refuses ORMs, Knex and postgres.js, and says that sqlPayments takes them', async () => {
    const lite = new PGlite()
    for (const given of [postgres({ max: 1 }), knex({ client: 'pg' }), drizzle({ client: lite })]) {
      expect(() => postgresPayments(given as never)).toThrow(/without `query`.*sqlPayments of khalti-kit\/sql/)
    }
    await lite.close()
  })

  it('A pool of mysql2 is no database of postgresPayments, which says where it goes', () => {
    const pool = { query() {}, execute() {}, getConnection() {} }
    expect(() => postgresPayments(pool as never)).toThrow(/^That is a pool of mysql2: give it to mysqlPayments/)
  })

  it('A store on MySQL refuses a pool that takes callbacks, and says which one to take', async () => {
    const callbacks = mysql.createPool('mysql://shop@127.0.0.1:1/shop')
    expect(() => mysqlPayments(callbacks as never)).toThrow(/takes callbacks.*pool\.promise\(\)/)
    for (const pool of [callbacks.promise(), createPool('mysql://shop@127.0.0.1:1/shop')]) {
      expect(mysqlPayments(pool)).toHaveProperty('transaction')
      await pool.end()
    }
  })

  it('A store on MySQL says what `affected` is where it is no number', async () => {
    const order = { orderId: 'a', version: 1, record: {}, keys: [], attention: false, changedAt: new Date() }
    const store = sqlPayments<object>({
      dialect: 'mysql',
      // The first question is what becomes of letters.
      query: async (text) => ({
        rows: text.includes('hex(') ? [['C3A9F09F919F,1,NO_CHAIN,1']] : [],
        affected: 1n as never,
      }),
      transaction: (run) => run({}),
    })
    await expect(store.write(order)).rejects.toThrow('`affected` as a number: how many rows')
    await expect(store.write(order)).rejects.toThrow('It was a bigint')
  })

  it('A store on SQLite refuses a connect that is no function, and a transaction that is none', () => {
    expect(() => sqlitePayments(connection, { connect: connection as never })).toThrow(/`connect`.*is an object/)
    const open = () => sqlPayments({ dialect: 'sqlite', query, transaction: {} as never })
    expect(open).toThrow(/`transaction`.*is an object/)
  })

  it('A store takes no prefix that SQLite keeps to itself, or that is no text', () => {
    const pool = new pg.Pool()
    expect(() => postgresPayments(pool, { prefix: 'sqlite_' })).toThrow('SQLite keeps')
    for (const schema of [postgresSchema, mysqlSchema, sqliteSchema]) {
      expect(() => schema({ prefix: 'sqlite_shop_' })).toThrow('SQLite keeps')
    }
    expect(() => postgresPayments(pool, { prefix: null as never })).toThrow('The prefix null cannot begin')
    expect(sqliteSchema({ prefix: 'sqlite' })).toContain('sqliteorders')
  })
})
