import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { createCheckout, type Settlement } from '../../src/checkout.ts'
import { isKhaltiError, KhaltiClient, rupees } from '../../src/index.ts'
import { serve } from '../../src/node/serve.ts'
import { createSimulator, type Fault, type Simulator } from '../../src/testing.ts'
import { forgetful } from './forgetful.ts'
import { atRest, type Rest } from './rest.ts'

/** How long, and how hard. */
export interface SoakSettings {
  payments: number
  inFlight: number
  /** Requests to the gateway that fail, of one. */
  errors: number
}

/** What came of it. */
export interface SoakReport {
  seconds: number
  /** Requests that reached the gateway, and those of them that failed. */
  requests: number
  struck: number
  paid: number
  /** Calls of `fulfil`. */
  fulfilled: number
  refunded: number
  /** Payments that did not end as they should have. */
  wrong: string[]
  /** Orders that the store still had when all had ended. */
  left: number
  /** At rest, after half of the payments and after all of them. */
  half: Rest
  end: Rest
  /** The most sockets and timers at once, in each half. */
  peaks: { sockets: number; timers: number }[]
  /** What Node warned of: listeners that add up, for one. */
  warnings: string[]
}

/** Payments that the simulator keeps: more than are made while one of them fails again and again. */
const kept = 1_000

const faults: readonly Fault[] = [
  '500',
  '502',
  { kind: '502', processed: true },
  { kind: '429', retryAfterSeconds: 0 },
  { kind: 'slow', delayMs: 100 },
  'reset-before',
  'reset-after',
  'truncated-json',
]

type Fate = 'pays' | 'pays, and wants it back' | 'cancels' | 'leaves'

/** How the payment of each of them must stand before any refund. */
const ends: Record<Fate, Settlement['outcome']> = {
  pays: 'paid',
  'pays, and wants it back': 'paid',
  cancels: 'unpaid',
  leaves: 'pending',
}

/** What each does at Khalti, and where that leads. */
const backOf: Record<Fate, (simulator: Simulator, pidx: string) => string | undefined> = {
  pays: (simulator, pidx) => simulator.pay(pidx),
  'pays, and wants it back': (simulator, pidx) => simulator.pay(pidx),
  cancels: (simulator, pidx) => simulator.cancel(pidx),
  leaves: () => undefined,
}

/** What the customer of each order does: of 50 there are 45 who pay, and one of them wants it back. */
const fateOf = (order: number): Fate => {
  const place = order % 50
  if (place === 0) return 'pays, and wants it back'
  return place < 4 ? 'cancels' : place < 6 ? 'leaves' : 'pays'
}

/** A shop and its gateway in one process, with real connections between them, for many payments. */
export async function soak({ payments, inFlight, errors }: SoakSettings): Promise<SoakReport> {
  const began = performance.now()
  const warnings: string[] = []
  process.on('warning', ({ message }) => warnings.push(message))
  const simulator = createSimulator({ keep: kept })
  const store = forgetful()
  const report = { requests: 0, struck: 0, paid: 0, fulfilled: 0, refunded: 0, wrong: [] as string[] }
  const gateway = await serve((request) => {
    report.requests += 1
    if (Math.random() < errors) {
      report.struck += 1
      simulator.failNext(faults[report.struck % faults.length] ?? '500')
    }
    return simulator.fetch(request)
  })
  const client = new KhaltiClient({ secretKey: 'soak', environment: 'sandbox', baseUrl: gateway.url })
  const checkout = createCheckout({
    client,
    payments: store,
    siteUrl: 'http://localhost:3000',
    readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(850) }),
    fulfil: () => {
      report.fulfilled += 1
    },
    landing: ({ outcome }) => `/thanks?outcome=${outcome}`,
    // What fails here is asked for.
    onError: () => {},
  })
  // Every request listens to it while it is under way.
  const whole = new AbortController()
  setMaxListeners(2 * inFlight, whole.signal)

  const customer = async (number: number) => {
    await visit(number)
    store.forget(`order-${number}`)
  }

  const visit = async (number: number) => {
    const order = { id: `order-${number}`, name: 'Dhaka topi', amount: rupees(850) }
    const fate = fateOf(number)
    const { pidx } = await persist(() => checkout.initiate(order, { signal: whole.signal }))
    const back = backOf[fate](simulator, pidx)
    if (back) await (await checkout.handler(new Request(back))).text()
    note(number, fate, await persist(() => checkout.settle(pidx)))
    if (fate !== 'pays, and wants it back') return
    await checkout.refund(pidx)
    // Where its answer was lost, a lookup tells; where it was refused or never carried out, nothing went back.
    if ((await persist(() => checkout.settle(pidx))).outcome === 'refunded') report.refunded += 1
  }

  const note = (number: number, fate: Fate, { outcome, fulfilled }: Settlement) => {
    if (outcome === 'paid') report.paid += 1
    if (outcome === ends[fate] && fulfilled === (outcome === 'paid')) return
    report.wrong.push(`order-${number}: ${fate}, and it is ${outcome}${fulfilled ? ', fulfilled' : ''}`)
  }

  const [half, firstPeak] = await stretch(customer, { from: 0, to: payments / 2, inFlight }, whole.signal)
  const [end, secondPeak] = await stretch(customer, { from: payments / 2, to: payments, inFlight }, whole.signal)
  await client.close()
  await gateway.close()
  const seconds = Math.round((performance.now() - began) / 1000)
  return { seconds, ...report, left: store.size, half, end, peaks: [firstPeak, secondPeak], warnings }
}

/** So many payments, so many at once; then what the process holds on to. */
async function stretch(
  customer: (order: number) => Promise<void>,
  { from, to, inFlight }: { from: number; to: number; inFlight: number },
  signal: AbortSignal,
): Promise<[Rest, { sockets: number; timers: number }]> {
  const peak = { sockets: 0, timers: 0 }
  let next = from
  const walk = async () => {
    while (next < to) {
      const order = next++
      await customer(order)
      if (order % 20 === 0) {
        const resources = process.getActiveResourcesInfo()
        const count = (name: string) => resources.filter((resource) => resource === name).length
        peak.sockets = Math.max(peak.sockets, count('TCPSocketWrap'))
        peak.timers = Math.max(peak.timers, count('Timeout'))
      }
    }
  }
  await Promise.all(Array.from({ length: inFlight }, walk))
  return [await atRest(signal), peak]
}

/** Tries again as a customer does who is told that Khalti has failed. */
async function persist<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!isKhaltiError(error) || tries === 20) throw error
      await pause(20 * tries)
    }
  }
}
