import type { PaymentStore, StoredOrder } from '../checkout/payment-store.ts'
import { readOptions } from '../core/given.ts'
import { foreignKey } from './foreign-key.ts'
import { documentOf, fieldsOf, mongoIndexes, orderOf } from './mongodb-documents.ts'
import {
  askServer,
  codeOf,
  collectionOf,
  type MongoCollection,
  type MongoDocument,
  type MongoSession,
  type MongoSource,
  type OpenDatabase,
  opener,
} from './mongodb-driver.ts'
import { inTransaction, mustBeOurs, noTransactions } from './mongodb-transaction.ts'

/** How {@link mongoPayments} keeps its orders. */
export interface MongoPaymentsOptions {
  /** What the name of the collection begins with; default `khalti_`, for `khalti_orders`. */
  prefix?: string | undefined
  /**
   * Whether `fulfil` runs in a transaction. Default: where the server can, which a replica set can and a single server
   * cannot. `true` refuses a server that cannot, so that nobody loses exactly-once without noticing; with `false` fulfilment
   * is at least once everywhere.
   */
  transactions?: boolean | undefined
  /** A clock for tests; default: the server's, which all processes share. */
  now?: (() => Date) | undefined
}

/** A store of payments in MongoDB. `transaction` is absent where the server has none. */
export interface MongoPayments<Transaction> extends PaymentStore<Transaction> {
  /**
   * Makes the indexes where they are missing. Call it when the server starts: it may run any number of times, and on several
   * servers at once. To make them in another way, use `mongoIndexes`.
   *
   * @throws Error where `transactions` is `true` and the server has none.
   */
  migrate(): Promise<void>
}

/**
 * Keeps payments in MongoDB, for any number of processes: through a database of the driver, 6 or 7, or through a Mongoose
 * connection. One document an order. `fulfil` runs in a transaction, and `context.transaction` is its `ClientSession`.
 *
 * @param database - `client.db()` of the `MongoClient` that the shop uses, or `mongoose.connection`; or a function that gives
 * one of them, such as a `dbConnect()` that keeps its connection. It is called before each use.
 * @throws TypeError where it is given something else, a prefix that cannot begin a collection's name, or an unknown option.
 *
 * @example
 * ```ts
 * import { mongoPayments } from 'khalti-kit/mongodb'
 * import { MongoClient } from 'mongodb'
 *
 * const client = new MongoClient(process.env.MONGODB_URL ?? '')
 * const payments = mongoPayments(client.db('shop'))
 * await payments.migrate()
 * ```
 */
export function mongoPayments(
  database: MongoSource,
  options: MongoPaymentsOptions & { transactions: false },
): MongoPayments<undefined>
export function mongoPayments<Session extends MongoSession>(
  database: MongoSource<Session>,
  options?: MongoPaymentsOptions,
): MongoPayments<Session>
export function mongoPayments(
  database: MongoSource,
  options: MongoPaymentsOptions = {},
): MongoPayments<MongoSession | undefined> {
  const given = readOptions(options, 'mongoPayments', known)
  const server = new Server(opener(database), given)
  const store = { ...orderMethods(server), ...listMethods(server), migrate: () => server.migrate() }
  const transaction = <Result>(run: (session: MongoSession) => Promise<Result>) => server.transaction(run)
  if (given.transactions === false) return store
  // The server is asked at the first call. From then on a store on a single server has no transaction.
  const get = () => (server.hasTransactions === false && !given.transactions ? undefined : transaction)
  return Object.defineProperty(store, 'transaction', { get, enumerable: true })
}

const known: Record<keyof MongoPaymentsOptions, true> = { prefix: true, transactions: true, now: true }

const unauthorized = 13
/** There is such an index under another name, or another one under such a name. */
const indexConflicts: readonly unknown[] = [85, 86]
const duplicateKey = 11_000

const notAllowed = 'this user may not make it. Call migrate(), or make mongoIndexes, as a user who may.'
const inTheWay = 'another index is in the way of mongoIndexes. Drop that one, then call migrate().'

/** The database, what is known of its server, and its clock. */
class Server {
  hasTransactions: boolean | undefined
  readonly #open: OpenDatabase
  readonly #options: MongoPaymentsOptions
  readonly #name: string
  #isReady = false

  constructor(open: OpenDatabase, options: MongoPaymentsOptions) {
    const { prefix = 'khalti_' } = options
    if (!/^[A-Za-z_][\w-]{0,40}$/.test(prefix)) {
      throw new TypeError(
        `The prefix ${JSON.stringify(prefix)} cannot begin a collection's name. Use at most 41 letters, digits, underscores and hyphens, no digit first.`,
      )
    }
    this.#open = open
    this.#options = options
    this.#name = `${prefix}orders`
  }

  /** The collection, for this transaction or none. */
  async orders(session?: MongoSession): Promise<MongoCollection> {
    const database = await this.#open()
    if (session) mustBeOurs(session, database)
    return collectionOf(database, this.#name)
  }

  async now(): Promise<Date> {
    const { now } = this.#options
    if (now && this.hasTransactions !== undefined) return now()
    const answer = await askServer(await this.#open())
    this.hasTransactions = answer.hasTransactions
    return now?.() ?? answer.now
  }

  async migrate(): Promise<void> {
    await this.now()
    if (this.#options.transactions && !this.hasTransactions) throw new Error(noTransactions)
    await (await this.orders()).createIndexes(mongoIndexes)
  }

  /**
   * Nothing is written without the index that keeps a key to one order. Writes that come first at once each make it: where one
   * waited for another's answer, a lost one would keep all waiting.
   */
  async ready(): Promise<void> {
    if (!this.#isReady) await this.#makeReady()
    this.#isReady = true
  }

  async #makeReady(): Promise<void> {
    try {
      await this.migrate()
    } catch (error) {
      // A role may be allowed to write and not to make indexes. That is well where somebody else has made them.
      const isConflict = indexConflicts.includes(codeOf(error))
      if (codeOf(error) !== unauthorized && !isConflict) throw error
      const indexes = await (await this.orders()).listIndexes().toArray()
      if (indexes.some(({ key, unique }) => unique === true && JSON.stringify(key) === '{"keys":1}')) return
      const why = isConflict ? inTheWay : notAllowed
      throw new Error(`The collection ${this.#name} has no unique index on keys, and ${why}`, { cause: error })
    }
  }

  async transaction<Result>(run: (session: MongoSession) => Promise<Result>): Promise<Result> {
    const database = await this.#open()
    if (this.hasTransactions === undefined) await this.now()
    if (!this.hasTransactions) throw new Error(noTransactions)
    // In a transaction it could not make them.
    await this.ready()
    return inTransaction(database, run)
  }
}

type Store = PaymentStore<MongoSession | undefined>

function orderMethods(server: Server): Pick<Store, 'read' | 'write'> {
  return {
    async read(by, session) {
      const filter = 'key' in by ? { keys: by.key } : { _id: by.orderId }
      const orders = await server.orders(session)
      const [document, now] = await Promise.all([
        session ? lock(orders, filter, session) : orders.findOne(filter),
        server.now(),
      ])
      return { ...(document && { order: orderOf(document) }), now }
    },

    async write(order, session) {
      const orders = await server.orders(session)
      await server.ready()
      try {
        if (order.version === 0) return await insert(orders, order, session)
        const stored = { _id: order.orderId, version: order.version }
        const { matchedCount } = await orders.replaceOne(stored, documentOf(order), session ? { session } : {})
        return matchedCount === 1
      } catch (error) {
        if (codeOf(error) !== duplicateKey) throw error
        throw foreignKey(order, error)
      }
    },
  }
}

/**
 * Reads the order by an update. In a transaction MongoDB locks only what it writes. A plain read would come from a snapshot
 * and lock nothing.
 */
function lock(orders: MongoCollection, filter: MongoDocument, session: MongoSession): Promise<MongoDocument | null> {
  return orders.findOneAndUpdate(filter, { $inc: { locks: 1 } }, { session, ...giveNew })
}

const giveNew = { returnDocument: 'after', includeResultMetadata: false }

async function insert(orders: MongoCollection, order: StoredOrder, session?: MongoSession): Promise<boolean> {
  const isThere = () => orders.findOne({ _id: order.orderId }, { projection: { _id: 1 }, ...(session && { session }) })
  // A duplicate ends a transaction, so that nothing can be asked after it.
  if (session && (await isThere())) return false
  try {
    await orders.insertOne(documentOf(order), session ? { session } : {})
    return true
  } catch (error) {
    if (codeOf(error) === duplicateKey && !session && (await isThere())) return false
    throw error
  }
}

function listMethods(server: Server): Pick<Store, 'due' | 'list'> {
  return {
    async due(limit, leaseMs) {
      const [orders, now] = await Promise.all([server.orders(), server.now()])
      const lease = { $set: { dueAt: new Date(now.getTime() + leaseMs) } }
      const found: StoredOrder[] = []
      while (found.length < limit) {
        const next = await orders.findOneAndUpdate({ dueAt: { $lte: now } }, lease, { sort: { dueAt: 1 }, ...giveNew })
        if (!next) break
        found.push(fieldsOf(next))
      }
      return { orders: found, now }
    },

    async list({ attention, limit, before }) {
      const orders = await server.orders()
      const filter = { ...(attention && { attention: true }), ...(before && after(before)) }
      const documents = await orders.find(filter, { sort: { changedAt: -1, _id: -1 }, limit }).toArray()
      return documents.map(orderOf)
    },
  }
}

function after({ changedAt, orderId }: { changedAt: Date; orderId: string }): MongoDocument {
  return { $or: [{ changedAt: { $lt: changedAt } }, { changedAt, _id: { $lt: orderId } }] }
}
