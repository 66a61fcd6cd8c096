import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, type JsonObject, memoryPayments } from 'khalti-kit/checkout'
import { type Link, newRecord, type OrderRecord } from '../../src/rules/record.ts'
import { measure } from './measure.ts'
import { serveLookups } from './serve-lookups.ts'

const { origin, server } = await serveLookups()
const client = new KhaltiClient({ secretKey: 'secret', environment: 'sandbox', baseUrl: origin })
const payments = memoryPayments()
const checkout = createCheckout({
  client,
  payments,
  siteUrl: 'https://shop.example',
  readOrder: () => Promise.reject(new Error('nobody initiates here')),
  fulfil: () => {},
  landing: () => '/',
})

/** Stores an order with one link, as it is after `initiate`. */
async function store(orderId: string, pidx: string): Promise<void> {
  const now = Date.now()
  const times = { createdAt: now, since: now, expiresAt: now + 1_800_000 }
  const words = { orderName: 'Tea', fingerprint: 'cart', paymentUrl: origin, method: 'khalti' }
  const link: Link = { pidx, amount: paisa(1000), state: 'pending', ...words, ...times }
  const record: OrderRecord = { ...newRecord(orderId, 'sandbox'), fingerprint: 'cart', links: [link] }
  const rest = { keys: [pidx], dueAt: new Date(now), attention: false, changedAt: new Date(now) }
  await payments.write({ orderId, version: 0, record: record as unknown as JsonObject, ...rest })
}

/** More orders than are in flight at once: two settles of one order at the same time wait for each other. */
const count = 64

for (const status of ['Initiated', 'Completed']) {
  const all = Array.from({ length: count }, (_, index) => `${status}-${index}`)
  for (const pidx of all) await store(pidx, pidx)
  let next = 0
  const pidx = () => all[next++ % count] as string
  for (const inFlight of [1, 32]) {
    const contenders = [
      { name: 'settle', run: () => checkout.settle(pidx()) },
      { name: 'bare lookup', run: () => client.lookup(pidx()) },
    ]
    const rates = await measure(contenders, { inFlight, rounds: Number(process.env.ROUNDS ?? 15), roundMs: 300 })
    rates.print(`Settling a payment that is ${status}, ${inFlight} in flight`, 'settle')
    console.log(`  settle costs ${rates.ratio('bare lookup', 'settle').toFixed(2)} times a bare lookup`)
  }
}

await client.close()
server.kill()
