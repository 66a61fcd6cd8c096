import { type Knex, knex } from 'knex'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { manyOf } from '../../src/checkout/write-many.ts'
import { postgresPayments } from '../../src/postgres.ts'
import { sqlPayments } from '../../src/sql.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type PgBouncer, startPgBouncer, whyNoPgBouncer } from '../support/pgbouncer.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { existing, newOrder } from './orders.ts'
import { nextPrefix } from './prefix.ts'

const reason = whyNoPostgres()
const isMissing = reason !== undefined
let server: PostgresServer
let pool: pg.Pool
const pools: pg.Pool[] = []

/** A pool that is ended after the tests. */
function open(config: pg.PoolConfig = {}): pg.Pool {
  const made = new pg.Pool({ connectionString: server.url, ...config })
  // The server ends some of its connections on purpose.
  made.on('error', () => {})
  pools.push(made)
  return made
}

async function makeStore(over = pool, options = {}) {
  const prefix = nextPrefix()
  const store = postgresPayments(over, { prefix, ...options })
  await store.migrate()
  return { store, prefix }
}

beforeAll(async () => {
  if (isMissing) return
  server = await startPostgres()
  pool = open()
})
afterAll(async () => {
  await Promise.all(pools.map((made) => made.end()))
  await server?.stop()
})
afterEach(() => {
  vi.useRealTimers()
})

describe.skipIf(isMissing)(`on a Postgres server${reason ? ` (left out: ${reason})` : ''}`, () => {
  describePaymentStore('postgresPayments', async ({ now }) => (await makeStore(pool, { now })).store)
  describePaymentStore('postgresPayments with a pool of one', async ({ now }) => {
    const single = new pg.Pool({ connectionString: server.url, max: 1 })
    return { store: (await makeStore(single, { now })).store, close: () => single.end() }
  })

  it('asks the clock of the database, whatever the clock of the process says', async () => {
    const { store } = await makeStore()
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2060-01-01') })
    const { now } = await store.read({ orderId: 'nobody' })
    expect(now.getFullYear()).toBeLessThan(2060)
    await store.write(newOrder({ dueAt: new Date('2059-01-01') }))
    expect((await store.due(1, 1_000)).orders).toEqual([])
  })

  it('finds an order though the server has ended all connections of its pool while the process was frozen', async () => {
    const few = open({ max: 3, application_name: 'frozen' })
    const { store } = await makeStore(few)
    await store.write(newOrder())
    await Promise.all([1, 2, 3].map(() => few.query('select pg_sleep(0.05)')))
    expect(few.idleCount).toBe(3)
    const killer = await pool.connect()
    const killed = killer.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'frozen'",
    )
    // Nothing reaches the pool before it is asked.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
    const read = store.read({ orderId: 'o1' })
    await killed.finally(() => killer.release())
    expect(existing(await read).version).toBe(1)
  })

  it('asks the clock once it has the order, and not before it waited for it', async () => {
    const { store, prefix } = await makeStore()
    await store.write(newOrder())
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query(`select 1 from ${prefix}orders for update`)
    const read = store.transaction?.((client) => store.read({ orderId: 'o1' }, client))
    await waiting(1)
    const { rows } = await pool.query('select clock_timestamp() as now from pg_sleep(0.2)')
    await holder.query('commit')
    holder.release()
    expect((await read)?.now.getTime()).toBeGreaterThanOrEqual(Math.floor(rows[0].now.getTime()))
  })

  it('begins anew where the database is set to repeatable read and rolls back who came second', async () => {
    const { store, prefix } = await makeStore()
    await store.write(newOrder())
    const strict = postgresPayments(open({ options: '-c default_transaction_isolation=serializable' }), { prefix })
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query(`select 1 from ${prefix}orders for update`)
    const writes = ['a', 'b', 'c'].map((made) =>
      strict.write(newOrder({ version: 1, record: { made }, keys: ['p1', made] })),
    )
    await waiting(3)
    await holder.query('commit')
    holder.release()
    expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1)
  })

  it('leaves out an order that a transaction has locked, so that it keeps no other one waiting', async () => {
    const { store } = await makeStore()
    const ids = ['held', 'free-1', 'free-2']
    const order = (orderId: string, version: number) => newOrder({ orderId, version, keys: [`p-${orderId}`] })
    for (const id of ids) await store.write(order(id, 0))
    await store.transaction?.(async (transaction) => {
      await store.read({ orderId: 'held' }, transaction)
      const written = await manyOf(store.write)?.(ids.map((id) => order(id, 1)))
      expect(written?.sort()).toEqual(['free-1', 'free-2'])
    })
    expect(await manyOf(store.write)?.([order('held', 1), order('free-1', 2)])).toEqual(['held', 'free-1'])
  })

  it('reads dates, numbers and JSON whatever the pool is set to make of them', async () => {
    const types = { getTypeParser: () => (text: string) => ({ moment: text }) }
    const upper = open()
    const query = async (text: string, values?: unknown[]) => {
      const { rows } = await upper.query({ text, values: values ?? [], types: onlyText(types) })
      return { rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k.toUpperCase(), v]))) }
    }
    const store = postgresPayments({ query }, { prefix: nextPrefix() })
    await store.migrate()
    const order = newOrder()
    expect(await store.write(order)).toBe(true)
    expect(existing(await store.read({ key: 'p1' }))).toEqual({ ...order, version: 1 })
    expect((await store.due(1, 1_000)).orders).toHaveLength(1)
  })

  it('refuses with a sentence what a driver has parsed that was asked for as text', async () => {
    const parsed = { query: async () => ({ rows: [{ khalti: { now: 1 } }] }) }
    await expect(postgresPayments(parsed).read({ orderId: 'o1' })).rejects.toThrow('gave a value of type object')
    const invalid = { query: async () => ({ rows: [{ khalti: '{"now":"soon"}' }] }) }
    await expect(postgresPayments(invalid).read({ orderId: 'o1' })).rejects.toThrow('which is no time')
    const rowsAlone = { query: async () => [] as unknown as { rows: unknown[] } }
    await expect(postgresPayments(rowsAlone).read({ orderId: 'o1' })).rejects.toThrow('must give `{ rows, affected }`')
  })

  it('leaves nothing in the session, as PgBouncer in transaction mode asks', async () => {
    const single = open({ max: 1 })
    const { store } = await makeStore(single)
    await store.write(newOrder())
    await store.transaction?.((client) => store.read({ orderId: 'o1' }, client))
    expect((await single.query('select name from pg_prepared_statements')).rows).toEqual([])
    expect((await single.query("select 1 from pg_locks where locktype = 'advisory'")).rows).toEqual([])
    expect((await single.query("select name from pg_settings where source = 'session'")).rows).toEqual([])
  })

  it('migrates for eight servers that start at once', async () => {
    const servers = Array.from({ length: 8 }, () => open({ max: 1 }))
    for (const prefix of [nextPrefix(), nextPrefix(), nextPrefix()]) {
      const stores = servers.map((one) => postgresPayments(one, { prefix }))
      await Promise.all(stores.map((store) => store.migrate()))
      const written = stores.map((store, index) => store.write(newOrder({ orderId: `o${index}`, keys: [] })))
      expect(await Promise.all(written)).toEqual(servers.map(() => true))
    }
  })

  describe('the transaction of fulfil', () => {
    it('The transaction of fulfil runs on a pool of one, and needs no second connection', async () => {
      const { store } = await makeStore(open({ max: 1 }))
      await store.write(newOrder())
      const isWritten = store.transaction?.(async (client) => {
        const order = existing(await store.read({ orderId: 'o1' }, client))
        return store.write(order, client)
      })
      expect(await isWritten).toBe(true)
    })

    it('The transaction of fulfil throws its connection away where fulfil failed, so that a late query of it runs nowhere', async () => {
      const single = open({ max: 1 })
      const { store, prefix } = await makeStore(single)
      const kept: pg.PoolClient[] = []
      const failed = store.transaction?.(async (client) => {
        kept.push(client)
        throw new Error('the claim has run out')
      })
      await expect(failed).rejects.toThrow('the claim has run out')
      expect(() => kept[0]?.query(`delete from ${prefix}orders`)).toThrow('This transaction is over')
      expect((await single.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })

    it('The transaction of fulfil ends where a query of fulfil hangs, and gives the pool of one a new connection', async () => {
      const single = open({ max: 1 })
      const { store } = await makeStore(single)
      const failed = store.transaction?.(async (client) => {
        client.query('select pg_sleep(3600)').catch(() => {})
        throw new Error('the claim has run out')
      })
      await expect(failed).rejects.toThrow('the claim has run out')
      expect((await single.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })

    it('The transaction of fulfil does not let a frozen function hold its order for ever', async () => {
      const { store } = await makeStore()
      const timeout = await store.transaction?.(async (client) => {
        const { rows } = await client.query('show idle_in_transaction_session_timeout')
        return rows[0].idle_in_transaction_session_timeout
      })
      expect(timeout).toBe('6min')
      expect((await pool.query('show idle_in_transaction_session_timeout')).rows[0]).toEqual({
        idle_in_transaction_session_timeout: '0',
      })
    })

    it('The transaction of fulfil does not let a frozen function hold its order for ever through an ORM either', async () => {
      const db = knex({ client: 'pg', connection: server.url, pool: { min: 0, max: 1 } })
      const show = 'show idle_in_transaction_session_timeout'
      const store = sqlPayments<Knex.Transaction>({
        dialect: 'postgres',
        query: (text, values, transaction) =>
          (transaction ?? db).raw(text.replace(/\$\d+/g, '?'), values as Knex.Value[]),
        transaction: (run) => db.transaction(run),
      })
      const within = await store.transaction?.((transaction) => transaction.raw(show))
      expect(within.rows).toEqual([{ idle_in_transaction_session_timeout: '6min' }])
      expect((await db.raw(show)).rows).toEqual([{ idle_in_transaction_session_timeout: '0' }])
      await db.destroy()
    })

    it('The transaction of fulfil says so where a failure inside it was caught and nothing was stored', async () => {
      const { store } = await makeStore(open({ max: 1 }))
      const run = store.transaction?.((client) => client.query('select 1/0').catch(() => 'caught'))
      await expect(run).rejects.toThrow('Nothing was stored')
    })

    it('The transaction of fulfil survives a connection that breaks inside it, and throws it away', async () => {
      const single = open({ max: 1 })
      const { store } = await makeStore(single)
      const run = store.transaction?.(async (client) => {
        const { rows } = await client.query('select pg_backend_pid() as pid')
        const ended = new Promise((resolve) => client.once('end', resolve))
        await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await ended
        await store.read({ orderId: 'o1' }, client)
      })
      await expect(run).rejects.toThrow()
      expect((await single.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    })
  })

  describe('on Supabase', () => {
    const withRoles = async (run: (prefix: string) => Promise<void>) => {
      for (const role of ['anon', 'authenticated']) await pool.query(`create role ${role}`)
      await pool.query('alter default privileges in schema public grant all on tables to anon, authenticated')
      try {
        const { store, prefix } = await makeStore()
        await store.write(newOrder())
        await run(prefix)
      } finally {
        await pool.query('drop owned by anon, authenticated cascade')
        await pool.query('drop role anon; drop role authenticated')
      }
    }

    it('On Supabase gives the browser’s roles nothing, neither tables nor view, also where all is granted by default', async () => {
      await withRoles(async (prefix) => {
        for (const role of ['anon', 'authenticated']) {
          for (const table of ['orders', 'keys', 'payments']) {
            const asked = pool.query(`set role ${role}; select * from ${prefix}${table}`)
            await expect(asked).rejects.toThrow('permission denied')
          }
        }
        const { rows } = await pool.query('select relrowsecurity from pg_class where relname like $1', [`${prefix}%s`])
        expect(rows.filter(({ relrowsecurity }) => relrowsecurity)).toHaveLength(2)
      })
    })

    it('On Supabase fails loudly at migrate for a role from which row level security hides the orders', async () => {
      await withRoles(async (prefix) => {
        await pool.query(`grant all on ${prefix}orders, ${prefix}keys, ${prefix}payments to authenticated`)
        const hidden = postgresPayments(open({ options: '-c role=authenticated' }), { prefix })
        await expect(hidden.migrate()).rejects.toThrow(
          `Row level security hides ${prefix}orders from the role authenticated`,
        )
      })
    })

    it('On Supabase leaves row level security off where there is no role anon, and lets a role migrate that owns nothing', async () => {
      const { prefix } = await makeStore()
      const { rows } = await pool.query('select relrowsecurity from pg_class where relname = $1', [`${prefix}orders`])
      expect(rows).toEqual([{ relrowsecurity: false }])
      await pool.query('create role shop')
      await pool.query(`grant all on ${prefix}orders, ${prefix}keys to shop`)
      const store = postgresPayments(open({ options: '-c role=shop' }), { prefix })
      await store.migrate()
      expect(await store.write(newOrder())).toBe(true)
    })
  })

  /** Waits until so many sessions wait for a lock. */
  async function waiting(count: number): Promise<void> {
    for (;;) {
      const { rows } = await pool.query("select 1 from pg_stat_activity where wait_event_type = 'Lock'")
      if (rows.length >= count) return
    }
  }
})

/** Parsers that spoil every type but text. */
const onlyText = ({ getTypeParser }: { getTypeParser(): (text: string) => unknown }) => ({
  getTypeParser: (oid: number) => (oid === 25 ? String : getTypeParser()),
})

const whyNoBouncer = reason ?? whyNoPgBouncer()
const connections = 3

describe.skipIf(whyNoBouncer !== undefined)(
  `behind PgBouncer${whyNoBouncer ? ` (left out: ${whyNoBouncer})` : ''}`,
  () => {
    let bouncer: PgBouncer
    let shared: pg.Pool
    beforeAll(async () => {
      bouncer = await startPgBouncer(server.url, connections)
      shared = new pg.Pool({ connectionString: bouncer.url, max: 8 })
    })
    afterAll(async () => {
      await shared?.end()
      await bouncer?.stop()
    })

    describePaymentStore(
      'postgresPayments in transaction mode',
      async ({ now }) => (await makeStore(shared, { now })).store,
    )

    it('On Supabase shares few connections among many clients, which is what this is about', async () => {
      const clients = await Promise.all(Array.from({ length: 8 }, () => shared.connect()))
      try {
        const answers = await Promise.all(clients.map((client) => client.query('select pg_backend_pid() as pid')))
        expect(new Set(answers.map(({ rows }) => rows[0]?.pid)).size).toBeLessThanOrEqual(connections)
      } finally {
        for (const client of clients) client.release()
      }
    })

    it('On Supabase lets one of eight writers win, twenty times over, and leaves nothing behind in what they share', async () => {
      const { store } = await makeStore(shared)
      for (let round = 0; round < 20; round += 1) {
        const orderId = `o${round}`
        await store.write(newOrder({ orderId, keys: [`p${round}`] }))
        const writes = Array.from({ length: 8 }, (_, index) =>
          store.transaction?.(async (client) => {
            const order = existing(await store.read({ orderId }, client))
            return store.write({ ...order, version: 1, keys: [`p${round}`, `t${round}-${index}`] }, client)
          }),
        )
        expect((await Promise.all(writes)).filter(Boolean)).toHaveLength(1)
      }
      const left = await shared.query("select 1 from pg_locks where locktype = 'advisory'")
      expect(left.rows).toEqual([])
    })
  },
)
