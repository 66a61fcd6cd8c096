import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { json } from 'node:stream/consumers'
import { neon, neonConfig } from '@neondatabase/serverless'
import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fulfilByNeon, openPayments } from '../../examples/databases/neon-http.ts'
import { type PostgresQueryable, postgresPayments } from '../../src/postgres.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { nextPrefix } from './prefix.ts'

const reason = whyNoPostgres()

/** The values of every column stay the text that Postgres sends, as `Neon-Raw-Text-Output` asks for. */
const asText = { getTypeParser: () => (text: string) => text }

/**
 * Answers `POST /sql` as Neon's proxy does: one statement a request, by the extended protocol and in a transaction of its
 * own; rows as arrays of text, and Postgres' errors with the status 400 and their fields.
 */
async function startProxy(pool: pg.Pool): Promise<Server> {
  const proxy = createServer(async (request, response) => {
    const { query, params } = (await json(request)) as { query: string; params: unknown[] }
    const asked = { text: query, values: params, rowMode: 'array' as const, types: asText, queryMode: 'extended' }
    const answer = await pool.query(asked).then(
      ({ command, rowCount, rows, fields }) => ({ status: 200, body: { command, rowCount, rows, fields } }),
      (error: pg.DatabaseError) => ({ status: 400, body: { ...error, message: error.message } }),
    )
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return proxy
}

describe.skipIf(reason !== undefined)(`Neon over HTTP${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let pool: pg.Pool
  let proxy: Server
  const sql = neon('postgres://shop:any@db.example/shop')
  beforeAll(async () => {
    server = await startPostgres()
    pool = new pg.Pool({ connectionString: server.url })
    proxy = await startProxy(pool)
    const { port } = proxy.address() as { port: number }
    neonConfig.fetchEndpoint = `http://127.0.0.1:${port}/sql`
  })
  afterAll(async () => {
    proxy?.close()
    proxy?.closeAllConnections()
    await pool?.end()
    await server?.stop()
  })

  const database: PostgresQueryable = {
    query: async (text, values) => ({ rows: await sql.query(text, values) }),
  }

  describePaymentStore('postgresPayments', async ({ now }) => {
    const store = postgresPayments(database, { prefix: nextPrefix(), now })
    await store.migrate()
    return store
  })

  it('Neon over HTTP calls fulfil at least once, and its one statement bears to come again', async () => {
    const payments = openPayments(sql)
    expect(payments).not.toHaveProperty('transaction')
    await payments.migrate()
    await sql`create table orders (id text primary key, name text not null, amount integer not null, paid_by text)`
    await sql`insert into orders (id, name, amount) values ('topi', 'Dhaka topi', 85000), ('khukuri', 'Khukuri', 85000)`
    const simulator = createSimulator()
    const attempts: string[] = []
    const checkout = createCheckout({
      client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
      payments,
      siteUrl: 'https://shop.example',
      readOrder: () => Promise.reject(new Error('no browser asks here')),
      async fulfil(payment, context) {
        await fulfilByNeon(sql)(payment, context)
        attempts.push(payment.orderId)
        if (attempts.length === 1) throw new Error('The process ends between the statement and the mark.')
      },
      landing: () => '/',
      onError: () => {},
    })
    const pay = async (id: string) => {
      const { pidx } = await checkout.initiate({ id, name: 'Dhaka topi', amount: paisa(85_000) })
      simulator.pay(pidx)
      return pidx
    }
    const [topi, khukuri] = [await pay('topi'), await pay('khukuri')]
    expect(await checkout.settle(topi)).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect(await checkout.settle(topi)).toMatchObject({ outcome: 'paid', fulfilled: true })
    await sql`update orders set amount = 90000 where id = 'khukuri'`
    expect(await checkout.settle(khukuri)).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect(attempts).toEqual(['topi', 'topi'])
    expect(await sql`select id, paid_by from orders order by id`).toEqual([
      { id: 'khukuri', paid_by: null },
      { id: 'topi', paid_by: topi },
    ])
    await checkout.accept(khukuri, { by: 'Maya' })
    expect(await sql`select paid_by from orders where id = 'khukuri'`).toEqual([{ paid_by: khukuri }])
  })

  it("postgresPayments refuses neon(url) itself, whose transaction takes queries and none of fulfil's", () => {
    const whole = neon('postgres://shop:any@db.example/shop', { fullResults: true })
    // @ts-expect-error: TypeScript refuses it too.
    expect(() => postgresPayments(whole)).toThrow('has no transaction for `fulfil`')
  })
})
