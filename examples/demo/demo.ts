import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { formatRupees, KhaltiClient, type Verdict } from 'khalti-kit'
import { toNodeListener } from 'khalti-kit/node'
import { createSimulator } from 'khalti-kit/testing'
import { cancel, heading, pay, type Visit, visit } from './customer.ts'
import { printHead, printStory, printSummary, type Story } from './report.ts'
import { createShop } from './shop.ts'

const start = performance.now()

/** Listens on a free port of this machine. */
async function listen(listener: RequestListener) {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

// Khalti, simulated, and a shop beside it: two servers, as in life. The gateway learns its own address once it listens.
let simulator = createSimulator()
const gateway = await listen(toNodeListener((request) => simulator.fetch(request)))
simulator = createSimulator({ origin: gateway.url })

const repeated: string[] = []
const khalti = new KhaltiClient({
  secretKey: 'any key will do here',
  environment: 'sandbox',
  baseUrl: gateway.url,
  hooks: {
    onRetry: ({ operation, error }) =>
      repeated.push(`${operation} again after ${'status' in error ? `HTTP ${error.status}` : error.code}`),
  },
})
const shop = createShop(khalti, () => market.url)
const market = await listen(toNodeListener(shop.handler))

interface Scenario {
  title: string
  thing: string
  expected: Verdict['outcome']
  act: (paymentPage: Visit, pidx: string) => Promise<Visit>
}

const scenarios: Scenario[] = [
  { title: 'Paid', thing: 'topi', expected: 'paid', act: pay },
  { title: 'Canceled', thing: 'shawl', expected: 'unpaid', act: cancel },
  {
    title: 'Expired on the way',
    thing: 'tea',
    expected: 'unpaid',
    async act(paymentPage, pidx) {
      simulator.expire(pidx)
      return visit(paymentPage.url)
    },
  },
  {
    title: 'Forged return URL: Completed',
    thing: 'shawl',
    expected: 'pending',
    act: (_paymentPage, pidx) =>
      visit(`${market.url}/return?pidx=${pidx}&status=Completed&amount=450000&transaction_id=4H7AhoXDJWg5WjrcPT9ixW`),
  },
  {
    title: 'Paid, and a 502 comes first',
    thing: 'tea',
    expected: 'paid',
    act(paymentPage) {
      simulator.failNext({ kind: '502', on: 'lookup' })
      return pay(paymentPage)
    },
  },
]

async function play({ title, thing, expected, act }: Scenario): Promise<Story> {
  const paymentPage = await visit(`${market.url}/buy/${thing}`, {})
  const pidx = new URL(paymentPage.url).searchParams.get('pidx') ?? ''
  repeated.length = 0
  const end = await act(paymentPage, pidx)
  const retries = [...repeated]
  const verdict = await shop.settle(pidx)
  const { purchase_order_name, amount } = simulator.payments().find((payment) => payment.pidx === pidx) ?? {}
  return {
    title,
    asked: `${purchase_order_name}, ${formatRupees(amount ?? 0)}`,
    customer: `${end.url.startsWith(market.url) ? 'shop' : 'payment page'}: ${heading(end)}`,
    lookup: [verdict.lookup.status, ...retries].join(', '),
    verdict: verdict.outcome,
    expected,
    goods: shop.sales.get(pidx)?.handedOut === true,
  }
}

console.log(`Khalti, simulated, at ${gateway.url}; a shop at ${market.url}`)
printHead()
const stories: Story[] = []
for (const scenario of scenarios) {
  const story = await play(scenario)
  stories.push(story)
  printStory(story)
}
process.exitCode = printSummary(stories, performance.now() - start) ? 0 : 1

await khalti.close()
for (const { server } of [gateway, market]) {
  server.close()
  server.closeAllConnections()
}
