import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { postgresPayments } from '../../../src/postgres.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { type PgBouncer, startPgBouncer, whyNoPgBouncer } from '../../support/pgbouncer.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'
import { add, hasToken, minute, nextPrefix, tokenOf } from './postgres-store.ts'

const reason = whyNoPostgres() ?? whyNoPgBouncer()
const connections = 3

describe.skipIf(reason !== undefined)(`behind PgBouncer${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let bouncer: PgBouncer
  let pools: [pg.Pool, pg.Pool]

  beforeAll(async () => {
    server = await startPostgres()
    bouncer = await startPgBouncer(server.url, connections)
    const makePool = () => new pg.Pool({ connectionString: bouncer.url, max: 8 })
    pools = [makePool(), makePool()]
  })
  afterAll(async () => {
    await Promise.all((pools ?? []).map((pool) => pool.end()))
    await bouncer?.stop()
    await server?.stop()
  })

  async function makeStores() {
    const prefix = nextPrefix()
    const stores = pools.map((pool) => postgresPayments(pool, { prefix }))
    await Promise.all(stores.map((store) => store.migrate()))
    const [one, two] = stores as [(typeof stores)[0], (typeof stores)[0]]
    return { prefix, one, two }
  }

  describePaymentStore('postgresPayments in transaction mode', async ({ now }) => {
    const store = postgresPayments(pools[0], { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })

  it('shares few connections among many clients, which is what this is about', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => pools[0].connect()))
    try {
      const answers = await Promise.all(clients.map((client) => client.query('select pg_backend_pid() as pid')))
      const pids = new Set(answers.map(({ rows }) => rows[0]?.pid))
      expect(pids.size).toBeLessThanOrEqual(connections)
    } finally {
      for (const client of clients) client.release()
    }
  })

  it('fulfils once what sixteen clients settle at once, and writes what fulfil writes with it', async () => {
    const { prefix, one, two } = await makeStores()
    await pools[0].query(`create table ${prefix}goods (order_id text)`)
    const orders = Array.from({ length: 20 }, (_, index) => `o${index}`)
    await Promise.all(orders.map((orderId) => add(one, { pidx: orderId, orderId })))
    const settle = async (store: typeof one, pidx: string): Promise<boolean> => {
      const claim = await store.claim(pidx, minute)
      if (!hasToken(claim)) return false
      return (await store.transaction?.(async (client) => {
        await client.query(`insert into ${prefix}goods values ($1)`, [pidx])
        return store.complete(pidx, tokenOf(claim), { state: 'paid' }, client)
      })) as boolean
    }
    const settled = await Promise.all(
      orders.flatMap((pidx) => [one, two, one, two].map((store) => settle(store, pidx))),
    )
    expect(settled.filter(Boolean)).toHaveLength(orders.length)
    const { rows } = await pools[1].query(`select order_id from ${prefix}goods`)
    expect(rows.map(({ order_id }) => order_id).sort()).toEqual([...orders].sort())
  })

  it('leaves nothing behind in the connections that all clients share', async () => {
    const { one } = await makeStores()
    await add(one)
    await one.complete('p1', tokenOf(await one.claim('p1', minute)), {})
    const held = await Promise.all(Array.from({ length: connections }, () => pools[1].connect()))
    try {
      // A transaction each, so that every connection is asked.
      await Promise.all(held.map((client) => client.query('begin')))
      for (const client of held) {
        expect((await client.query("select name from pg_prepared_statements where name <> ''")).rows).toEqual([])
        expect((await client.query("select 1 from pg_locks where locktype = 'advisory'")).rows).toEqual([])
      }
      await Promise.all(held.map((client) => client.query('commit')))
    } finally {
      for (const client of held) client.release()
    }
  })
})
