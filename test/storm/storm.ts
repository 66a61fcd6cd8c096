import { setTimeout as pause } from 'node:timers/promises'
import type { ReconcileResult } from 'khalti-kit/checkout'
import type { SimulatedPayment } from 'khalti-kit/testing'
import type { OrderRecord } from '../../src/rules/record.ts'
import { type Customer, makeCustomers, type Town } from './customers.ts'
import { type DatabaseAddress, openDatabase, pass, prepare } from './database.ts'
import { serveGateway } from './gateway.ts'
import { Workers } from './workers.ts'

/** How hard it blows. What happens is counted in requests of customers: so the storm is the same on a slow machine. */
export interface StormSettings {
  customers: number
  /** Customers at once. */
  atOnce: number
  workers: number
  /** Requests after which a server is killed. */
  killEvery: number
  database: DatabaseAddress
}

/** A payment as the store has it. */
export interface StoredPayment {
  pidx: string
  orderId: string
  amount: number
  state: string
  holdReason?: string
  duplicateOf?: string
  fulfilledAt?: number
  /** Whether its order is looked at again. */
  isWatched: boolean
  /** Whether its order has something that the shop was not told. */
  isUntold: boolean
}

/** What there is when the storm is over. */
export interface Aftermath {
  customers: Customer[]
  /** What Khalti knows. */
  khalti: SimulatedPayment[]
  /** What the store knows. */
  stored: StoredPayment[]
  /** What the shop handed out: a row a time. */
  goods: { order_id: string; pidx: string; amount: string }[]
  /** What the shop was told. */
  told: { event: string; pidx: string }[]
  /** How often `fulfil` was begun. */
  claims: number
  /** Servers that ended without being killed. */
  ended: number
  figures: Record<string, number | string>
  reports: ReadonlyMap<string, number>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const cronSecret = 'a secret of 16 characters or more'

/** Every so many requests all leases run out at once, also those of claims under way: six minutes pass in no time. */
const jumpEvery = 60
/** They also do where nobody has asked for so long: then all wait for a lease. */
const idleMs = 1_000
const jumpMs = 6 * minute

const reconcileEvery = 20

/** Nobody is served for so long: then nobody will be. */
const stuckMs = 3 * minute

/** The looks that are left after the storm: a lease, a day and a week, and two weeks, until nothing is watched. */
const afterwardsMs = [jumpMs, 6 * hour, day, 2 * day, 8 * day, 15 * day, 15 * day, ...Array<number>(5).fill(day)]

/** Runs customers against a shop whose servers are killed, and afterwards reconciles until nothing is left to do. */
export async function storm(settings: StormSettings): Promise<Aftermath> {
  let passedMs = 0
  const now = () => new Date(Date.now() + passedMs)
  const { database: address } = settings
  const gateway = await serveGateway(now)
  const database = await openDatabase(address, now)
  await prepare(database, address)
  // PGlite's folder is for one process: while the worker runs, nobody else opens it.
  const isServer = !('folder' in address)
  if (!isServer) await database.close()
  const workers = await Workers.start(settings.workers, { gateway: gateway.url, database: address, cronSecret })
  const jump = async (ms: number) => {
    passedMs += ms
    workers.pass(passedMs)
    await pass(database, address, ms)
  }

  const weather = blow(workers, settings.killEvery, jump)
  const town: Town = { workers, simulator: gateway.simulator, now, broken: 0, onVisit: weather.onVisit }
  const customers = makeCustomers(settings.customers)
  const started = performance.now()
  try {
    await serveAll(customers, town, settings.atOnce)
  } catch (error) {
    await workers.stop()
    throw error
  } finally {
    await weather.end()
  }
  const stormSeconds = secondsSince(started)

  await workers.up()
  const calm = performance.now()
  const looks = await reconcileToTheEnd(workers, jump)
  await workers.stop()
  await gateway.close()
  const inspected = isServer ? database : await openDatabase(address, now)
  const { stored, claims } = storedIn(await inspected.query('select order_id, record, due_at from khalti_orders'))
  const goods = await inspected.query<Aftermath['goods'][number]>('select * from goods')
  const told = await inspected.query<Aftermath['told'][number]>('select * from told')
  await inspected.close()
  return {
    ...{ customers, stored, claims, goods, told },
    khalti: gateway.simulator.payments(),
    ended: workers.ended,
    reports: workers.reports,
    figures: {
      customers: customers.length,
      'servers killed': workers.kills,
      'requests cut off': town.broken,
      'gateway requests': gateway.requests,
      'gateway faults': [...gateway.faults].map(([kind, count]) => `${kind} ${count}`).join(', '),
      'looks after the storm': looks,
      'seconds of storm': stormSeconds,
      'seconds afterwards': secondsSince(calm),
    },
  }
}

interface Stored {
  order_id: string | Uint8Array
  record: string | OrderRecord
  due_at: unknown
}

function storedIn(rows: Stored[]): { stored: StoredPayment[]; claims: number } {
  const orders = rows.map(({ record, due_at }) => {
    const read: OrderRecord = typeof record === 'string' ? JSON.parse(record) : record
    return { record: read, isWatched: due_at !== null }
  })
  const stored = orders.flatMap(({ record: { orderId, links, untold }, isWatched }) =>
    links.map((link) => ({ ...link, orderId, isWatched, isUntold: untold.length > 0 })),
  )
  const claims = orders.flatMap(({ record }) => record.events.filter(({ what }) => what === 'claimed')).length
  return { stored, claims }
}

/** Kills, jumps and cron jobs, until it is told to end. */
function blow(workers: Workers, killEvery: number, jump: (ms: number) => Promise<void>) {
  const failures: unknown[] = []
  const underWay = new Set<Promise<unknown>>()
  let visits = 0
  let visitedAt = performance.now()
  const begin = (act: () => Promise<unknown>) => {
    const running = act().catch((error: unknown) => failures.push(error))
    underWay.add(running)
    running.finally(() => underWay.delete(running))
  }
  const passTime = () =>
    begin(async () => {
      await jump(jumpMs)
      // Whose claims have just run out are taken over at once, while the first one still works.
      await Promise.all(workers.all().map(cronJob))
    })
  const idle = setInterval(() => {
    if (performance.now() - visitedAt > idleMs) passTime()
  }, idleMs)
  return {
    onVisit() {
      visits += 1
      visitedAt = performance.now()
      if (visits % killEvery === 0) workers.killOne()
      if (visits % reconcileEvery === 0) begin(async () => cronJob(await workers.any()))
      if (visits % jumpEvery === 0) passTime()
    },
    async end() {
      clearInterval(idle)
      await Promise.all(underWay)
      if (failures.length > 0) throw new AggregateError(failures, 'The storm itself failed.')
    },
  }
}

/** The one that is asked may be killed meanwhile: then the next one does the rest. */
const cronJob = (origin: string) => reconcileAt(origin).catch(() => {})

/** @throws Error that says how far it came and what it saw, where a customer gives up or nobody is served any more. */
async function serveAll(customers: Customer[], town: Town, atOnce: number): Promise<void> {
  const waiting = [...customers]
  let served = 0
  let isOver = false
  const oneAfterTheOther = async () => {
    for (let customer = waiting.shift(); customer && !isOver; customer = waiting.shift()) {
      await customer.plan(customer, town)
      served += 1
    }
  }
  const watch = async () => {
    for (let [before, since] = [served, performance.now()]; !isOver; await pause(1_000)) {
      if (served !== before) [before, since] = [served, performance.now()]
      if (performance.now() - since > stuckMs) throw new Error(`Nobody was served for ${stuckMs / minute} minutes.`)
    }
  }
  const all = Promise.all(Array.from({ length: atOnce }, oneAfterTheOther))
  try {
    await Promise.race([all, watch()])
  } catch (cause) {
    const { workers, broken } = town
    const reports = [...workers.reports].map(([text, times]) => `${times} x ${text}`).join('\n  ')
    throw new Error(
      `The storm cannot go on: ${served} of ${customers.length} customers are served, ${workers.kills} servers were killed, ${workers.all().length} are up, ${workers.ended} ended by themselves, ${broken} requests were cut off. ${cause instanceof Error ? cause.message : cause}\n  ${reports}`,
      { cause },
    )
  } finally {
    isOver = true
  }
}

/** Reconciles on all servers until nothing is due, lets time pass, and again, until no payment is watched any longer. */
async function reconcileToTheEnd(workers: Workers, jump: (ms: number) => Promise<void>): Promise<number> {
  let looks = 0
  for (const ms of afterwardsMs) {
    await jump(ms)
    for (let checked = 1; checked > 0; looks += checked) {
      const results = await Promise.all(workers.all().map(reconcileAt))
      checked = results.reduce((sum, result) => sum + result.checked, 0)
    }
  }
  return looks
}

async function reconcileAt(origin: string): Promise<ReconcileResult> {
  const headers = { authorization: `Bearer ${cronSecret}` }
  const response = await fetch(`${origin}/api/khalti/reconcile`, { method: 'POST', headers })
  if (response.status !== 200) throw new Error(`reconcile answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as ReconcileResult
}

const secondsSince = (start: number) => Math.round((performance.now() - start) / 100) / 10
