import { attentionOf } from '../rules/attention.ts'
import { dueAt } from '../rules/due.ts'
import type { OrderRecord } from '../rules/record.ts'
import { plausibleId } from '../wire/ids.ts'
import type { JsonObject, StoredOrder } from './payment-store.ts'

/** An order as it was read. A change based on it is stored only if the stored version is still this one. */
export interface ReadOrder {
  record: OrderRecord
  version: number
  /** The store's time of the read. */
  now: Date
  /** When it was read, by the process's monotonic clock. */
  readAt: number
  changedAt: Date
}

/** Checks an order from a store, since drivers may change values. @throws Error that says what is wrong. */
export function readOrder(stored: StoredOrder, now: Date): ReadOrder {
  const { orderId, version, changedAt } = stored
  if (typeof orderId !== 'string') throw misread('orderId', orderId)
  if (!Number.isSafeInteger(version) || version < 1) throw misread('version', version)
  if (!isDate(changedAt)) throw misread('changedAt', changedAt)
  const record = stored.record as unknown
  if (!isRecord(record, orderId)) throw misread('record', record)
  return { record, version, now: readNow(now), readAt: performance.now(), changedAt }
}

/** The store's clock. @throws Error where it is none. */
export function readNow(now: unknown): Date {
  if (isDate(now)) return now
  throw misread('now', now)
}

/** The order as a store keeps it. */
export function storedOf(record: OrderRecord, version: number, now: Date): StoredOrder {
  const due = dueAt(record)
  return {
    orderId: record.orderId,
    version,
    record: record as unknown as JsonObject,
    keys: keysOf(record),
    ...(due !== undefined && { dueAt: new Date(due) }),
    attention: attentionOf(record).length > 0,
    changedAt: new Date(record.events.at(-1)?.at ?? now.getTime()),
  }
}

/**
 * The keys that find an order: the ids of its payments at Khalti, and references of other payments that look like one. The
 * id of a payment made another way contains its order's id.
 */
function keysOf({ links }: OrderRecord): string[] {
  const keys = links.flatMap(({ method, pidx, transactionId, sharesId }) => {
    const reference = transactionId && !sharesId && plausibleId.test(transactionId) ? [transactionId] : []
    return method === 'khalti' ? [pidx, ...reference] : reference
  })
  return [...new Set(keys)]
}

function isRecord(value: unknown, orderId: string): value is OrderRecord {
  if (typeof value !== 'object' || value === null) return false
  const { format, orderId: id, links, refunds, untold, events, attended } = value as Partial<OrderRecord>
  return format === 1 && id === orderId && [links, refunds, untold, events, attended].every(Array.isArray)
}

const isDate = (value: unknown): value is Date =>
  Object.prototype.toString.call(value) === '[object Date]' && !Number.isNaN((value as Date).getTime())

function misread(field: string, value: unknown): Error {
  const shown = value instanceof Date ? 'an invalid date' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value)
  return new Error(
    `The payment store gave ${shown} as ${field} of an order. Its driver renames columns or turns values into something else; give the store a connection without such transforms.`,
  )
}
