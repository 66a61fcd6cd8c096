import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import type { PaymentStore } from '../../../src/checkout/payment-store.ts'
import { postgresPayments } from '../../../src/postgres.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { startPgBouncer, whyNoPgBouncer } from '../../support/pgbouncer.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'
import { nextPrefix } from './postgres-store.ts'

const reason = whyNoPostgres() ?? whyNoPgBouncer()

describe.skipIf(reason !== undefined)(`behind PgBouncer${reason ? ` (left out: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let bouncer: { url: string; stop(): void }
  let pools: pg.Pool[] = []

  beforeAll(async () => {
    server = await startPostgres()
    bouncer = await startPgBouncer(server.url)
    pools = [1, 2, 3].map(() => new pg.Pool({ connectionString: bouncer.url, max: 5 }))
  })
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()))
    bouncer?.stop()
    await server?.stop()
  })

  describePaymentStore('a Postgres server behind PgBouncer in transaction mode', async ({ now }) => {
    const options = { prefix: nextPrefix(), now }
    const stores = pools.map((pool) => postgresPayments(pool, options))
    await stores[0]?.migrate()
    let calls = 0
    // Three processes: each call is another one's, and PgBouncer gives it whichever connection is free.
    const store = new Proxy(stores[0] as PaymentStore, {
      get: (_target, name) => Reflect.get(stores[calls++ % stores.length] ?? {}, name),
    })
    return { store }
  })
})
