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
    const connection = { prepare: () => ({ all: () => [], run: () => {} }), exec: () => {}, close: () => {} }
    expect(() => sqlitePayments(connection, { connect: connection as never })).toThrow(/`connect`.*is an object/)
    const query = async () => ({ rows: [] })
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
