import { KhaltiInputError } from '../core/errors.ts'
import { requireOptions } from '../core/require-options.ts'
import { show } from '../core/show.ts'
import { dueAt } from '../rules/due.ts'
import { type CallbackName, linkOf } from '../rules/record.ts'
import { looked, wake } from '../rules/wake.ts'
import { change, type Rule, requireSameEnvironment } from './change.ts'
import { storeInTime } from './in-time.ts'
import { settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'
import { type ReadOrder, readNow, readOrder } from './stored-order.ts'
import { tell } from './tell.ts'

/** How much reconcile does in one go. */
export interface ReconcileOptions {
  /** Orders at the most. Default: all that are due. */
  limit?: number | undefined
  /** Lookups at once. Default: 10; more than 1,000 are 1,000. */
  concurrency?: number | undefined
  /** Milliseconds after which it begins nothing new. Default: 25 000. */
  budgetMs?: number | undefined
  /** Begins nothing new once it aborts; what is under way ends, and is counted. */
  signal?: AbortSignal | undefined
}

/** What reconcile found: how many payments it looked at, and how they stand. */
export interface ReconcileResult {
  /** The sum of all below: payments that were looked up, and orders that came no further than their record. */
  checked: number
  paid: number
  unpaid: number
  pending: number
  hold: number
  refunded: number
  /** Lookups that failed, and orders whose record could not be read or written. They are looked at again later. */
  failed: number
}

/** An order that was handed out is not handed out again for as long, unless its next look is written. */
const dueLeaseMs = 60_000

/** Lookups at once, whoever asks for more. */
const mostAtOnce = 1_000

/** Orders that are handed out at once, for each lookup that may run: few, so that their turn comes within the lease. */
const batchFactor = 5

/** Settles the orders whose time has come: closed tabs, late completions, refunds, untold news. Call it every minute or so. */
export async function reconcile(shop: Shop, options: ReconcileOptions = {}): Promise<ReconcileResult> {
  requireOptions(options, 'reconcile was not run')
  const { limit = Number.POSITIVE_INFINITY, concurrency: wished = 10, budgetMs = 25_000, signal } = options
  requirePositive({ concurrency: wished, budgetMs, ...(limit !== Number.POSITIVE_INFINITY && { limit }) })
  const result: ReconcileResult = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }
  const concurrency = Math.min(wished, mostAtOnce)
  const deadline = performance.now() + budgetMs
  const isOver = () => signal?.aborted === true || performance.now() >= deadline
  const queue = new DueOrders(shop, { limit, concurrency, isOver, result })
  const worker = async () => {
    for (let order = await queue.next(); order; order = await queue.next()) await check(shop, order, result)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  await queue.giveBack()
  queue.throwFailure()
  return result
}

/** Checkouts that have heard that their store has orders of another environment: once is enough. */
const toldOfForeign = new WeakSet<Shop>()

/** The orders that are due, in their order. The next ones are asked for while the last ones are still being looked at. */
class DueOrders {
  readonly #shop: Shop
  readonly #concurrency: number
  readonly #isOver: () => boolean
  readonly #result: ReconcileResult
  #left: number
  #waiting: ReadOrder[] = []
  /** Orders of another environment: they are another checkout's to look at. */
  readonly #foreign: ReadOrder[] = []
  #asking: Promise<void> | undefined
  #failure: { error: unknown } | undefined

  constructor(
    shop: Shop,
    options: { limit: number; concurrency: number; isOver: () => boolean; result: ReconcileResult },
  ) {
    this.#shop = shop
    this.#result = options.result
    this.#left = options.limit
    this.#concurrency = options.concurrency
    this.#isOver = options.isOver
  }

  /** The next order; none once nothing is due, the limit is reached, or the time is over. */
  async next(): Promise<ReadOrder | undefined> {
    while (!this.#isOver()) {
      if (this.#waiting.length < this.#concurrency && this.#left > 0) this.#asking ??= this.#ask()
      const order = this.#waiting.shift()
      if (order || !this.#asking) return order
      await this.#asking
    }
    return undefined
  }

  /** What was under way when the store failed has ended by then, and is stored. */
  throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }

  /** Another checkout finds its orders due, as they were: this one keeps them no longer than it runs. */
  async giveBack(): Promise<void> {
    const [first] = this.#foreign.map(({ record }) => record)
    if (first && !toldOfForeign.has(this.#shop)) {
      toldOfForeign.add(this.#shop)
      const { orderId } = first
      await this.#shop.tryOrReport('reconcile', { orderId }, async () => requireSameEnvironment(this.#shop, first))
    }
    for (const order of this.#foreign) {
      // The others are due again when their lease runs out.
      if (this.#isOver()) return
      await asItWas(this.#shop, order)
    }
  }

  async #ask(): Promise<void> {
    // Where the store throws at once, this must not be over before its promise is kept in `#asking`.
    await undefined
    const size = Math.min(this.#left, this.#concurrency * batchFactor)
    try {
      const { payments } = this.#shop
      const { orders, now } = await storeInTime(() => payments.due(size, dueLeaseMs))
      const { environment } = this.#shop.client
      const read = orders.flatMap((order) => this.#tryToRead(order, readNow(now)))
      const foreign = read.filter(({ record }) => record.environment !== environment)
      this.#foreign.push(...foreign)
      this.#waiting.push(...read.filter((order) => !foreign.includes(order)))
      // What is another's takes nobody's place.
      this.#left = orders.length < size ? 0 : this.#left - orders.length + foreign.length
    } catch (error) {
      this.#failure = { error }
      this.#left = 0
    }
    this.#asking = undefined
  }

  /** An order that cannot be read is told and counted, and keeps none of the others waiting. */
  #tryToRead(...[order, now]: Parameters<typeof readOrder>): ReadOrder[] {
    try {
      return [readOrder(order, now)]
    } catch (error) {
      this.#shop.report(error, 'reconcile', { orderId: order.orderId })
      count(this.#result, 'failed')
      return []
    }
  }
}

function count(result: ReconcileResult, as: keyof ReconcileResult): void {
  result.checked += 1
  result[as] += 1
}

async function check(shop: Shop, due: ReadOrder, result: ReconcileResult): Promise<void> {
  const { orderId } = due.record
  const hears = (what: CallbackName) => shop.options.on?.[what] !== undefined
  const woken = await shop.tryOrReport('reconcile', { orderId }, () =>
    change(shop, due, (record, now) => wake(record, now, { hears })),
  )
  // Where that fails, it is due again when its lease runs out.
  if (woken === undefined) return count(result, 'failed')
  await tell(shop, woken, { route: 'reconcile' })
  let { order } = woken
  for (const pidx of woken.answer) order = await checkPayment(shop, { order, pidx }, result)
  // What waits for another process to tell it would be due again at once.
  const isStillDue = (dueAt(order.record) ?? Number.POSITIVE_INFINITY) <= order.now.getTime()
  if (order.version === due.version && !isStillDue) await asItWas(shop, due)
}

async function checkPayment(
  shop: Shop,
  { order, pidx }: { order: ReadOrder; pidx: string },
  result: ReconcileResult,
): Promise<ReadOrder> {
  const link = linkOf(order.record, pidx)
  if (link === undefined) return order
  const about = { pidx, orderId: order.record.orderId }
  const settled = await shop.tryOrReport('reconcile', about, () =>
    settlePayment(shop, { order, link }, { route: 'reconcile' }),
  )
  count(result, settled?.outcome ?? 'failed')
  const seen = settled?.order ?? order
  if (linkOf(seen.record, pidx)?.lookedAt !== link.lookedAt) return seen
  // Nothing was learned: the next look follows from this one all the same.
  const later = await shop.tryOrReport('reconcile', about, () =>
    change(shop, about.orderId, (record, now) => looked(record, now, { pidx })),
  )
  return later?.order ?? seen
}

const untouched: Rule<void> = (record) => ({ record: { ...record }, answer: undefined })

/** Writes the order as it is, so that its next look is the one that follows from its record. */
async function asItWas(shop: Shop, { record: { orderId } }: ReadOrder): Promise<void> {
  await shop.tryOrReport('reconcile', { orderId }, () => change(shop, orderId, untouched))
}

function requirePositive(numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value > 0) continue
    throw new KhaltiInputError('reconcile was not run', {
      [name]: [`${name} is ${show(value)}. It is a whole number above 0.`],
    })
  }
}
