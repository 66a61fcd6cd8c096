import { readFileSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import { createClient } from '@libsql/client'
import { createPool } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mysqlPayments, mysqlSchema } from '../../../src/mysql.ts'
import { postgresPayments, postgresSchema } from '../../../src/postgres.ts'
import { type SqlResult, sqlPayments } from '../../../src/sql.ts'
import { sqlitePayments, sqliteSchema } from '../../../src/sqlite.ts'
import type { SqlValue } from '../../../src/stores/sql-driver.ts'
import { newOrder } from '../../stores/orders.ts'
import { startMariaDb, whyNoMariaDb } from '../../support/mariadb.ts'

interface Plan {
  'Node Type': string
  'Index Name'?: string
  Plans?: Plan[]
}

const columns = ['pidx', 'order_id', 'order_name', 'amount', 'state', 'method', 'transaction_id', 'refunded_amount']
const expected = {
  pidx: 'p1',
  order_id: 'o1',
  order_name: 'Momo and tea',
  amount: 1300,
  state: 'paid',
  method: 'khalti',
  transaction_id: 't1',
  refunded_amount: 300,
}
const times = ['created_at', 'expires_at', 'fulfilled_at']
const moments = ['2026-07-01T04:00:00.001Z', '2026-07-01T05:00:00.002Z', '2026-07-01T04:10:00.003Z']

const lite = new PGlite()
const asked: { text: string; values: unknown[] | undefined }[] = []
const recorded = postgresPayments({
  async query(text: string, values?: unknown[]) {
    asked.push({ text, values })
    return lite.query(text, values)
  },
})
beforeAll(() => recorded.migrate())
afterAll(() => lite.close())

describe('the view of every payment', () => {
  const select = `select ${[...columns, ...times].join(', ')} from view_payments`

  it('shows each link of an order with its moments on Postgres', async () => {
    const store = postgresPayments(lite, { prefix: 'view_' })
    await store.migrate()
    await store.write(newOrder())
    const { rows } = await lite.query<Record<string, unknown>>(select)
    expect(rows).toEqual([
      { ...expected, ...Object.fromEntries(times.map((name, index) => [name, new Date(moments[index] ?? '')])) },
    ])
  })

  it('shows each link of an order with its moments on SQLite', async () => {
    const client = createClient({ url: ':memory:' })
    const store = sqlitePayments(client, { prefix: 'view_' })
    await store.migrate()
    await store.write(newOrder())
    const { rows } = await client.execute(select)
    expect({ ...rows[0] }).toMatchObject({
      ...expected,
      ...Object.fromEntries(times.map((name, index) => [name, moments[index]])),
    })
  })

  const reason = whyNoMariaDb()
  it.skipIf(reason !== undefined)(
    `shows each link of an order with its moments on MariaDB${reason ? ` (left out: ${reason})` : ''}`,
    async () => {
      const server = await startMariaDb()
      const pool = createPool({ uri: server.url, timezone: 'local' })
      try {
        const store = mysqlPayments(pool, { prefix: 'view_' })
        await store.migrate()
        await store.migrate()
        await store.write(newOrder())
        const [rows] = await pool.query(
          select.replace('fulfilled_at', 'unix_timestamp(fulfilled_at) * 1000 as fulfilled_at'),
        )
        expect(rows).toMatchObject([expected])
        const [row] = rows as { fulfilled_at: unknown }[]
        expect(Math.round(Number(row?.fulfilled_at))).toBe(Date.parse(moments[2] ?? ''))
      } finally {
        await pool.end()
        await server.stop()
      }
    },
    120_000,
  )
})

describe('with 20,000 orders stored', () => {
  beforeAll(async () => {
    // Years of a busy shop: most orders are done, some are due, a few want a person.
    await lite.exec(`
      insert into khalti_orders (order_id, version, record, key_list, due_at, attention, changed_at)
      select 'o' || n, 1, '{"links":[]}', jsonb_build_array('p' || n),
        case when n % 50 = 0 then now() - n * interval '1 second' end, n % 999 = 0, now() - n * interval '1 minute'
      from generate_series(1, 20000) n;
      insert into khalti_keys select 'p' || n, 'o' || n from generate_series(1, 20000) n;
      analyze;`)
  })

  /** How Postgres would run what this call asks. */
  async function plansOf(call: () => Promise<unknown>): Promise<Plan[]> {
    asked.length = 0
    await call()
    const explained = asked.map(({ text, values }) =>
      lite.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${text}`, values),
    )
    const plans = (await Promise.all(explained)).flatMap(({ rows }) => rows.map((row) => row['QUERY PLAN'][0].Plan))
    return plans.flatMap(withInner)
  }
  const withInner = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(withInner)]

  const before = { changedAt: new Date(), orderId: 'o7' }
  it.each<[string, () => Promise<unknown>]>([
    ['read by an id', () => recorded.read({ orderId: 'o7' })],
    ['read by a key', () => recorded.read({ key: 'p7' })],
    ['a first write', () => recorded.write(newOrder({ orderId: 'new', keys: ['new'] }))],
    ['a write with the same keys', () => recorded.write(newOrder({ orderId: 'o8', version: 1, keys: ['p8'] }))],
    ['a write with other keys', () => recorded.write(newOrder({ orderId: 'o9', version: 1, keys: ['q9'] }))],
    ['due', () => recorded.due(100, 60_000)],
    ['a page of the list', () => recorded.list({ limit: 50, before })],
    ['a page of what wants attention', () => recorded.list({ limit: 10, attention: true, before })],
  ])('%s reads no table from end to end', async (_, call) => {
    const plans = await plansOf(call)
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([])
    expect(plans.some((plan) => plan['Index Name']?.startsWith('khalti_'))).toBe(true)
  })
})

describe('tables', () => {
  it.each(['Khalti_', 'k-', '1k', 'k; drop table orders; --', '', 'k\n', 'k'.repeat(42)])(
    'Tables cannot begin with the prefix %j',
    (prefix) => {
      expect(() => postgresPayments(lite, { prefix })).toThrow('cannot begin a table')
      for (const schema of [postgresSchema, mysqlSchema, sqliteSchema])
        expect(() => schema({ prefix })).toThrow(TypeError)
    },
  )

  it('Tables are asked for with a sentence where they are missing', async () => {
    const missing = 'Call `await payments.migrate()`'
    await expect(postgresPayments(lite, { prefix: 'missing_' }).read({ orderId: 'o1' })).rejects.toThrow(missing)
    const client = createClient({ url: ':memory:' })
    await expect(sqlitePayments(client).read({ orderId: 'o1' })).rejects.toThrow(missing)
  })

  it('Tables are made by the exported schema as by migrate', async () => {
    await lite.exec(postgresSchema({ prefix: 'own_' }))
    expect(await postgresPayments(lite, { prefix: 'own_' }).write(newOrder())).toBe(true)
    const client = createClient({ url: ':memory:' })
    await client.executeMultiple(sqliteSchema())
    expect(await sqlitePayments(client).write(newOrder())).toBe(true)
  })

  it.each(['docs/postgres.md', 'docs/reconcile.md'])('Tables answer what %s asks in SQL', async (page) => {
    const queries = [...readFileSync(page, 'utf8').matchAll(/```sql\n(.*?)```/gs)].map(([, query = '']) => query)
    expect(queries.length).toBeGreaterThan(0)
    for (const query of queries) await lite.query(query)
  })
})

describe('sqlPayments', () => {
  // The first question is what becomes of letters.
  const onMysql = (result: SqlResult) =>
    sqlPayments<object>({
      dialect: 'mysql',
      query: async (text) => (text.includes('hex(') ? { rows: [['C3A9F09F919F,1,NO_CHAIN,1']] } : result),
      transaction: (run) => run({}),
    })

  it('loses nothing where its process dies in the middle of a write without transactions', async () => {
    const client = createClient({ url: ':memory:' })
    let isDying = false
    const query = async (sql: string, args: SqlValue[]) => {
      if (isDying && sql.includes('set version')) throw new Error('the process has died')
      const { rows, columns } = await client.execute({ sql, args })
      return { rows: rows.map((row) => columns.map((_, index) => row[index])) }
    }
    const store = sqlPayments({ dialect: 'sqlite', query })
    await store.migrate()
    await store.write(newOrder())
    const second = newOrder({ version: 1, keys: ['p1', 'p2'] })
    isDying = true
    await expect(store.write(second)).rejects.toThrow('the process has died')
    isDying = false
    // The key is there, and the order is as it was.
    expect((await store.read({ key: 'p2' })).order).toMatchObject({ version: 1, keys: ['p1'] })
    expect(await store.write(second)).toBe(true)
    expect((await store.read({ key: 'p2' })).order).toMatchObject({ version: 2, keys: ['p1', 'p2'] })
    await expect(store.write(newOrder({ orderId: 'o2', keys: ['p3', 'p2'] }))).rejects.toThrow('another order')
    expect((await store.read({ key: 'p3' })).order).toBeUndefined()
    expect(await store.write(newOrder({ version: 2, keys: ['p1'] }))).toBe(true)
    expect((await store.read({ key: 'p2' })).order).toBeUndefined()
  })

  it('refuses a `query` that does not say on MySQL how many rows it has written', async () => {
    const store = onMysql({ rows: [] })
    await expect(store.write(newOrder({ version: 1 }))).rejects.toThrow('must give `affected`')
  })

  it('refuses an id that MySQL would cut off', async () => {
    const store = onMysql({ rows: [], affected: 1 })
    await expect(store.write(newOrder({ orderId: '👟'.repeat(256) }))).rejects.toThrow('at most 1020 bytes')
  })

  it('refuses an invalid date before anything is written', async () => {
    const store = sqlPayments({ dialect: 'postgres', query: () => Promise.reject(new Error('it was asked')) })
    await expect(store.write(newOrder({ dueAt: new Date('soon') }))).rejects.toThrow('`dueAt` is an invalid date')
  })

  it('refuses a dialect that it does not speak', () => {
    const dialect = 'oracle' as 'postgres'
    expect(() => sqlPayments({ dialect, query: async () => ({ rows: [] }) })).toThrow('take postgres, mysql or sqlite')
  })
})
