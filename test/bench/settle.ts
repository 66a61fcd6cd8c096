import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
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

for (const status of ['Initiated', 'Completed']) {
  const pidx = `${status}-PEZRWFJ5ygavzHWd5`
  const fingerprint = 'cart'
  const reservation = await payments.reserve(status, fingerprint, 60_000)
  if (typeof reservation === 'string' || !('token' in reservation)) throw new Error('The order is not free.')
  const payment = { pidx, orderId: status, orderName: 'Tea', amount: paisa(1000), fingerprint }
  const rest = { environment: 'sandbox', paymentUrl: origin, expiresInMs: 1_800_000 } as const
  await payments.create({ ...payment, ...rest }, reservation.token)
  for (const inFlight of [1, 32]) {
    const contenders = [
      { name: 'settle', run: () => checkout.settle(pidx) },
      { name: 'bare lookup', run: () => client.lookup(pidx) },
    ]
    const rates = await measure(contenders, { inFlight, rounds: Number(process.env.ROUNDS ?? 15), roundMs: 300 })
    rates.print(`Settling a payment that is ${status}, ${inFlight} in flight`, 'settle')
    console.log(`  settle costs ${rates.ratio('bare lookup', 'settle').toFixed(2)} times a bare lookup`)
  }
}

await client.close()
server.kill()
