import type { Payment, ReconcileResult } from 'khalti-kit/checkout'
import type { SimulatedPayment } from 'khalti-kit/testing'
import { type Customer, makeCustomers, type Town } from './customers.ts'
import { type DatabaseAddress, openDatabase, pass, prepare } from './database.ts'
import { serveGateway } from './gateway.ts'
import { Workers } from './workers.ts'

/** How hard it blows. */
export interface StormSettings {
  customers: number
  /** Customers at once. */
  atOnce: number
  workers: number
  killEveryMs: number
  database: DatabaseAddress
}

/** A row of the store's table. */
export interface StoredPayment {
  pidx: string
  order_id: string
  amount: string
  state: Payment['state']
  hold_reason: string | null
  duplicate_of: string | null
  fulfilled_at: Date | null
  due_at: Date | null
  claimed_until: Date | null
  claims: number
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
  /** Servers that ended without being killed. */
  ended: number
  figures: Record<string, number | string>
  reports: ReadonlyMap<string, number>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const cronSecret = 'a secret of 16 characters or more'

/** Every so often all leases run out at once, also those of claims under way: six minutes pass in no time. */
const jumpEveryMs = 1_000
const jumpMs = 6 * minute

const reconcileEveryMs = 300

/** The looks that are left after the storm: a lease, a day and a week, and two weeks, until nothing is watched. */
const afterwardsMs = [jumpMs, 6 * hour, day, 2 * day, 8 * day, 15 * day, 15 * day, ...Array<number>(5).fill(day)]

/** Runs customers against a shop whose servers are killed, and afterwards reconciles until nothing is left to do. */
export async function storm(settings: StormSettings): Promise<Aftermath> {
  let passedMs = 0
  const now = () => new Date(Date.now() + passedMs)
  const gateway = await serveGateway(now)
  const database = await openDatabase(settings.database, now)
  await prepare(database, settings.database)
  // PGlite's folder is for one process: while the worker runs, nobody else opens it.
  const isServer = 'url' in settings.database
  if (!isServer) await database.close()
  const { database: address } = settings
  const workers = await Workers.start(settings.workers, { gateway: gateway.url, database: address, cronSecret })
  const jump = async (ms: number) => {
    passedMs += ms
    workers.pass(passedMs)
    if (isServer) await pass(database, ms)
  }

  const town: Town = { workers, simulator: gateway.simulator, now, broken: 0 }
  const customers = makeCustomers(settings.customers)
  const started = performance.now()
  const stopBlowing = blow(workers, settings.killEveryMs, jump)
  await serveAll(customers, town, settings.atOnce)
  await stopBlowing()
  const stormSeconds = secondsSince(started)

  await workers.up()
  const calm = performance.now()
  const looks = await reconcileToTheEnd(workers, jump)
  await workers.stop()
  await gateway.close()
  const inspected = isServer ? database : await openDatabase(address, now)
  const stored = await inspected.query<StoredPayment>('select * from khalti_payments')
  const goods = await inspected.query<Aftermath['goods'][number]>('select * from goods')
  const told = await inspected.query<Aftermath['told'][number]>('select * from told')
  await inspected.close()
  return {
    ...{ customers, stored, goods, told },
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

/** Kills, jumps and cron jobs, until it is told to stop. */
function blow(workers: Workers, killEveryMs: number, jump: (ms: number) => Promise<void>): () => Promise<void> {
  const failures: unknown[] = []
  const every = (ms: number, act: () => unknown) =>
    setInterval(() => Promise.resolve(act()).catch((error: unknown) => failures.push(error)), ms)
  const timers = [
    every(killEveryMs, () => workers.killOne()),
    every(jumpEveryMs, async () => {
      await jump(jumpMs)
      // Whose claims have just run out are taken over at once, while the first one still works.
      await Promise.all(workers.all().map(cronJob))
    }),
    every(reconcileEveryMs, async () => cronJob(await workers.any())),
  ]
  return async () => {
    for (const timer of timers) clearInterval(timer)
    if (failures.length > 0) throw new AggregateError(failures, 'The storm itself failed.')
  }
}

/** The one that is asked may be killed meanwhile: then the next one does the rest. */
const cronJob = (origin: string) => reconcileAt(origin).catch(() => {})

async function serveAll(customers: Customer[], town: Town, atOnce: number): Promise<void> {
  const waiting = [...customers]
  const oneAfterTheOther = async () => {
    for (let customer = waiting.shift(); customer; customer = waiting.shift()) await customer.plan(customer, town)
  }
  await Promise.all(Array.from({ length: atOnce }, oneAfterTheOther))
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
