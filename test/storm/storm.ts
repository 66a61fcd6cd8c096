import { setTimeout as pause } from 'node:timers/promises'
import type { ReconcileResult } from 'khalti-kit/checkout'
import type { SimulatedPayment } from 'khalti-kit/testing'
import { type Customer, makeCustomers, type Town } from './customers.ts'
import { type DatabaseAddress, openDatabase, type StoredRecord } from './database.ts'
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
  /** Whether `fulfil` ran in a transaction; else what it did twice for one order counts once. */
  isExactlyOnce: boolean
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

/** Nothing moves on for so long: then nothing will. */
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
  await database.prepare()
  // PGlite's folder is for one process: while the worker runs, nobody else opens it.
  const isServer = !('folder' in address)
  if (!isServer) await database.close()
  const workers = await Workers.start(settings.workers, { gateway: gateway.url, database: address, cronSecret })
  const jump = async (ms: number) => {
    passedMs += ms
    workers.pass(passedMs)
    await database.pass(ms)
  }
  const weather = blow(workers, settings.killEvery, jump)
  const town: Town = { workers, simulator: gateway.simulator, now, broken: 0, onVisit: weather.onVisit }
  const customers = makeCustomers(settings.customers)
  const progress: Progress = { customers: settings.customers, served: 0, looks: 0 }
  const seconds: Record<string, number> = {}
  const timed = async (name: string, run: () => Promise<void>) => {
    const started = performance.now()
    await Promise.race([run(), untilStuck(progress)])
    seconds[name] = secondsSince(started)
  }
  try {
    await timed('seconds of storm', () => serveAll(customers, town, { atOnce: settings.atOnce, progress }))
    await weather.end()
    await timed('seconds afterwards', () => reconcileToTheEnd(workers, jump, progress))
  } catch (cause) {
    throw cannotGoOn(progress, town, cause)
  } finally {
    progress.isOver = true
    await weather.end().catch(() => {})
    await workers.stop()
    await gateway.close()
  }
  const inspected = isServer ? database : await openDatabase(address, now)
  const { stored, claims } = storedIn(await inspected.records())
  const goods = await inspected.rows<Aftermath['goods'][number]>('goods')
  const told = await inspected.rows<Aftermath['told'][number]>('told')
  const isExactlyOnce = inspected.payments.transaction !== undefined
  await inspected.close()
  return {
    ...{ customers, stored, claims, goods, told, isExactlyOnce },
    khalti: gateway.simulator.payments(),
    ended: workers.ended,
    reports: workers.reports,
    figures: {
      customers: customers.length,
      'servers killed': workers.kills,
      'requests cut off': town.broken,
      'gateway requests': gateway.requests,
      'gateway faults': [...gateway.faults].map(([kind, count]) => `${kind} ${count}`).join(', '),
      'looks after the storm': progress.looks,
      ...seconds,
    },
  }
}

function storedIn(orders: StoredRecord[]): { stored: StoredPayment[]; claims: number } {
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

/** How far the storm has come. */
interface Progress {
  customers: number
  /** Customers that did all that they wanted. */
  served: number
  /** Looks after the storm. */
  looks: number
  isOver?: boolean
}

async function serveAll(
  customers: Customer[],
  town: Town,
  { atOnce, progress }: { atOnce: number; progress: Progress },
): Promise<void> {
  const waiting = [...customers]
  const oneAfterTheOther = async () => {
    for (let customer = waiting.shift(); customer && !progress.isOver; customer = waiting.shift()) {
      await customer.plan(customer, town)
      progress.served += 1
    }
  }
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther))
}

/** Rejects where nothing moves on any more. */
async function untilStuck(progress: Progress): Promise<void> {
  const sum = () => progress.served + progress.looks
  for (let [before, since] = [sum(), performance.now()]; !progress.isOver; await pause(1_000)) {
    if (sum() !== before) [before, since] = [sum(), performance.now()]
    if (performance.now() - since > stuckMs) throw new Error(`Nothing has moved on for ${stuckMs / minute} minutes.`)
  }
}

/** How far the storm came and what it saw, where a customer gives up or nothing moves on any more. */
function cannotGoOn({ customers, served, looks }: Progress, { workers, broken }: Town, cause: unknown): Error {
  const reports = [...workers.reports].map(([text, times]) => `${times} x ${text}`).join('\n  ')
  return new Error(
    `The storm cannot go on: ${served} of ${customers} customers are served, ${workers.kills} servers were killed, ${workers.all().length} are up, ${workers.ended} ended by themselves, ${broken} requests were cut off, ${looks} payments were looked at afterwards. ${cause instanceof Error ? cause.message : cause}\n  ${reports}`,
    { cause },
  )
}

/** No storm needs more looks than these for each customer. */
const maxLooksEach = 100

/** Reconciles on all servers until nothing is due, lets time pass, and again, until no payment is watched any longer. */
async function reconcileToTheEnd(
  workers: Workers,
  jump: (ms: number) => Promise<void>,
  progress: Progress,
): Promise<void> {
  await workers.up()
  for (const ms of afterwardsMs) {
    await jump(ms)
    for (let checked = 1; checked > 0; progress.looks += checked) {
      if (progress.looks > maxLooksEach * progress.customers) throw new Error('Something is due for ever.')
      const results = await Promise.all(workers.all().map(reconcileAt))
      checked = results.reduce((sum, result) => sum + result.checked, 0)
    }
  }
}

async function reconcileAt(origin: string): Promise<ReconcileResult> {
  const headers = { authorization: `Bearer ${cronSecret}` }
  const response = await fetch(`${origin}/api/khalti/reconcile`, { method: 'POST', headers })
  if (response.status !== 200) throw new Error(`reconcile answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as ReconcileResult
}

const secondsSince = (start: number) => Math.round((performance.now() - start) / 100) / 10
