import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import { Pool } from 'pg'
import { startPostgres } from '../support/postgres.ts'
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
const checkout = createCheckout({
  client,
  payments,
  siteUrl: 'https://shop.example',
  readOrder: () => Promise.reject(new Error('nobody initiates here')),
  fulfil: () => {},
  landing: () => '/',
})

/** Runs `run` for each number below `count`, as many at once as reconcile does. */
async function forAll(concurrency: number, run: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await run(index)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

const pidxOf = (status: string, index: number) => `${status}-${index}`

async function store(status: string): Promise<void> {
  await forAll(10, async (index) => {
    const pidx = pidxOf(status, index)
    const reservation = await payments.reserve(pidx, 'cart', 60_000)
    if (typeof reservation === 'string' || !('token' in reservation)) throw new Error('The order is not free.')
    const rest = { environment: 'sandbox', paymentUrl: origin, expiresInMs: 1_800_000 } as const
    const payment = { pidx, orderId: pidx, orderName: 'Tea', amount: paisa(1000), fingerprint: 'cart' }
    await payments.create({ ...payment, ...rest }, reservation.token)
  })
}

/** Everything is due, and no round pays for the rows that the one before it left behind. */
async function makeDue(): Promise<void> {
  await pool.query(`update khalti_payments set due_at = now(), state = 'open'`)
  await pool.query('vacuum analyze khalti_payments')
  await pool.query('vacuum analyze khalti_orders')
  await pool.query('checkpoint')
}

const postpone = `update khalti_payments set due_at = now() + interval '1 minute' where pidx = $1`

async function rate(run: () => Promise<unknown>): Promise<number> {
  await makeDue()
  const start = performance.now()
  await run()
  return (count * 1000) / (performance.now() - start)
}

for (const status of ['Initiated', 'Expired']) {
  await pool.query('truncate khalti_payments, khalti_orders')
  await store(status)
  for (const concurrency of [5, 32]) {
    const rates = new Rates()
    const reconcile = async () => {
      const { checked, failed } = await checkout.reconcile({ limit: count, concurrency })
      if (checked !== count || failed > 0) throw new Error(`Of ${count} were checked ${checked}, ${failed} failed.`)
    }
    const bare = () =>
      forAll(concurrency, async (index) => {
        const pidx = pidxOf(status, index)
        await client.lookup(pidx)
        await pool.query(postpone, [pidx])
      })
    await rate(bare)
    await rate(reconcile)
    for (let round = 0; round < rounds; round += 1) {
      rates.add('reconcile', await rate(reconcile))
      rates.add('bare lookup and one UPDATE', await rate(bare))
    }
    rates.print(`${count} due payments that are ${status}, ${concurrency} at once`, 'reconcile')
  }
}

await Promise.all([client.close(), pool.end()])
server.kill()
await postgres.stop()
