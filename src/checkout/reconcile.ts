import { KhaltiInputError } from '../core/errors.ts'
import { requireOptions } from '../core/require-options.ts'
import { show } from '../core/show.ts'
import { dueAt } from '../rules/due.ts'
import { type CallbackName, linkOf } from '../rules/record.ts'
import { looked, wake } from '../rules/wake.ts'
import { Aside } from './aside.ts'
import { change, type Rule, requireSameEnvironment } from './change.ts'
import { storeInTime } from './in-time.ts'
import { settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'
import { type ReadOrder, readNow, readOrder } from './stored-order.ts'
import { tell } from './tell.ts'
import { Together } from './together.ts'

/** How much reconcile does in one go. */
export interface ReconcileOptions {
  /** The most orders to check. Default: all that are due. */
  limit?: number | undefined
  /** Lookups at once. Default: 10; more than 1,000 are 1,000. */
  concurrency?: number | undefined
  /** Milliseconds after which it begins nothing new. Default: 25 000. */
  budgetMs?: number | undefined
  /** Begins nothing new once it aborts; what is under way ends, and is counted. */
  signal?: AbortSignal | undefined
}

/** How many payments reconcile checked, and how they stand. */
export interface ReconcileResult {
  /** The sum of the counts below. */
  checked: number
  /** Payments that are paid. */
  paid: number
  /** Payments that were canceled, have expired or failed. */
  unpaid: number
  /** Payments that are not final yet. */
  pending: number
  /** Payments that a person must decide on. */
  hold: number
  /** Payments that were refunded, in part or whole. */
  refunded: number
  /** Lookups that failed, and orders whose record could not be read or written. They are tried again later. */
  failed: number
}

/** How long an order from `due` is not given out again, unless its next look is written before. */
const dueLeaseMs = 60_000

/** The most lookups at once. */
const mostAtOnce = 1_000

/** Orders to take from the store at once, per concurrent lookup: few, so that each is checked within its lease. */
const batchFactor = 5

/** Settles the orders that are due: closed tabs, late completions, refunds, callbacks to repeat. */
export async function reconcile(shop: Shop, options: ReconcileOptions = {}): Promise<ReconcileResult> {
  requireOptions(options, 'reconcile was not run', ['limit', 'concurrency', 'budgetMs', 'signal'])
  const { limit = Number.POSITIVE_INFINITY, concurrency: wished = 10, budgetMs = 25_000, signal } = options
  requirePositive({ concurrency: wished, budgetMs, ...(limit !== Number.POSITIVE_INFINITY && { limit }) })
  const result: ReconcileResult = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }
  const concurrency = Math.min(wished, mostAtOnce)
  const deadline = performance.now() + budgetMs
  const isOver = () => signal?.aborted === true || performance.now() >= deadline
  const run: Run = { limit, concurrency, isOver, result }
  const queue = new DueOrders(shop, run)
  const aside = new Aside({ most: concurrency, isOver })
  const together = Together.on(shop.payments, run)
  const shopInRun: Shop = Object.create(shop, { aside: { value: aside }, together: { value: together } })
  const worker = async () => {
    for (let order = await queue.next(); order; order = await queue.next()) await check(shopInRun, order, run)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  await aside.end()
  await queue.giveBack()
  queue.throwFailure()
  return result
}

/** One call of reconcile. */
interface Run {
  limit: number
  concurrency: number
  isOver: () => boolean
  result: ReconcileResult
}

/** The orders that are due, the longest due first. The next batch is read while the last one is still being checked. */
class DueOrders {
  readonly #shop: Shop
  readonly #run: Run
  #left: number
  #waiting: ReadOrder[] = []
  /** Orders of another environment, which belong to another checkout. */
  readonly #foreign: ReadOrder[] = []
  #asking: Promise<void> | undefined
  #failure: { error: unknown } | undefined

  constructor(shop: Shop, run: Run) {
    this.#shop = shop
    this.#run = run
    this.#left = run.limit
  }

  /** The next order; none once nothing is due, the limit is reached, or the time is over. */
  async next(): Promise<ReadOrder | undefined> {
    while (!this.#run.isOver()) {
      if (this.#waiting.length < this.#run.concurrency && this.#left > 0) this.#asking ??= this.#ask()
      const order = this.#waiting.shift()
      if (order || !this.#asking) return order
      await this.#asking
    }
    return undefined
  }

  /** Rethrows the store's failure, once the checks under way have ended. */
  throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }

  /**
   * Ends the leases on orders that this run has not begun, as after an abort, and on those of another environment, so that
   * the next run or their own checkout finds them due.
   */
  async giveBack(): Promise<void> {
    // Where the store has failed, they are due again when their leases run out.
    if (!this.#failure) await Promise.all(this.#waiting.splice(0).map((order) => asItWas(this.#shop, order)))
    const first = this.#foreign[0]?.record
    if (first && this.#shop.isFirstTime('another environment')) {
      const { orderId } = first
      await this.#shop.tryOrReport('reconcile', { orderId }, async () => requireSameEnvironment(this.#shop, first))
    }
    for (const order of this.#foreign) {
      // The rest are due again when their leases run out.
      if (this.#run.isOver()) return
      await asItWas(this.#shop, order)
    }
  }

  async #ask(): Promise<void> {
    // Where the store throws at once, this must not be over before its promise is kept in `#asking`.
    await undefined
    const size = Math.min(this.#left, this.#run.concurrency * batchFactor)
    try {
      const { payments } = this.#shop
      const { orders, now } = await storeInTime(() => payments.due(size, dueLeaseMs))
      const { environment } = this.#shop.client
      const read = orders.flatMap((order) => this.#tryToRead(order, readNow(now)))
      const foreign = read.filter(({ record }) => record.environment !== environment)
      this.#foreign.push(...foreign)
      this.#waiting.push(...read.filter((order) => !foreign.includes(order)))
      // Orders of another environment do not count towards the limit.
      this.#left = orders.length < size ? 0 : this.#left - orders.length + foreign.length
    } catch (error) {
      this.#failure = { error }
      this.#left = 0
    }
    this.#asking = undefined
  }

  /** Reports and counts an order that cannot be read, so that the others are still checked. */
  #tryToRead(...[order, now]: Parameters<typeof readOrder>): ReadOrder[] {
    try {
      return [readOrder(order, now)]
    } catch (error) {
      this.#shop.report(error, 'reconcile', { orderId: order.orderId })
      count(this.#run.result, 'failed')
      return []
    }
  }
}

function count(result: ReconcileResult, as: keyof ReconcileResult): void {
  result.checked += 1
  result[as] += 1
}

async function check(shop: Shop, due: ReadOrder, { result, isOver }: Run): Promise<void> {
  const { orderId } = due.record
  const hears = (what: CallbackName) => typeof shop.options.on?.[what] === 'function'
  const woken = await shop.tryOrReport('reconcile', { orderId }, () =>
    change(shop, due, (record, now) => wake(record, now, { hears })),
  )
  // Where this fails, the order is due again when its lease runs out.
  if (woken === undefined) return count(result, 'failed')
  await tell(shop, woken, { route: 'reconcile' })
  let { order } = woken
  // At least one is looked at, so that an order of many links comes to its end.
  for (const [index, pidx] of woken.answer.entries()) {
    if (index > 0 && isOver()) break
    order = await checkPayment(shop, { order, pidx }, result)
  }
  // An order that is still due keeps its lease. Written back, it would be due at once, again and again.
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
  // Nothing was learned, but the next look is still timed from this one.
  const later = await shop.tryOrReport('reconcile', about, () =>
    change(shop, about.orderId, (record, now) => looked(record, now, { pidx })),
  )
  return later?.order ?? seen
}

const untouched: Rule<void> = (record) => ({ record: { ...record }, answer: undefined })

/** Writes the order unchanged, so that its `dueAt` is the one of its record again. */
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
