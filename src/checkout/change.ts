import { KhaltiConfigError } from '../core/errors.ts'
import { sleep } from '../core/sleep.ts'
import { type Instant, newRecord, type OrderRecord, type Ruling, type Untold } from '../rules/record.ts'
import { shareId } from '../rules/share-id.ts'
import { storeInTime } from './in-time.ts'
import type { PaymentStore } from './payment-store.ts'
import type { Shop } from './shop.ts'
import { type ReadOrder, readNow, readOrder, storedOf } from './stored-order.ts'

/** Decides by the record as it is, and the store's time. */
export type Rule<Answer> = (record: OrderRecord, now: Instant) => Ruling<Answer>

/** What a stored change brought. Nothing is written where the record stays the same. */
export interface Changed<Answer> {
  answer: Answer
  /** The order as it is now. */
  order: ReadOrder
  /** News of this change, for this process to tell now. */
  untold: Untold[]
}

/** Decisions on a read older than this are repeated on a fresh read. */
const staleMs = 5_000

/** How often a change is repeated because another came first. */
const maxTries = 100

/** The order of this id or key. */
export async function find(
  shop: Shop,
  by: { orderId: string } | { key: string },
): Promise<{ order: ReadOrder | undefined; now: Date }> {
  const { order, now } = await storeInTime(() => shop.payments.read(by))
  return { order: order && readOrder(order, now), now: readNow(now) }
}

/**
 * Reads the order, applies the rule and writes the result. Starts over where another write came first, so nothing is
 * decided from a stale copy. An order that has just been read saves the first read.
 */
export async function change<Answer>(shop: Shop, of: string | ReadOrder, rule: Rule<Answer>): Promise<Changed<Answer>> {
  const orderId = typeof of === 'string' ? of : of.record.orderId
  const isFresh = typeof of !== 'string' && performance.now() - of.readAt < staleMs
  let order = isFresh ? of : await readOrNew(shop, orderId)
  for (let tries = 1; ; tries += 1) {
    const changed = await decide(shop, order, { rule })
    if (changed) return changed
    if (tries === maxTries) {
      throw new Error(`Order ${orderId} could not be changed: others came first ${maxTries} times. Is its store sound?`)
    }
    if (tries > 2) await sleep(Math.random() * Math.min(200, 5 * tries))
    order = await readOrNew(shop, orderId)
  }
}

/** Changes the order in a transaction of the store, which locks it until the end. */
export async function changeWithin<Answer>(
  shop: Shop,
  { orderId, transaction }: { orderId: string; transaction: unknown },
  rule: Rule<Answer>,
): Promise<Changed<Answer>> {
  const { order: stored, now } = await shop.payments.read({ orderId }, transaction)
  if (stored === undefined) throw new Error(`Order ${orderId} is not in the store any more.`)
  const changed = await decide(shop, readOrder(stored, now), { rule, transaction })
  if (changed) return changed
  throw new Error(`Order ${orderId} was changed by another while a transaction had it: its store does not lock it.`)
}

async function decide<Answer>(
  shop: Shop,
  order: ReadOrder,
  { rule, transaction }: { rule: Rule<Answer>; transaction?: unknown },
): Promise<Changed<Answer> | undefined> {
  const { record, answer } = rule(order.record, order.now.getTime())
  if (record === order.record) return { answer, order, untold: [] }
  // Without a callback here there is nothing to tell. Older news may be for another process.
  const canTell = ({ what }: Untold) => typeof shop.options.on?.[what] === 'function'
  const isKept = (entry: Untold) => order.record.untold.includes(entry) || canTell(entry)
  record.untold = record.untold.filter(isKept)
  const written = await write(shop, record, { order, transaction })
  if (written === undefined) return undefined
  const untold = written.record.untold.filter((entry) => !order.record.untold.includes(entry))
  return { answer, order: written, untold }
}

async function readOrNew(shop: Shop, orderId: string): Promise<ReadOrder> {
  const { order, now } = await find(shop, { orderId })
  if (order) return order
  const record = newRecord(orderId, shop.client.environment)
  return { record, version: 0, now, readAt: performance.now(), changedAt: now }
}

/**
 * Stores the record as the next version of the order, and gives it as it was stored: none where another came first. A
 * key that another order has already is left out, since a paid order must never be unrecordable. A write that takes too long is
 * an error as well. It may still be stored: the next change reads the order first.
 */
async function write(
  { payments, together }: Shop,
  record: OrderRecord,
  { order, transaction }: { order: ReadOrder; transaction: unknown },
): Promise<ReadOrder | undefined> {
  const put = async (next: OrderRecord) => {
    const stored = storedOf(next, order.version, order.now)
    // The shop's transaction has an end of its own.
    const isStored = await (transaction === undefined
      ? storeInTime(() => (together ?? payments).write(stored))
      : payments.write(stored, transaction))
    return isStored ? { ...order, record: next, version: order.version + 1, changedAt: stored.changedAt } : undefined
  }
  try {
    return await put(record)
  } catch (error) {
    if (transaction !== undefined) throw error
    const less = await withoutForeignIds(payments, record, order.now).catch(() => record)
    if (less === record) throw error
    return put(less)
  }
}

async function withoutForeignIds(payments: PaymentStore, record: OrderRecord, now: Date): Promise<OrderRecord> {
  let less = record
  for (const { pidx, transactionId: key, sharesId } of record.links) {
    if (key === undefined || sharesId) continue
    const { order } = await storeInTime(() => payments.read({ key }))
    if (order === undefined || order.orderId === record.orderId) continue
    less = shareId(less, now.getTime(), { pidx, owner: order.orderId }).record
  }
  return less
}

/** Refuses an order of another environment: a test payment must not pay for real goods. */
export function requireSameEnvironment(shop: Shop, { orderId, environment }: OrderRecord): void {
  if (environment === shop.client.environment) return
  throw new KhaltiConfigError(
    `Order ${orderId} was made in the ${environment} environment, and this client talks to ${shop.client.environment}. A test payment must not pay for real goods; keep a store (or a table prefix) for each environment.`,
  )
}
