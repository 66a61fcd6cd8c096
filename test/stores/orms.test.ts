import { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2'
import { drizzle } from 'drizzle-orm/node-postgres'
import { drizzle as drizzleLite } from 'drizzle-orm/pglite'
import { knex } from 'knex'
import { Kysely, PostgresDialect } from 'kysely'
import { createPool } from 'mysql2/promise'
import pg from 'pg'
import postgres from 'postgres'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { knexPayments, knexPostgresPayments } from '../../examples/databases/knex.ts'
import { kyselyPayments } from '../../examples/databases/kysely.ts'
import { postgresJsPayments } from '../../examples/databases/postgres-js.ts'
import { sequelizeMysqlPayments, sequelizePayments } from '../../examples/databases/sequelize.ts'
import { supabaseFunction, supabasePayments } from '../../examples/databases/supabase.ts'
import { typeormMysqlPayments, typeormPayments } from '../../examples/databases/typeorm.ts'
import { drizzlePayments as drizzleMysqlPayments } from '../../examples/drizzle-store/drizzle-mysql.ts'
import { drizzlePayments } from '../../examples/drizzle-store/drizzle-payments.ts'
import { postgresSchema } from '../../src/postgres.ts'
import type { SqlPayments } from '../../src/sql.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type MariaDbServer, startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'

type Open = (now: () => Date) => { store: SqlPayments<unknown>; close?: () => unknown }

/** The suite on one database: its tables are emptied for each test, as the examples take no prefix. */
function describeStore(name: string, open: Open, query: (text: string) => Promise<unknown>) {
  describePaymentStore(name, async ({ now }) => {
    const { store, close } = open(now)
    await store.migrate()
    for (const table of ['khalti_orders', 'khalti_keys']) await query(`delete from ${table}`)
    return { store, close }
  })
}

describe('on PGlite', () => {
  const lite = new PGlite()
  afterAll(() => lite.close())
  const query = (text: string) => lite.exec(text)

  describeStore('Drizzle', (now) => ({ store: drizzlePayments(drizzleLite({ client: lite }), now) }), query)

  describe('Supabase, as a stand-in,', () => {
    const supabase = {
      async rpc(name: string, values: object) {
        const { statement, parameters } = values as { statement: string; parameters: unknown[] }
        try {
          const { rows } = await lite.query<{ text: string }>(`select ${name}($1, $2) as text`, [statement, parameters])
          return { data: rows.map(({ text }) => text), error: null }
        } catch (error) {
          return { data: null, error: error as Error & { code?: string } }
        }
      },
    }
    beforeAll(async () => {
      await lite.exec('create role anon; create role authenticated; create role service_role;')
      await lite.exec(postgresSchema())
      await lite.exec(supabaseFunction)
    })
    describePaymentStore('supabase-js', async ({ now }) => {
      await lite.exec('delete from khalti_orders; delete from khalti_keys;')
      return supabasePayments(supabase, now)
    })
    it('Supabase, as a stand-in lets no browser call the function that runs statements', async () => {
      await expect(lite.exec("set role anon; select khalti_query('select 1', '{}')")).rejects.toThrow(
        'permission denied',
      )
      await lite.exec('reset role')
    })
  })
})

const noPostgres = whyNoPostgres()

describe.skipIf(noPostgres !== undefined)(`on Postgres${noPostgres ? ` (left out: ${noPostgres})` : ''}`, () => {
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
  const query = (text: string) => pool.query(text)

  describeStore('Drizzle', (now) => ({ store: drizzlePayments(drizzle({ client: pool }), now) }), query)
  describeStore(
    'Kysely',
    (now) => ({ store: kyselyPayments(new Kysely({ dialect: new PostgresDialect({ pool }) }), now) }),
    query,
  )
  describeStore(
    'Knex',
    (now) => {
      const db = knex({ client: 'pg', connection: server.url })
      return { store: knexPostgresPayments(db, now), close: () => db.destroy() }
    },
    query,
  )
  describeStore(
    'Sequelize',
    (now) => {
      const sequelize = new Sequelize(server.url, { logging: false })
      return { store: sequelizePayments(sequelize, now), close: () => sequelize.close() }
    },
    query,
  )
  describeStore(
    'postgres.js',
    (now) => {
      const sql = postgres(server.url, { transform: postgres.camel, onnotice: () => {} })
      return { store: postgresJsPayments(sql as unknown as postgres.Sql, now), close: () => sql.end() }
    },
    query,
  )
  describePaymentStore('TypeORM', async ({ now }) => {
    const dataSource = await new DataSource({ type: 'postgres', url: server.url }).initialize()
    const store = typeormPayments(dataSource, now)
    await store.migrate()
    await query('delete from khalti_orders; delete from khalti_keys')
    return { store, close: () => dataSource.destroy() }
  })
})

const noMariaDb = whyNoMariaDb()

describe.skipIf(noMariaDb !== undefined)(`on MariaDB${noMariaDb ? ` (left out: ${noMariaDb})` : ''}`, () => {
  let server: MariaDbServer
  let db: ReturnType<typeof knex>
  beforeAll(async () => {
    server = await startMariaDb()
    db = knex({ client: 'mysql2', connection: server.url })
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.stop()
  })
  describeStore(
    'Knex',
    (now) => ({ store: knexPayments(db, now) }),
    async (text) => db.raw(text),
  )
  describeStore(
    'Drizzle',
    (now) => {
      const pool = createPool(server.url)
      return { store: drizzleMysqlPayments(drizzleMysql(pool), now), close: () => pool.end() }
    },
    async (text) => db.raw(text),
  )
  describeStore(
    'Sequelize',
    (now) => {
      const sequelize = new Sequelize(server.url, { logging: false })
      return { store: sequelizeMysqlPayments(sequelize, now), close: () => sequelize.close() }
    },
    async (text) => db.raw(text),
  )
  describePaymentStore('TypeORM', async ({ now }) => {
    const dataSource = await new DataSource({ type: 'mysql', url: server.url }).initialize()
    const store = typeormMysqlPayments(dataSource, now)
    await store.migrate()
    for (const table of ['khalti_orders', 'khalti_keys']) await db.raw(`delete from ${table}`)
    return { store, close: () => dataSource.destroy() }
  })
})
