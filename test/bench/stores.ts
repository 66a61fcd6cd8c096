import { KhaltiClient } from 'khalti-kit'
import { createCheckout, type PaymentStore } from 'khalti-kit/checkout'
import { type BenchedStore, openStores } from './benched-stores.ts'
import { forAll, pidxOf, storeDue } from './due-orders.ts'
import { Rates } from './measure.ts'
import { serveLookups } from './serve-lookups.ts'

const count = Number(process.env.PAYMENTS ?? 1_000)
const rounds = Number(process.env.ROUNDS ?? 5)
const concurrency = 32

const { origin, server } = await serveLookups()
const client = new KhaltiClient({ secretKey: 'secret', environment: 'sandbox', baseUrl: origin })
const checkoutOf = (payments: PaymentStore) =>
  createCheckout({
    client,
    payments,
    siteUrl: 'https://shop.example',
    readOrder: () => Promise.reject(new Error('nobody initiates here')),
    fulfil: () => {},
    landing: () => '/',
  })

type Checkout = ReturnType<typeof checkoutOf>

async function settleAll(checkout: Checkout): Promise<void> {
  await forAll({ count, concurrency }, async (index) => {
    const { fulfilled } = await checkout.settle(pidxOf('Completed', index))
    if (!fulfilled) throw new Error(`Payment ${index} was not fulfilled.`)
  })
}

async function reconcileAll(checkout: Checkout): Promise<void> {
  const { checked, failed } = await checkout.reconcile({ concurrency, budgetMs: 600_000 })
  if (checked !== count || failed > 0) throw new Error(`Of ${count} were checked ${checked}, ${failed} failed.`)
}

const works: { name: string; status: string; run: (checkout: Checkout) => Promise<void> }[] = [
  { name: 'settle, newly paid', status: 'Completed', run: settleAll },
  { name: 'reconcile, open', status: 'Initiated', run: reconcileAll },
  { name: 'reconcile, newly expired', status: 'Expired', run: reconcileAll },
]

/** Payments a second, on tables that are made anew. */
async function rate(store: BenchedStore, status: string, run: () => Promise<void>): Promise<number> {
  await store.empty()
  await storeDue(store.payments, status, count)
  await store.fillBare(status, count)
  const start = performance.now()
  await run()
  return (count * 1000) / (performance.now() - start)
}

const columns = [...works.map(({ name }) => name), 'bare loop, a second']
console.log(
  `${count} payments, ${concurrency} at once, median of ${rounds} rounds, each as a share of its own bare loop`,
)
console.log(`| store | ${columns.join(' | ')} |\n| ${['', ...columns].map(() => '---').join(' | ')} |`)
for await (const store of openStores()) {
  const checkout = checkoutOf(store.payments)
  const rates = new Rates()
  for (const { name, status, run } of works) {
    const bare = () =>
      forAll({ count, concurrency }, async (index) => {
        const pidx = pidxOf(status, index)
        await client.lookup(pidx)
        await store.update(pidx)
      })
    // The first of each warms up.
    for (let round = -1; round < rounds; round += 1) {
      const [ours, theirs] = [await rate(store, status, () => run(checkout)), await rate(store, status, bare)]
      if (round < 0) continue
      rates.add(name, ours)
      rates.add(`bare: ${name}`, theirs)
    }
  }
  const shares = works.map(({ name }) => rates.ratio(name, `bare: ${name}`).toFixed(2))
  const bareRate = Math.round(rates.of('bare: reconcile, open'))
  console.log(`| ${[store.name, ...shares, bareRate].join(' | ')} |`)
}

await client.close()
server.kill()
