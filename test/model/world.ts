import { createHash } from 'node:crypto'
import type { createCheckout, PaymentLink, StoredOrder } from 'khalti-kit/checkout'
import type { Simulator } from 'khalti-kit/testing'
import { idAlphabet } from '../../src/wire/ids.ts'
import type { Database } from './gated-store.ts'
import { type Face, Gateway, type Truth } from './gateway.ts'
import { Inspector } from './inspector.ts'
import { type KnownOrder, Ledger } from './ledger.ts'
import { describeEnd, type Operation } from './operations.ts'
import { type Gate, type Mishap, Process, quiet, type Traffic } from './process.ts'
import { type Server, startServer } from './server.ts'
import { dawn, days, enterTime, Time } from './time.ts'

/** How a world is made. */
export interface WorldSettings {
  createCheckout: typeof createCheckout
  /** The database, on the world's clock. */
  openDatabase(now: () => Date, orders: StoredOrder[]): Database
  /** Whether the store has transactions. */
  transactions: boolean
  /** Whether the shop gives `orderOf`. */
  asksForOrder: boolean
  /** Whether `fulfil` throws `PaymentHold`. */
  isOutOfStock: boolean
  /** Milliseconds that every step takes. */
  stepMs: number
}

/** A link that a customer got. */
export interface HandedLink {
  pidx: string
  price: number
}

/** What has happened before a world begins. */
export interface Genesis {
  now: number
  orders: StoredOrder[]
  handed: HandedLink[]
  truths: Truth[]
  simulator: Simulator
}

/** Two servers or more over one database, Khalti, customers, the shop, and one clock. */
export class World {
  readonly settings: WorldSettings
  readonly nature: Process
  readonly time: Time
  readonly traffic: Traffic = { underWay: 0 }
  readonly ledger = new Ledger()
  readonly gateway: Gateway
  readonly database: Database
  readonly inspector: Inspector
  readonly handed: HandedLink[] = []
  /** Rupees that the cart costs. */
  price = 850
  /** Every price that it has had. */
  readonly prices = new Set<number>([850])
  servers: Server[] = []
  story: string[] = []
  /** What `onError` heard. */
  readonly errors: string[] = []
  #processes = 0

  constructor(settings: WorldSettings, genesis?: Genesis) {
    this.settings = settings
    this.nature = this.#process('nature')
    this.time = new Time(this.nature)
    enterTime(this.time)
    this.gateway = new Gateway(genesis)
    this.database = settings.openDatabase(() => new Date(this.time.now), genesis?.orders ?? [])
    if (genesis) this.#resume(genesis)
    this.inspector = new Inspector(this)
  }

  /** All that has happened so far, to begin other worlds with. Nothing may be under way. */
  get genesis(): Genesis {
    const orders = [...this.ledger.orders.values()] as unknown as StoredOrder[]
    const truths = [...this.gateway.truths.values()]
    return { now: this.time.now, orders, handed: this.handed, truths, simulator: this.gateway.simulator }
  }

  #resume({ now, orders, handed }: Genesis): void {
    this.time.pass(now - this.time.now)
    this.handed.push(...handed)
    for (const order of orders) this.ledger.orders.set(order.orderId, order as unknown as KnownOrder)
    // Whoever made the link had the number before.
    this.#processes += 1
  }

  /** Starts a server, whose clock may be wrong. */
  start(name: string, skewMs = 0): Server {
    const server = startServer(this, this.#process(name, skewMs))
    this.servers.push(server)
    return server
  }

  /** Asks a server to do something; its steps wait for the scheduler. */
  async begin(server: Server, operation: Operation): Promise<void> {
    const { process } = server
    this.say(`${process.name}: ${operation.words}`)
    this.time.runner = process
    process.running += 1
    const end = (result: unknown) => {
      if (!process.alive) return
      process.running -= 1
      this.say(`${process.name}: ${operation.words} → ${describeEnd(result)}`)
      process.memory.push({ words: 'ended', what: describeEnd(result) })
    }
    operation.run(server, this).then(end, end)
    await quiet(this.traffic)
  }

  /** The steps that can be taken. */
  get gates(): Gate[] {
    return this.servers.flatMap(({ process }) => process.gates.filter((gate) => gate.ready()))
  }

  /** Takes a step, or lets it go wrong. */
  async take(gate: Gate, mishap?: Mishap): Promise<void> {
    this.say(`${gate.process.name} ${gate.words}${mishap ? `, which ${mishap}` : ''}`)
    this.time.runner = gate.process
    this.time.pass(this.settings.stepMs)
    gate.open(mishap)
    await this.settle()
  }

  /** A process dies, and so does all that it was doing. */
  async kill({ process }: Server): Promise<void> {
    this.say(`${process.name} dies`)
    this.servers = this.servers.filter((server) => server.process !== process)
    process.die()
    await this.settle()
  }

  /** Time passes until the next timer fires. */
  async fireTimer(): Promise<void> {
    this.say(`${Math.round((this.time.nextInMs ?? 0) / 100) / 10} s pass`)
    this.time.fireNext()
    await this.settle()
  }

  /** Waits until nothing runs, and looks at what has become of it. */
  async settle(): Promise<void> {
    await quiet(this.traffic)
    this.time.runner = this.nature
  }

  /** What Khalti says of a payment from now on. */
  turn(pidx: string, face: Face): void {
    this.say(`Khalti: ${pidx} becomes ${face}`)
    this.gateway.turn(pidx, face)
    this.gateway.truth(pidx).isWatched = this.#isWatched(pidx)
  }

  /** A customer gets a link. */
  handOut(price: number, link: PaymentLink): string {
    this.inspector.beforeHandOut(link.pidx)
    if (!this.handed.some(({ pidx }) => pidx === link.pidx)) this.handed.push({ pidx: link.pidx, price })
    return `gets ${link.pidx}`
  }

  /** The customer changes what they buy. */
  changeCart(price: number): void {
    this.price = price
    this.prices.add(price)
  }

  hear(error: unknown): void {
    this.errors.push(String(error))
  }

  say(line: string): void {
    this.story.push(line)
  }

  /** All that the future depends on, as one word. Times count by their order and their seconds. */
  get key(): string {
    const parts = [
      [...this.ledger.orders.values()],
      this.gateway.state,
      this.handed,
      this.price,
      this.inspector.state,
      this.servers.map(({ process }) => [
        process.name,
        process.running,
        this.#isIdle(process) ? [] : process.knowledge,
        process.gates.map(({ words, hung }) => [words, hung]),
      ]),
      this.time.waiting.map(({ at, runner }) => [at - this.time.elapsed, runner.index]),
    ]
    return createHash('sha1')
      .update(rankTimes(rankLooks(JSON.stringify(parts).replaceAll(this.#mark, ''))))
      .digest('base64')
  }

  /** Whether a refund of this payment was asked for through the checkout. */
  seesOwnRefund(pidx: string): boolean {
    return this.ledger.find({ key: pidx })?.record.refunds.some((refund) => refund.pidx === pidx) ?? false
  }

  /** Whether reconcile will look at a payment again: an unpaid one is given up a day after its link has ended. */
  #isWatched(pidx: string): boolean {
    const order = this.ledger.find({ key: pidx })
    const link = order?.record.links.find((candidate) => candidate.pidx === pidx)
    if (link === undefined) return false
    return order?.dueAt !== undefined && !(link.state === 'unpaid' && this.time.now >= link.expiresAt + 1 * days)
  }

  /** Whether it will do nothing more, so that what it has learned does not count. */
  #isIdle(process: Process): boolean {
    return (
      process.running === 0 && process.gates.length === 0 && !this.time.waiting.some(({ runner }) => runner === process)
    )
  }

  /** How the ids end that were made at Khalti in this world, with some of the zeros before. */
  get #mark(): string {
    return Array.from([0, 0, 0, 0, 0, 0, ...this.time.mark], (byte) => idAlphabet.charAt(byte)).join('')
  }

  #process(name: string, skewMs = 0): Process {
    const index = this.#processes
    this.#processes += 1
    return new Process({ name, index, skewMs, traffic: this.traffic })
  }
}

const looks = /"heard\\*":\[(\d+),(\d+)\]/g

/** Looks are numbered through all worlds of a process: here each has its place among those of this one. */
function rankLooks(text: string): string {
  const numbers = [...text.matchAll(looks)].map(([, , number]) => Number(number))
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  return text.replace(looks, (_, at, number) => `"heard":[${at},${sorted.indexOf(Number(number))}]`)
}

const times = /\b1[789]\d{11}\b|\b20\d\d-\d\d-\d\dT[\d:.]+Z/g

/** Writes each time as its seconds since dawn and its place among the others. */
function rankTimes(text: string): string {
  const instantOf = (time: string) => (time.includes('-') ? Date.parse(time) : Number(time))
  const sorted = [...new Set((text.match(times) ?? []).map(instantOf))].sort((a, b) => a - b)
  const rank = new Map(sorted.map((value, index) => [value, `${Math.floor((value - dawn) / 1000)}s#${index}`]))
  return text.replace(times, (time) => rank.get(instantOf(time)) ?? time)
}
