import type { MongoDocument } from '../../src/stores/mongodb-driver.ts'
import { entriesOf, isSame, isUniqueOnKeys, problemOf } from './mongodb-stand-in-indexes.ts'
import { compare, matches, updated } from './mongodb-stand-in-queries.ts'

/**
 * A stand-in for a replica set, by the words of MongoDB's manual: snapshot isolation, a write conflict for who writes what
 * another transaction writes or has written since the snapshot, waiting for who writes outside of one, and `withTransaction`
 * that runs again. It is here because no server that knows transactions is to be had for the tests everywhere; where
 * `MONGODB_URL` names a replica set, the same facts run there.
 */
export class StandInDatabase {
  readonly client = { startSession: () => new StandInSession(this) }
  readonly collections = new Map<string, StandInCollection>()
  /** The manual's `hello`, of a replica set or of a single server. */
  hello: MongoDocument = { setName: 'rs0' }

  collection(name: string): StandInCollection {
    const collection = this.collections.get(name) ?? new StandInCollection()
    this.collections.set(name, collection)
    return collection
  }

  async command(command: MongoDocument): Promise<MongoDocument> {
    const [name = ''] = Object.keys(command)
    if (name !== 'hello') throw new StandInError(`no such command: '${name}'`, 59)
    return { localTime: new Date(), ...this.hello }
  }
}

/** An error as the driver throws it. */
export class StandInError extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly label?: string,
  ) {
    super(message)
  }
}

const conflict = () =>
  new StandInError('Write conflict. Please retry your operation.', 112, 'TransientTransactionError')

/** A `ClientSession`. */
export class StandInSession {
  readonly client: StandInDatabase['client']
  hasEnded = false
  transaction: Transaction | undefined
  readonly #database: StandInDatabase

  constructor(database: StandInDatabase) {
    this.#database = database
    this.client = database.client
  }

  inTransaction(): boolean {
    return this.transaction !== undefined
  }

  startTransaction(): void {
    if (this.transaction) throw new StandInError('Transaction already in progress', 0)
    this.transaction = new Transaction()
  }

  async commitTransaction(): Promise<void> {
    const transaction = this.#requireTransaction('commitTransaction')
    for (const collection of this.#database.collections.values()) collection.commit(transaction)
    this.#end(transaction)
  }

  async abortTransaction(): Promise<void> {
    this.#end(this.#requireTransaction('abortTransaction'))
  }

  /** As the driver's: it runs again after its own transient errors, and asks nothing of a transaction that `run` has ended. */
  async withTransaction(run: () => Promise<unknown>): Promise<unknown> {
    for (;;) {
      this.startTransaction()
      try {
        const result = await run()
        if (this.inTransaction()) await this.commitTransaction()
        return result
      } catch (error) {
        await this.#takeBack(error)
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** @throws What cannot be tried again. */
  async #takeBack(error: unknown): Promise<void> {
    const isOfDriver = error instanceof StandInError
    if (this.inTransaction() || !isOfDriver) await this.abortTransaction()
    if (!(isOfDriver && error.label === 'TransientTransactionError')) throw error
  }

  #requireTransaction(asked: string): Transaction {
    if (this.transaction) return this.transaction
    throw new StandInError(`Cannot call ${asked} twice`, 0)
  }

  #end(transaction: Transaction): void {
    this.transaction = undefined
    transaction.end()
  }

  async endSession(): Promise<void> {
    if (this.transaction) this.#end(this.transaction)
    this.hasEnded = true
  }
}

class Transaction {
  isAborted = false
  /** What each collection was at the first call. */
  readonly snapshots = new Map<StandInCollection, Map<string, MongoDocument>>()
  readonly writes = new Map<StandInCollection, Map<string, MongoDocument>>()
  end: () => void = () => {}
  readonly ended = new Promise<void>((resolve) => {
    this.end = resolve
  })
}

interface SessionOption {
  session?: StandInSession
  sort?: Record<string, number>
  limit?: number
  returnDocument?: 'before' | 'after'
  includeResultMetadata?: boolean
}

/** A `Collection`. Each call does its work in one step, unless it waits for a transaction. */
export class StandInCollection {
  indexes: MongoDocument[] = []
  #documents = new Map<string, MongoDocument>()
  /** Which open transaction has written a document, or an order with a key. */
  readonly #locks = new Map<string, Transaction>()

  async findOne(filter: MongoDocument, { session }: SessionOption = {}): Promise<MongoDocument | null> {
    return this.#select(filter, this.#enter(session))[0] ?? null
  }

  find(filter: MongoDocument, { sort, limit }: SessionOption) {
    return { toArray: async () => this.#select(filter, undefined, sort).slice(0, limit) }
  }

  async insertOne(document: MongoDocument, { session }: SessionOption): Promise<void> {
    const transaction = this.#enter(session)
    await this.#write(document, transaction)
  }

  async replaceOne(filter: MongoDocument, document: MongoDocument, { session }: SessionOption) {
    const written = await this.#change(filter, () => document, { session } as SessionOption)
    return { matchedCount: written ? 1 : 0 }
  }

  async findOneAndUpdate(filter: MongoDocument, update: MongoDocument, options: SessionOption) {
    if (!Object.keys(update)[0]?.startsWith('$')) throw new TypeError('Update document requires atomic operators')
    const changed = await this.#change(filter, updated(update), options)
    const given = options.returnDocument === 'after' ? changed?.after : changed?.before
    return options.includeResultMetadata ? { value: given ?? null, ok: 1 } : (given ?? null)
  }

  async createIndexes(indexes: MongoDocument[]): Promise<void> {
    const problem = problemOf(this.indexes, indexes)
    if (problem) throw new StandInError(...problem)
    this.indexes.push(...indexes.filter((index) => !this.indexes.some((made) => isSame(made, index))))
  }

  listIndexes() {
    return { toArray: async () => this.indexes }
  }

  commit(transaction: Transaction): void {
    if (transaction.isAborted) throw new StandInError('Transaction has been aborted.', 251, 'TransientTransactionError')
    for (const [id, document] of transaction.writes.get(this) ?? []) this.#documents.set(id, document)
  }

  async #change(
    filter: MongoDocument,
    change: (document: MongoDocument) => MongoDocument,
    { session, sort }: SessionOption,
  ): Promise<{ before: MongoDocument; after: MongoDocument } | null> {
    const transaction = this.#enter(session)
    for (;;) {
      const [before] = this.#select(filter, transaction, sort)
      if (!before) return null
      const holder = this.#locks.get(`id ${before._id}`)
      const after = { ...change(before), _id: before._id }
      // What changes nothing is no write, and locks nothing.
      if (isSame(before, after)) return { before, after }
      if (!transaction && holder) await holder.ended
      else return { before, after: await this.#write(after, transaction, before) }
    }
  }

  async #write(document: MongoDocument, transaction?: Transaction, before?: MongoDocument): Promise<MongoDocument> {
    const id = String(document._id)
    const names = [
      `id ${id}`,
      ...[document, before ?? {}].flatMap((written) => entriesOf(written).map((key) => `key ${key}`)),
    ]
    const held = () => names.map((name) => this.#locks.get(name)).find((holder) => holder && holder !== transaction)
    if (transaction && (held() || this.#isOutdated(id, transaction))) this.#abort(transaction, conflict())
    for (let holder = held(); holder; holder = held()) await holder.ended
    this.#refuseDuplicates(document, transaction, before)
    const target = transaction ? writesOf(transaction, this) : this.#documents
    target.set(id, structuredClone(document))
    for (const name of transaction ? names : []) this.#hold(name, transaction as Transaction)
    return structuredClone(document)
  }

  #hold(name: string, transaction: Transaction): void {
    this.#locks.set(name, transaction)
    transaction.ended.then(() => this.#locks.delete(name))
  }

  #isOutdated(id: string, transaction: Transaction): boolean {
    return transaction.snapshots.get(this)?.get(id) !== this.#documents.get(id)
  }

  #refuseDuplicates(document: MongoDocument, transaction?: Transaction, before?: MongoDocument): void {
    const others = [...this.#view(transaction, this.#documents)].filter(([id]) => id !== document._id)
    const keys = new Set(this.indexes.some(isUniqueOnKeys) ? others.flatMap(([, other]) => entriesOf(other)) : [])
    const isTaken = entriesOf(document).some((key) => keys.has(key))
    const isThere = !before && this.#view(transaction, this.#documents).has(String(document._id))
    if (isTaken || isThere) this.#abort(transaction, new StandInError('E11000 duplicate key error', 11_000))
  }

  #abort(transaction: Transaction | undefined, error: StandInError): never {
    if (transaction) transaction.isAborted = true
    throw error
  }

  #enter(session?: StandInSession): Transaction | undefined {
    if (session?.hasEnded) throw new StandInError('Cannot use a session that has ended', 0)
    const transaction = session?.transaction
    if (transaction?.isAborted) throw new StandInError('Transaction was aborted.', 251, 'TransientTransactionError')
    if (transaction && !transaction.snapshots.has(this)) transaction.snapshots.set(this, new Map(this.#documents))
    return transaction
  }

  #view(transaction: Transaction | undefined, base: Map<string, MongoDocument>): Map<string, MongoDocument> {
    return transaction ? new Map([...base, ...writesOf(transaction, this)]) : base
  }

  #select(filter: MongoDocument, transaction?: Transaction, sort: Record<string, number> = {}): MongoDocument[] {
    const base = transaction?.snapshots.get(this) ?? this.#documents
    const found = [...this.#view(transaction, base).values()].filter((document) => matches(document, filter))
    for (const [name, direction] of Object.entries(sort).reverse()) {
      found.sort((one, other) => direction * compare(one[name], other[name]))
    }
    return structuredClone(found)
  }
}

function writesOf(transaction: Transaction, collection: StandInCollection): Map<string, MongoDocument> {
  const writes = transaction.writes.get(collection) ?? new Map<string, MongoDocument>()
  transaction.writes.set(collection, writes)
  return writes
}
