import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresPayments, postgresSchema } from '../../src/postgres.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { nextPrefix } from './prefix.ts'

const reason = whyNoPostgres()

describe.skipIf(reason !== undefined)(`settings of Postgres${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let pool: pg.Pool
  let english: pg.Pool
  beforeAll(async () => {
    server = await startPostgres()
    pool = new pg.Pool({ connectionString: server.url })
    await pool.query("create database english template template0 locale_provider icu icu_locale 'en-US'")
    english = new pg.Pool({ connectionString: server.url.replace(/postgres$/, 'english') })
  })
  afterAll(async () => {
    await english?.end()
    await pool?.end()
    await server?.stop()
  })

  // As drizzle-kit makes them of the tables in docs/databases.md.
  describePaymentStore('postgresPayments on tables whose ids are sorted as in English', async ({ now }) => {
    const prefix = nextPrefix()
    await english.query(postgresSchema({ prefix }).replaceAll(' collate "C"', ''))
    return postgresPayments(english, { prefix, now })
  })

  it('A connection that takes no writes, as one to a replica, is told by migrate(), and by a write', async () => {
    const prefix = nextPrefix()
    await postgresPayments(pool, { prefix }).migrate()
    const reader = new pg.Pool({ connectionString: server.url, options: '-c default_transaction_read_only=on' })
    const payments = postgresPayments(reader, { prefix })
    const order = { orderId: '1001', version: 0, record: {}, keys: [], attention: false, changedAt: new Date() }
    for (const call of [() => payments.migrate(), () => payments.write(order), () => payments.due(1, 1_000)]) {
      await expect(call()).rejects.toThrow('The database takes no writes from this connection. Is it a replica')
    }
    await reader.end()
  })

  it('Shops with a schema each have tables each, whoever calls migrate() first', async () => {
    await pool.query('create schema shop_b')
    const options = '-c search_path=shop_b,public'
    const ofB = new pg.Pool({ connectionString: server.url, options })
    const stores = [postgresPayments(pool), postgresPayments(ofB)]
    for (const store of stores) await store.migrate()
    const order = { orderId: '1001', version: 0, record: {}, keys: [], attention: false, changedAt: new Date() }
    const written = []
    for (const store of stores) written.push(await store.write(order))
    expect(written).toEqual([true, true])
    for (const store of stores) await store.migrate()
    const { rows } = await pool.query("select tablename from pg_tables where schemaname = 'shop_b' order by tablename")
    expect(rows.map(({ tablename }) => tablename)).toEqual(['khalti_keys', 'khalti_orders'])
    await ofB.end()
  })
})
