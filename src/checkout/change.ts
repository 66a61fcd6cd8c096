import { KhaltiConfigError } from '../core/errors.ts'
import { type Instant, newRecord, type OrderRecord, type Ruling, type Untold } from '../rules/record.ts'
import type { PaymentStore, StoredOrder } from './payment-store.ts'
import type { Shop } from './shop.ts'
import { type ReadOrder, readNow, readOrder, storedOf } from './stored-order.ts'

/** A rule with what it decides by: the record as it is, and the store's time. */
export type Rule<Answer> = (record: OrderRecord, now: Instant) => Ruling<Answer>

/** A change that is stored, or that was none. */
export interface Changed<Answer> {
  answer: Answer
  /** The order as it is now. */
  order: ReadOrder
  /** What this change has to tell: it is ours to tell, now. */
  untold: Untold[]
}

/** A decision on a read that is older than this is made anew. */
const staleMs = 5_000

/** How often a change is begun anew because another came first. Each time one of them got on. */
const maxTries = 100

/** The order of this id or key. */
export async function find(
  shop: Shop,
  by: { orderId: string } | { key: string },
): Promise<{ order: ReadOrder | undefined; now: Date }> {
  const { order, now } = await shop.payments.read(by)
  return { order: order && readOrder(order, now), now: readNow(now) }
}

/**
 * Reads, decides by a rule, and writes if nobody came first, else again from the read: nothing is ever decided from a stale
 * copy. An order that has just been read saves the first read.
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
    if (tries > 2) await pause(Math.random() * Math.min(200, 5 * tries))
    order = await readOrNew(shop, orderId)
  }
}

/** One change in a transaction of the store: what it reads is as it is now, and stays so until the end. */
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
  // Where nobody listens here there is nothing to tell; what waited before may be another process's.
  const isKept = (entry: Untold) => order.record.untold.includes(entry) || shop.options.on?.[entry.what]
  record.untold = record.untold.filter(isKept)
  const stored = storedOf(record, order.version, order.now)
  if (!(await write(shop.payments, stored, transaction))) return undefined
  const untold = record.untold.filter((entry) => !order.record.untold.includes(entry))
  const next = { ...order, record, version: order.version + 1, changedAt: stored.changedAt }
  return { answer, order: next, untold }
}

async function readOrNew(shop: Shop, orderId: string): Promise<ReadOrder> {
  const { order, now } = await find(shop, { orderId })
  if (order) return order
  const record = newRecord(orderId, shop.client.environment)
  return { record, version: 0, now, readAt: performance.now(), changedAt: now }
}

/** Where another order has the same transaction id or reference, it is left out of the keys: a paid order must never be unrecordable. */
async function write(payments: PaymentStore, stored: StoredOrder, transaction: unknown): Promise<boolean> {
  try {
    return await payments.write(stored, transaction)
  } catch (error) {
    if (transaction !== undefined || !(await leaveOutForeignIds(payments, stored))) throw error
    return payments.write(stored)
  }
}

async function leaveOutForeignIds(payments: PaymentStore, stored: StoredOrder): Promise<boolean> {
  const { links } = stored.record as unknown as OrderRecord
  let isLess = false
  for (const link of links) {
    if (link.transactionId === undefined || link.sharesId) continue
    const { order } = await payments.read({ key: link.transactionId })
    if (order === undefined || order.orderId === stored.orderId) continue
    link.sharesId = true
    stored.keys = stored.keys.filter((key) => key !== link.transactionId)
    isLess = true
  }
  return isLess
}

/** Refuses an order of another environment: a test payment must not pay for real goods. */
export function requireSameEnvironment(shop: Shop, { orderId, environment }: OrderRecord): void {
  if (environment === shop.client.environment) return
  throw new KhaltiConfigError(
    `Order ${orderId} was made in the ${environment} environment, and this client talks to ${shop.client.environment}. A test payment must not pay for real goods; keep a store (or a table prefix) for each environment.`,
  )
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
