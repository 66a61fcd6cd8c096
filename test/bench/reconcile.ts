import { KhaltiClient } from 'khalti-kit'
import { createCheckout } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import { Pool } from 'pg'
import { startPostgres } from '../support/postgres.ts'
import { forAll, pidxOf, storeDue } from './due-orders.ts'
import { Rates } from './measure.ts'
import { serveLookups } from './serve-lookups.ts'

const count = Number(process.env.PAYMENTS ?? 10_000)
const rounds = Number(process.env.ROUNDS ?? 7)

const postgres = await startPostgres()
const { origin, server } = await serveLookups()
const client = new KhaltiClient({ secretKey: 'secret', environment: 'sandbox', baseUrl: origin })
const pool = new Pool({ connectionString: postgres.url })
const payments = postgresPayments(pool)
await payments.migrate()
await pool.query('create table bare (pidx text primary key, due_at timestamptz)')
const checkout = createCheckout({
  client,
  payments,
  siteUrl: 'https://shop.example',
  readOrder: () => Promise.reject(new Error('nobody initiates here')),
  fulfil: () => {},
  landing: () => '/',
})

/** Stores all orders anew, due, so that every round does the same work on tables of the same state. */
async function makeDue(status: string): Promise<void> {
  await pool.query('truncate khalti_orders, khalti_keys, bare')
  await storeDue(payments, status, count)
  await pool.query('insert into bare select order_id, due_at from khalti_orders')
  for (const table of ['khalti_orders', 'khalti_keys', 'bare']) await pool.query(`vacuum analyze ${table}`)
  await pool.query('checkpoint')
}

const postpone = `update bare set due_at = now() + interval '1 minute' where pidx = $1`

async function rate(status: string, run: () => Promise<unknown>): Promise<number> {
  await makeDue(status)
  const start = performance.now()
  await run()
  return (count * 1000) / (performance.now() - start)
}

for (const status of ['Initiated', 'Expired']) {
  for (const concurrency of [5, 10, 32]) {
    const rates = new Rates()
    const reconcile = async () => {
      const { checked, failed } = await checkout.reconcile({ concurrency, budgetMs: 600_000 })
      if (checked !== count || failed > 0) throw new Error(`Of ${count} were checked ${checked}, ${failed} failed.`)
    }
    const bare = () =>
      forAll({ count, concurrency }, async (index) => {
        const pidx = pidxOf(status, index)
        await client.lookup(pidx)
        await pool.query(postpone, [pidx])
      })
    await rate(status, bare)
    await rate(status, reconcile)
    for (let round = 0; round < rounds; round += 1) {
      rates.add('reconcile', await rate(status, reconcile))
      rates.add('bare lookup and one UPDATE', await rate(status, bare))
    }
    rates.print(`${count} due payments that are ${status}, ${concurrency} at once`, 'reconcile')
  }
}

await Promise.all([client.close(), pool.end()])
server.kill()
await postgres.stop()
