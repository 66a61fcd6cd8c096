import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import type BetterSqlite3 from 'better-sqlite3'
import { drizzle as drizzleLibsql } from 'drizzle-orm/libsql'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle } from 'drizzle-orm/node-postgres'
import { KhaltiClient } from 'khalti-kit'
import { postgresPayments } from 'khalti-kit/postgres'
import { createSimulator } from 'khalti-kit/testing'
import { knex } from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { createPool, type Pool } from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as onNative from '../../examples/databases/better-sqlite3.ts'
import { fulfilByKnex, knexPayments, knexPostgresPayments } from '../../examples/databases/knex.ts'
import { fulfilByKysely, kyselyPayments } from '../../examples/databases/kysely.ts'
import * as onLibsql from '../../examples/databases/libsql.ts'
import * as onMysql from '../../examples/databases/mysql.ts'
import { openCheckout } from '../../examples/databases/postgres.ts'
import { fulfilByPostgresJs, postgresJsPayments } from '../../examples/databases/postgres-js.ts'
import {
  defineOrders,
  fulfilBySequelize,
  sequelizeMysqlPayments,
  sequelizePayments,
} from '../../examples/databases/sequelize.ts'
import {
  fulfilByTypeorm,
  OrderEntity,
  typeormMysqlPayments,
  typeormPayments,
} from '../../examples/databases/typeorm.ts'
import * as onDrizzleLibsql from '../../examples/drizzle-store/drizzle-libsql.ts'
import * as onDrizzleMysql from '../../examples/drizzle-store/drizzle-mysql.ts'
import { drizzlePayments } from '../../examples/drizzle-store/drizzle-payments.ts'
import { fulfilByDrizzle } from '../../examples/drizzle-store/orders.ts'
import { fulfilByDrizzle as fulfilByDrizzleLibsql } from '../../examples/drizzle-store/orders-libsql.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { marksOrdersOnce } from './marks-orders.ts'

const whyNot = (reason: string | undefined) => (reason ? ` (left out: ${reason})` : '')
const noPostgres = whyNoPostgres()

describe.skipIf(noPostgres !== undefined)(`shops on Postgres${whyNot(noPostgres)}`, () => {
  let server: PostgresServer
  let pool: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = new pg.Pool({ connectionString: server.url })
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const sql = async (text: string) => (await pool.query(text)).rows

  it('The shop of docs/databases.md marks its order as paid, and holds one whose price has changed', async () => {
    const simulator = createSimulator()
    const client = new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch })
    await postgresPayments(pool).migrate()
    await pool.query('create table orders (id text primary key, name text, amount integer, paid_by text)')
    await pool.query("insert into orders values ('topi', 'Dhaka topi', 85000), ('khukuri', 'Khukuri', 250000)")
    const checkout = openCheckout(pool, client)
    const asked = async (orderId: string) => {
      const form = {
        method: 'POST',
        body: JSON.stringify({ orderId }),
        headers: { 'content-type': 'application/json' },
      }
      const answer = await checkout.handler(new Request('https://shop.example/api/khalti/initiate', form))
      return ((await answer.json()) as { pidx: string }).pidx
    }
    const [topi, khukuri] = [await asked('topi'), await asked('khukuri')]
    await pool.query("update orders set amount = 300000 where id = 'khukuri'")
    for (const pidx of [topi, khukuri]) simulator.pay(pidx)
    expect(await checkout.settle(topi)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(await checkout.settle(khukuri)).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect((await pool.query('select id, paid_by from orders order by id')).rows).toEqual([
      { id: 'khukuri', paid_by: null },
      { id: 'topi', paid_by: topi },
    ])
  })

  it('Drizzle marks an order in the transaction of fulfil', () =>
    marksOrdersOnce({ payments: drizzlePayments(drizzle({ client: pool })), fulfil: fulfilByDrizzle, sql }))

  it('Kysely marks an order in the transaction of fulfil', () => {
    const db = new Kysely<
      Parameters<typeof fulfilByKysely>[1]['transaction'] extends Kysely<infer Shop> ? Shop : never
    >({ dialect: new PostgresDialect({ pool }) })
    return marksOrdersOnce({ payments: kyselyPayments(db), fulfil: fulfilByKysely, sql })
  })

  it('Knex marks an order in the transaction of fulfil', async () => {
    const db = knex({ client: 'pg', connection: server.url })
    await marksOrdersOnce({ payments: knexPostgresPayments(db), fulfil: fulfilByKnex, sql })
    await db.destroy()
  })

  it('Sequelize marks an order in the transaction of fulfil', async () => {
    const sequelize = new Sequelize(server.url, { logging: false })
    const fulfil = fulfilBySequelize(defineOrders(sequelize))
    await marksOrdersOnce({ payments: sequelizePayments(sequelize), fulfil, sql })
    await sequelize.close()
  })

  it('TypeORM marks an order in the transaction of fulfil', async () => {
    const source = await new DataSource({ type: 'postgres', url: server.url, entities: [OrderEntity] }).initialize()
    await marksOrdersOnce({ payments: typeormPayments(source), fulfil: fulfilByTypeorm, sql })
    await source.destroy()
  })

  it('postgres.js marks an order in the transaction of fulfil', async () => {
    const own = postgres(server.url, { onnotice: () => {} })
    await marksOrdersOnce({ payments: postgresJsPayments(own), fulfil: fulfilByPostgresJs, sql })
    await own.end()
  })
})

const noMariaDb = whyNoMariaDb()

describe.skipIf(noMariaDb !== undefined)(`shops on MariaDB${whyNot(noMariaDb)}`, () => {
  let server: MariaDbServer
  let pool: Pool
  beforeAll(async () => {
    server = await startMariaDb()
    pool = createPool(server.url)
  })
  afterAll(async () => {
    await pool?.end()
    await server?.stop()
  })
  const sql = async (text: string) => (await pool.query(text))[0] as unknown[]

  it('mysql2 marks an order in the transaction of fulfil', () =>
    marksOrdersOnce({ payments: onMysql.openPayments(pool), fulfil: onMysql.fulfilByMysql, sql }))

  it('Drizzle marks an order in the transaction of fulfil on MySQL', () =>
    marksOrdersOnce({
      payments: onDrizzleMysql.drizzlePayments(drizzleMysql(pool)),
      fulfil: onDrizzleMysql.fulfilByDrizzle,
      sql,
    }))

  it('Knex marks an order in the transaction of fulfil on MySQL', async () => {
    const db = knex({ client: 'mysql2', connection: server.url })
    await marksOrdersOnce({ payments: knexPayments(db), fulfil: fulfilByKnex, sql })
    await db.destroy()
  })

  it('Sequelize marks an order in the transaction of fulfil on MySQL', async () => {
    const sequelize = new Sequelize(server.url, { logging: false })
    const fulfil = fulfilBySequelize(defineOrders(sequelize))
    await marksOrdersOnce({ payments: sequelizeMysqlPayments(sequelize), fulfil, sql })
    await sequelize.close()
  })

  it('TypeORM marks an order in the transaction of fulfil on MySQL', async () => {
    const source = await new DataSource({ type: 'mysql', url: server.url, entities: [OrderEntity] }).initialize()
    await marksOrdersOnce({ payments: typeormMysqlPayments(source), fulfil: fulfilByTypeorm, sql })
    await source.destroy()
  })
})

const native = join(import.meta.dirname, 'native')
const isNative = existsSync(join(native, 'node_modules/better-sqlite3/build'))

describe('shops on SQLite', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'khalti-shops-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('libsql marks an order in the transaction of fulfil', async () => {
    const client = createClient({ url: `file:${join(folder, 'libsql.db')}` })
    const sql = async (text: string) => (await client.execute(text)).rows
    await marksOrdersOnce({ payments: onLibsql.openPayments(client), fulfil: onLibsql.fulfilByLibsql, sql })
    client.close()
  })

  it('Drizzle marks an order in the transaction of fulfil on SQLite, through libsql', async () => {
    const client = createClient({ url: `file:${join(folder, 'drizzle.db')}` })
    const sql = async (text: string) => (await client.execute(text)).rows
    const payments = onDrizzleLibsql.drizzlePayments(drizzleLibsql(client))
    await marksOrdersOnce({ payments, fulfil: fulfilByDrizzleLibsql, sql })
    client.close()
  })

  it.skipIf(!isNative)(
    `better-sqlite3 marks an order in the transaction of fulfil${whyNot(isNative ? undefined : 'npm run test:native')}`,
    async () => {
      const Database = createRequire(join(native, 'package.json'))('better-sqlite3') as typeof BetterSqlite3
      const connect = () => new Database(join(folder, 'native.db'))
      const own = connect()
      const sql = async (text: string) => {
        const statement = own.prepare(text)
        return statement.reader ? statement.all() : [statement.run()]
      }
      await marksOrdersOnce({ payments: onNative.openPayments(connect), fulfil: onNative.fulfilBySqlite, sql })
      own.close()
    },
  )
})
