import { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle } from 'drizzle-orm/node-postgres'
import { knex } from 'knex'
import { createPool, type Pool } from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlPayments } from '../../src/mysql.ts'
import { postgresPayments } from '../../src/postgres.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'

const isOver = 'This transaction is over: fulfil goes on after it has ended.'
const goods = (rows: unknown) => (rows as { name: string }[]).map(({ name }) => name)

const noPostgres = whyNoPostgres()

describe.skipIf(noPostgres !== undefined)(`on Postgres${noPostgres ? ` (left out: ${noPostgres})` : ''}`, () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    // One connection: the next transaction has the one of the last.
    pool = new pg.Pool({ connectionString: server.url, max: 1 })
    await pool.query('create table goods (name text)')
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })

  it("A query that fulfil issues late falls into no other order's transaction on a pool of pg", async () => {
    const { transaction } = postgresPayments(pool)
    let late = () => {}
    await transaction?.(async (client) => {
      late = () => void client.query("insert into goods values ('late')")
    })
    await transaction?.(async (client) => {
      expect(late).toThrow(isOver)
      await client.query("insert into goods values ('in time')")
    })
    const { rows } = await pool.query('select name from goods')
    expect(goods(rows)).toEqual(['in time'])
  })

  it('The client that fulfil gets is a client of pg for callbacks, promises, listeners, Drizzle and Knex', async () => {
    const db = knex({ client: 'pg' })
    const names = await postgresPayments(pool).transaction?.(async (client) => {
      expect(client).toBeInstanceOf(pg.Client)
      expect(client.constructor).toBe(pg.Client)
      const notices: unknown[] = []
      client.on('notice', ({ message }) => notices.push(message))
      await client.query('delete from goods')
      await client.query("do $$ begin raise notice 'namaste'; end $$").then(({ command }) => expect(command).toBe('DO'))
      expect(notices).toEqual(['namaste'])
      await new Promise<void>((resolve, reject) => {
        client.query('insert into goods values ($1)', ['callback'], (error) => (error ? reject(error) : resolve()))
      })
      await drizzle({ client }).execute(sql`insert into goods values (${'drizzle'})`)
      await drizzle({ client }).transaction((inner) => inner.execute(sql`insert into goods values (${'nested'})`))
      await db('goods').insert({ name: 'knex' }).connection(client)
      client.removeAllListeners('notice')
      return goods((await client.query('select name from goods')).rows)
    })
    expect(names).toEqual(['callback', 'drizzle', 'nested', 'knex'])
    await db.destroy()
  })
})

const noMariaDb = whyNoMariaDb()

describe.skipIf(noMariaDb !== undefined)(`on MariaDB${noMariaDb ? ` (left out: ${noMariaDb})` : ''}`, () => {
  let server: MariaDbServer
  let pool: Pool
  beforeAll(async () => {
    server = await startMariaDb()
    pool = createPool({ uri: server.url, connectionLimit: 1 })
    await pool.query('create table goods (name varchar(99))')
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })

  it("A query that fulfil issues late falls into no other order's transaction on a pool of mysql2", async () => {
    const { transaction } = mysqlPayments(pool)
    let late = () => {}
    await transaction?.(async (connection) => {
      late = () => void connection.execute("insert into goods values ('late')")
    })
    await transaction?.(async (connection) => {
      expect(late).toThrow(isOver)
      await connection.execute("insert into goods values ('in time')")
    })
    const [rows] = await pool.query('select name from goods')
    expect(goods(rows)).toEqual(['in time'])
  })

  it('The connection that fulfil gets is one of mysql2 for prepared statements, Drizzle and Knex', async () => {
    const db = knex({ client: 'mysql2' })
    const plain = await pool.getConnection()
    plain.release()
    const names = await mysqlPayments(pool).transaction?.(async (connection) => {
      expect(connection).toBeInstanceOf(plain.constructor)
      expect(connection.threadId).toBe(plain.threadId)
      await connection.query('delete from goods')
      const statement = await connection.prepare('insert into goods values (?)')
      await statement.execute(['prepared'])
      await drizzleMysql({ client: connection }).execute(sql`insert into goods values (${'drizzle'})`)
      await db('goods').insert({ name: 'knex' }).connection(connection.connection)
      const [rows] = await connection.query('select name from goods')
      return goods(rows)
    })
    expect(names).toEqual(['prepared', 'drizzle', 'knex'])
    await db.destroy()
  })
})

describe('on PGlite', () => {
  it('A query that fulfil issues late is refused by PGlite itself', async () => {
    const lite = new PGlite()
    await lite.exec('create table goods (name text)')
    let late: (() => Promise<unknown>) | undefined
    await postgresPayments(lite).transaction?.(async (transaction) => {
      late = () => transaction.query("insert into goods values ('late')")
    })
    await expect(late?.()).rejects.toThrow('Transaction is closed')
    expect((await lite.query('select name from goods')).rows).toEqual([])
    await lite.close()
  })
})
