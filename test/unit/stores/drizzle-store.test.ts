import { PGlite } from '@electric-sql/pglite'
import { drizzle as drizzlePool } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/pglite'
import pg from 'pg'
import { afterAll, beforeAll, describe } from 'vitest'
import { drizzlePayments } from '../../../examples/drizzle-store/drizzle-payments.ts'
import { describePaymentStore } from '../../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../../support/postgres.ts'

// The tables as `drizzle-kit generate` would write them from the example.
const tables = `
drop table if exists khalti_orders, khalti_payments;
create table khalti_orders (
  order_id text primary key, reserve_token text, reserve_until timestamptz(3)
);
create table khalti_payments (
  nth bigserial not null, pidx text primary key, order_id text not null, order_name text not null, amount bigint not null,
  fingerprint text not null, environment text not null, payment_url text not null, transaction_id text,
  state text not null default 'open', hold_reason text, refund_extent text, duplicate_of text,
  created_at timestamptz(3) not null, expires_at timestamptz(3) not null, superseded_at timestamptz(3),
  fulfilled_at timestamptz(3), due_at timestamptz(3), claim_token text, claim_until timestamptz(3)
);`

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
})
