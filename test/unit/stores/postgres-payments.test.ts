import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PaymentStore } from '../../../src/checkout/payment-store.ts'
import { postgresPayments, postgresSchema } from '../../../src/postgres.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'
import {
  add,
  type Database,
  hasToken,
  makeStore,
  minute,
  newPayment,
  nextPrefix,
  pidxOf,
  reserved,
  tokenOf,
} from './postgres-store.ts'

let lite: PGlite
let server: PostgresServer
let pool: pg.Pool
let single: pg.Pool

beforeAll(async () => {
  lite = await PGlite.create()
})
afterAll(() => lite.close())
afterEach(() => {
  vi.useRealTimers()
})

describe('on PGlite', () => {
  const database: Database = {
    open: (options) => postgresPayments(lite, options),
    query: async (text) => (await lite.query(text)).rows,
  }
  describeConformance('PGlite', () => lite)
  describeDetails(database)
  describeMigration(database)

  it('needs no transactions, and reads dates that a driver gives as text', async () => {
    const queryOnly = {
      async query(statement: string, values?: unknown[]) {
        const { rows } = await lite.query<object>(statement, values)
        return { rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(asText))) }
      },
    }
    const store = postgresPayments(queryOnly, { prefix: nextPrefix(), now: () => new Date('2026-07-01T06:00:00.123Z') })
    await store.migrate()
    await store.create(newPayment(), tokenOf(await store.reserve('o1', 'cart-a', minute)))
    expect(store).not.toHaveProperty('transaction')
    expect(await store.complete('p1', tokenOf(await store.claim('p1', minute)), {})).toBe(true)
    expect(await store.find('p1')).toMatchObject({
      createdAt: new Date('2026-07-01T06:00:00.123Z'),
      fulfilledAt: new Date('2026-07-01T06:00:00.123Z'),
    })
  })
})

const reason = whyNoPostgres()

describe.skipIf(reason !== undefined)(`on a Postgres server${reason ? ` (left out: ${reason})` : ''}`, () => {
  beforeAll(async () => {
    server = await startPostgres()
    pool = new pg.Pool({ connectionString: server.url })
    single = new pg.Pool({ connectionString: server.url, max: 1 })
  })
  afterAll(async () => {
    await Promise.all([pool?.end(), single?.end()])
    await server?.stop()
  })

  const database: Database = {
    open: (options) => postgresPayments(pool, options),
    query: async (text) => (await pool.query(text)).rows,
  }
  describeConformance('a Postgres server', () => pool)
  describeConformance('a Postgres server, with a pool of one', () => single)
  describeDetails(database)
  describeMigration(database)
  describePools()

  it('asks the database’s clock, whatever the server’s says', async () => {
    const store = postgresPayments(pool, { prefix: nextPrefix() })
    await store.migrate()
    await add(store)
    tokenOf(await store.claim('p1', minute))
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2060-01-01') })
    expect(await store.claim('p1', minute)).toBe('busy')
    expect((await store.find('p1'))?.expiresAt.getFullYear()).toBeLessThan(2060)
  })

  it('reads a date in the session’s time zone, as the text it is', async () => {
    const types = { getTypeParser: () => (text: string) => text }
    const texts = new pg.Pool({ connectionString: server.url, options: '-c timezone=Asia/Kathmandu', types })
    const { store, prefix } = await makeStore(database)
    await add(store)
    const payment = await postgresPayments(texts, { prefix }).find('p1')
    await texts.end()
    expect(payment).toEqual(await store.find('p1'))
  })
})

/** What every store must do, by a clock that is set. */
function describeConformance(name: string, open: () => pg.Pool | PGlite) {
  describePaymentStore(name, async ({ now }) => {
    const driver = open()
    const options = { prefix: nextPrefix(), now }
    const store = 'listen' in driver ? postgresPayments(driver, options) : postgresPayments(driver, options)
    await store.migrate()
    return { store: store as PaymentStore }
  })
}

/** What this store does beyond that. */
function describeDetails(database: Database) {
  it('counts how often a payment was claimed', async () => {
    const { store, pass } = await makeStore(database)
    await add(store)
    expect(await store.claim('p1', minute)).toMatchObject({ attempt: 1 })
    pass(minute)
    expect(await store.claim('p1', minute)).toMatchObject({ attempt: 2 })
  })

  it('lists the newest first, even where all were made in one millisecond', async () => {
    const { store } = await makeStore(database)
    for (const pidx of ['p1', 'p2', 'p3']) await add(store, { pidx, fingerprint: pidx })
    expect((await store.findByOrder('o1')).map(pidxOf)).toEqual(['p3', 'p2', 'p1'])
  })

  it('keeps the reservation where a claim is refused, or a create', async () => {
    const { store } = await makeStore(database)
    await add(store)
    await add(store, { pidx: 'p2', fingerprint: 'cart-b' })
    const token = await reserved(store, { fingerprint: 'cart-c' })
    await store.claim('p1', minute)
    const create = (pidx: string) => store.create(newPayment({ pidx, fingerprint: 'cart-c' }), token)
    await expect(create('p1')).rejects.toThrow('Payment p1 is stored already')
    await create('p3')
    await expect(create('p4')).rejects.toThrow('The reservation of order o1 is lost')
  })

  it('commits what is written beside the completion with it, or rolls both back', async () => {
    const { store, prefix } = await makeStore(database)
    await database.query(`create table ${prefix}goods (pidx text)`)
    await add(store)
    const token = tokenOf(await store.claim('p1', minute))
    const deliver = async (fails: boolean) =>
      store.transaction?.(async (transaction) => {
        await transaction.query(`insert into ${prefix}goods values ($1)`, ['p1'])
        await store.complete('p1', token, { state: 'paid' }, transaction)
        if (fails) throw new Error('the shop failed')
      })
    await expect(deliver(true)).rejects.toThrow('the shop failed')
    expect(await database.query(`select pidx from ${prefix}goods`)).toEqual([])
    await deliver(false)
    expect(await database.query(`select pidx from ${prefix}goods`)).toEqual([{ pidx: 'p1' }])
  })
}

function describeMigration(database: Database) {
  describe('migrate', () => {
    it('may run again and keeps what is stored', async () => {
      const { store } = await makeStore(database)
      await add(store)
      await store.migrate()
      expect(await store.find('p1')).toBeDefined()
    })

    it('is asked for where the tables are missing', async () => {
      const store = database.open({ prefix: 'missing_' })
      await expect(store.reserve('o1', 'cart-a', minute)).rejects.toThrow('Call `await payments.migrate()`')
    })

    it('does what the exported schema does', async () => {
      const prefix = nextPrefix()
      for (const statement of postgresSchema({ prefix }).split(';').slice(0, -1)) await database.query(statement)
      await add(database.open({ prefix }))
    })

    it.each(['Khalti_', 'k-', '1k', 'k; drop table orders; --', '', 'k\n', 'k'.repeat(42)])(
      'refuses the prefix %j',
      (prefix) => {
        expect(() => database.open({ prefix })).toThrow('cannot begin a table')
        expect(() => postgresSchema({ prefix })).toThrow(TypeError)
      },
    )
  })
}

function describePools() {
  async function withSinglePool(run: (single: pg.Pool, prefix: string) => Promise<void>) {
    const single = new pg.Pool({ connectionString: server.url, max: 1 })
    try {
      await run(single, nextPrefix())
    } finally {
      await single.end()
    }
  }

  it('needs no second connection: everything runs on a pool of one', async () => {
    await withSinglePool(async (single, prefix) => {
      const store = postgresPayments(single, { prefix })
      await store.migrate()
      await add(store)
      const claims = await Promise.all([store.claim('p1', minute), store.claim('p1', minute)])
      const token = tokenOf(claims.find(hasToken))
      await store.transaction?.(async (transaction) => {
        expect(await store.complete('p1', token, { state: 'paid' }, transaction)).toBe(true)
      })
      expect((await store.find('p1'))?.fulfilledAt).toBeDefined()
    })
  })

  it('leaves nothing in the session, as PgBouncer in transaction mode asks', async () => {
    await withSinglePool(async (single, prefix) => {
      const store = postgresPayments(single, { prefix })
      await store.migrate()
      await add(store)
      await store.complete('p1', tokenOf(await store.claim('p1', minute)), {})
      expect((await single.query('select name from pg_prepared_statements')).rows).toEqual([])
      expect((await single.query("select 1 from pg_locks where locktype = 'advisory'")).rows).toEqual([])
      expect((await single.query("select name from pg_settings where source = 'session'")).rows).toEqual([])
    })
  })

  it('says so where a failure inside the transaction was caught and nothing was stored', async () => {
    await withSinglePool(async (single, prefix) => {
      const store = postgresPayments(single, { prefix })
      const run = store.transaction?.((client) => client.query('select 1/0').catch(() => 'caught'))
      await expect(run).rejects.toThrow('Nothing was stored')
      expect((await single.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })
  })

  it('survives a connection that breaks inside the transaction, and throws it away', async () => {
    await withSinglePool(async (single, prefix) => {
      const store = postgresPayments(single, { prefix })
      const run = store.transaction?.(async (client) => {
        const { rows } = await client.query('select pg_backend_pid() as pid')
        const ended = new Promise((resolve) => client.once('end', resolve))
        await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await ended
        await store.complete('p1', 'token', {}, client)
      })
      await expect(run).rejects.toThrow()
      expect((await single.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })
  })
}

function asText([column, value]: [string, unknown]): [string, unknown] {
  return [column, value instanceof Date ? `${value.toISOString().slice(0, -1).replace('T', ' ')}+00` : value]
}
