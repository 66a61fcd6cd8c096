import { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzlePool } from 'drizzle-orm/node-postgres'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { drizzle } from 'drizzle-orm/pglite'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drizzlePayments, khaltiOrders, khaltiPayments } from '../../../examples/drizzle-store/drizzle-payments.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'
import { add, hasToken, minute, pidxOf, tokenOf } from './postgres-store.ts'

const tables = [khaltiOrders, khaltiPayments].map(tableOf).join('\n')

/** What makes the table in a database, from the schema of the example. */
function tableOf(table: PgTable): string {
  const { name, columns, indexes } = getTableConfig(table)
  const lines = columns.map((column) => {
    const rest = [column.primary && 'primary key', column.notNull && 'not null', column.hasDefault && defaultOf(column)]
    return `${column.name} ${column.getSQLType()} ${rest.filter(Boolean).join(' ')}`
  })
  const made = indexes.map(({ config }) => {
    const named = config.columns.flatMap((column) => ('name' in column ? [column.name] : []))
    return `create index ${config.name} on ${name} (${named.join(', ')});`
  })
  return `drop table if exists ${name};\ncreate table ${name} (${lines.join(', ')});\n${made.join('\n')}`
}

function defaultOf({ default: value }: { default: unknown }): string {
  return typeof value === 'string' ? `default '${value}'` : ''
}

const client = new PGlite()
afterAll(() => client.close())

describePaymentStore('the Drizzle store of the docs, on PGlite', async ({ now }) => {
  await client.exec(tables)
  return { store: drizzlePayments(drizzle({ client }), now) }
})

const reason = whyNoPostgres()

describe.skipIf(reason !== undefined)(`on a Postgres server${reason ? ` (left out: ${reason})` : ''}`, () => {
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

  describePaymentStore('the Drizzle store of the docs', async ({ now }) => {
    await pool.query(tables)
    return { store: drizzlePayments(drizzlePool({ client: pool }), now) }
  })
  /** Runs two calls that both wait for the lock on the order: the first goes first. */
  async function inTurn<First, Second>(first: () => Promise<First>, second: () => Promise<Second>) {
    const holder = await pool.connect()
    try {
      await holder.query('begin')
      await holder.query('select 1 from khalti_orders for update')
      const one = first()
      await waiting(1)
      const two = second()
      await waiting(2)
      await holder.query('commit')
      return await Promise.all([one, two])
    } finally {
      holder.release()
    }
  }

  async function waiting(count: number): Promise<void> {
    const text = "select 1 from pg_stat_activity where wait_event_type = 'Lock'"
    while ((await pool.query(text)).rows.length < count);
  }

  it('asks the clock once it has the order, not before it waited for it', async () => {
    await pool.query(tables)
    const store = drizzlePayments(drizzlePool({ client: pool }))
    await add(store)
    const token = tokenOf(await store.claim('p1', 500))
    const holder = await pool.connect()
    await holder.query('begin')
    await holder.query('select 1 from khalti_orders for update')
    const completed = store.complete('p1', token, { state: 'paid' })
    await waiting(1)
    await pool.query('select pg_sleep(0.6)')
    await holder.query('commit')
    holder.release()
    expect(await completed).toBe(false)
  })

  it('goes one after the other also where the database is set to repeatable read', async () => {
    await pool.query(tables)
    const options = '-c default_transaction_isolation=repeatable\\ read'
    const strict = new pg.Pool({ connectionString: server.url, options })
    const store = drizzlePayments(drizzlePool({ client: strict }))
    try {
      await add(store, { expiresInMs: 1 })
      await add(store, { pidx: 'p2' })
      const claims = await inTurn(
        () => store.claim('p1', minute),
        () => store.claim('p2', minute),
      )
      expect([hasToken(claims[0]), claims[1]]).toEqual([true, 'busy'])
    } finally {
      await strict.end()
    }
  })

  it('hands out a claim that a crash left behind before what became due after it', async () => {
    await pool.query(tables)
    const clock = { now: new Date('2026-07-01T06:00:00Z') }
    const store = drizzlePayments(drizzlePool({ client: pool }), () => clock.now)
    await add(store)
    await store.claim('p1', minute)
    await store.record('p1', { state: 'paid', dueInMs: null })
    clock.now = new Date('2026-07-01T06:30:00Z')
    await add(store, { pidx: 'p2', orderId: 'o2' })
    expect((await store.due(1, minute)).map(pidxOf)).toEqual(['p1'])
  })
})
