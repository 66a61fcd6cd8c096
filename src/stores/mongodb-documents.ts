import type { StoredOrder } from '../checkout/payment-store.ts'
import { isDate, type MongoDocument } from './mongodb-driver.ts'

/** An index, as `createIndexes` of the driver takes it. */
export interface MongoIndex {
  name: string
  key: Record<string, 1 | -1>
  unique?: true
  partialFilterExpression?: Record<string, unknown>
}

/**
 * The indexes of the collection `khalti_orders`, for those who make indexes without `migrate()`. Without the first
 * one nothing is written: it keeps a payment from belonging to two orders.
 */
export const mongoIndexes: readonly MongoIndex[] = [
  { name: 'keys', key: { keys: 1 }, unique: true },
  { name: 'due', key: { dueAt: 1 }, partialFilterExpression: { dueAt: { $exists: true } } },
  { name: 'changed', key: { changedAt: -1, _id: -1 } },
  { name: 'attention', key: { attention: 1, changedAt: -1, _id: -1 }, partialFilterExpression: { attention: true } },
]

/**
 * The order as it is stored. Its record is text: as a document, names that begin with `$`, dots, `__proto__` or `_bsontype`
 * would be read by the driver or the server in their own way.
 */
export function documentOf(order: StoredOrder): MongoDocument {
  const { orderId, version, record, keys, dueAt, attention, changedAt } = order
  return {
    _id: orderId,
    version: version + 1,
    // A unique index counts an order without keys as one with the key null. Two such orders would conflict, so each gets a
    // placeholder of its own.
    keys: keys.length > 0 ? keys : [{ none: orderId }],
    ...(dueAt && { dueAt }),
    attention,
    changedAt,
    record: JSON.stringify(record),
  }
}

/** The order of a document. @throws Error where it is none. */
export function orderOf(document: MongoDocument): StoredOrder {
  const { _id, version, keys, dueAt, attention, changedAt } = document
  const isOrder =
    typeof _id === 'string' &&
    typeof version === 'number' &&
    Array.isArray(keys) &&
    typeof attention === 'boolean' &&
    isDate(changedAt) &&
    (dueAt === undefined || isDate(dueAt))
  if (isOrder) return fieldsOf(document)
  throw new Error(
    `The document ${JSON.stringify(_id)} is not as khalti-kit stores an order. Is something else written to this collection, or does the driver give dates or numbers in another form?`,
  )
}

/** The order of a document that is due. What is none is given as it is: the checkout refuses that one, and checks the others. */
export function fieldsOf({ _id, keys, record, dueAt, version, attention, changedAt }: MongoDocument): StoredOrder {
  const fields = {
    orderId: _id,
    version,
    record: recordOf(record),
    keys: Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [],
    ...(dueAt !== undefined && { dueAt }),
    attention,
    changedAt,
  }
  return fields as StoredOrder
}

/** The record of its text. What is none is given as it is: the checkout refuses that order, and `due` gives the others. */
function recordOf(text: unknown): StoredOrder['record'] {
  try {
    return JSON.parse(String(text))
  } catch {
    return text as StoredOrder['record']
  }
}
