import type { Verdict } from '../../core/judge.ts'
import { formatRupees } from '../../core/money.ts'
import type { Simulator } from '../../simulator/simulator.ts'
import { cancel, heading, pay, type Visit, visit } from './customer.ts'
import { type DemoShop, goods } from './shop.ts'

/** One payment as it went. */
export interface Story {
  title: string
  /** What was to be bought, and for how much. */
  asked: string
  /** Where the customer ended, and what was written there. */
  customer: string
  /** What Khalti said last, and what the client had to ask again. */
  lookup: string
  verdict: string
  expected: string
  /** Whether the goods were handed out. */
  goods: boolean
}

/** The two sides of a payment, each behind an address of its own. */
export interface Stage {
  simulator: Simulator
  shop: DemoShop
  shopUrl: string
  /** Requests of the client that were sent again, told since it was last emptied. */
  repeated: string[]
}

interface Scenario {
  title: string
  thing: keyof typeof goods
  expected: Verdict['outcome']
  act(paymentPage: Visit, pidx: string, stage: Stage): Promise<Visit>
}

const scenarios: Scenario[] = [
  { title: 'Paid', thing: 'topi', expected: 'paid', act: pay },
  { title: 'Canceled', thing: 'shawl', expected: 'unpaid', act: cancel },
  {
    title: 'Expired on the way',
    thing: 'tea',
    expected: 'unpaid',
    async act(paymentPage, pidx, { simulator }) {
      simulator.expire(pidx)
      return visit(paymentPage.url)
    },
  },
  {
    title: 'Forged return URL: Completed',
    thing: 'shawl',
    expected: 'pending',
    act(_paymentPage, pidx, { shopUrl }) {
      const claim = { pidx, status: 'Completed', amount: '450000', transaction_id: '4H7AhoXDJWg5WjrcPT9ixW' }
      return visit(`${shopUrl}/api/khalti/return?${new URLSearchParams(claim)}`)
    },
  },
  {
    title: 'Paid, and two 502s come first',
    thing: 'tea',
    expected: 'paid',
    act(paymentPage, _pidx, { simulator }) {
      simulator.failNext({ kind: '502', on: 'lookup', times: 2 })
      return pay(paymentPage)
    },
  },
]

/** Plays each payment through, over HTTP, and gives it as soon as it is over. */
export async function* play(stage: Stage): AsyncGenerator<Story> {
  for (const [index, scenario] of scenarios.entries())
    yield await playOne(scenario, `${scenario.thing}-${index}`, stage)
}

async function playOne({ title, thing, expected, act }: Scenario, orderId: string, stage: Stage): Promise<Story> {
  const { simulator, shop, shopUrl, repeated } = stage
  const paymentPage = await visit(`${shopUrl}/api/khalti/initiate`, { orderId })
  const pidx = new URL(paymentPage.url).searchParams.get('pidx') ?? ''
  repeated.length = 0
  const end = await act(paymentPage, pidx, stage)
  // As reconcile does later for customers who never come back.
  const { outcome } = await shop.settle(pidx)
  const payment = simulator.payments().find((one) => one.pidx === pidx)
  return {
    title,
    asked: `${goods[thing]?.name}, ${formatRupees(payment?.amount ?? 0)}`,
    customer: `${end.url.startsWith(shopUrl) ? 'shop' : 'payment page'}: ${heading(end)}`,
    lookup: [payment?.status ?? '', ...repeated].join(', '),
    verdict: outcome,
    expected,
    goods: shop.handedOut(orderId),
  }
}
