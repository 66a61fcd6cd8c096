import { type Door, has, requireMethods } from '../core/given.ts'

/** A document, as the driver takes and gives it. */
export type MongoDocument = Record<string, unknown>

/** What is used of the driver's `Collection`. */
export interface MongoCollection {
  findOne(filter: MongoDocument, options?: MongoDocument): Promise<MongoDocument | null>
  find(
    filter: MongoDocument,
    options: { sort: Record<string, 1 | -1>; limit: number },
  ): { toArray(): Promise<MongoDocument[]> }
  insertOne(document: MongoDocument, options: MongoDocument): Promise<unknown>
  replaceOne(filter: MongoDocument, document: MongoDocument, options: MongoDocument): Promise<{ matchedCount: number }>
  findOneAndUpdate(filter: MongoDocument, update: MongoDocument, options: MongoDocument): Promise<MongoDocument | null>
  createIndexes(indexes: readonly object[]): Promise<unknown>
  listIndexes(): { toArray(): Promise<MongoDocument[]> }
}

/** The driver's `ClientSession`: what `context.transaction` is. */
export interface MongoSession {
  withTransaction(run: () => Promise<void>, options?: object): Promise<unknown>
  endSession(): Promise<void>
  inTransaction?(): boolean
}

/** The driver's `Db`, of version 6 or 7: `client.db()`. */
export interface MongoDatabase<Session extends MongoSession = MongoSession> {
  readonly client: { startSession(): Session }
  collection(name: string, options: object): unknown
  command(command: object, options?: object): Promise<unknown>
}

/** A connection of Mongoose: `mongoose.connection`, or what `mongoose.createConnection()` gives. */
export interface MongooseConnection<Session extends MongoSession = MongoSession> {
  readonly db?: MongoDatabase<Session> | undefined
  getClient(): unknown
  asPromise(): Promise<unknown>
  startSession(): Promise<Session>
}

/**
 * What {@link mongoPayments} takes. A function is called before each use of the database, so it keeps its connection: the
 * `dbConnect()` or `clientPromise` of a shop whose server is started anew all the time.
 */
export type MongoSource<Session extends MongoSession = MongoSession> =
  | OpenedMongo<Session>
  | (() => OpenedMongo<Session> | Promise<OpenedMongo<Session>>)

/** What a store of MongoDB works with. */
export type OpenedMongo<Session extends MongoSession = MongoSession> =
  | MongoDatabase<Session>
  | MongooseConnection<Session>

/** The database that is connected now; a Mongoose connection that is being opened is waited for. */
export type OpenDatabase = () => Promise<MongoDatabase>

/** @throws TypeError where it is neither a database nor a connection. */
export function opener(source: MongoSource): OpenDatabase {
  if (typeof source === 'function') return async () => openerOf(await source())()
  return openerOf(source)
}

function openerOf(source: OpenedMongo): OpenDatabase {
  if (isConnection(source)) return () => databaseOf(source)
  requireMethods(source, ['collection', 'command'], door)
  requireClient(source)
  return async () => source
}

/** Databases of older drivers have none, and give documents in another form. */
function requireClient(database: MongoDatabase): void {
  if ('client' in database) return
  throw new TypeError(`mongoPayments was given a database without \`client\`. It takes ${door.takes}`)
}

const isConnection = (source: OpenedMongo): source is MongooseConnection => has(source, 'getClient')

const door: Door = {
  name: 'mongoPayments',
  takes:
    'a database or a connection: mongoPayments(client.db()), where client is a MongoClient of the driver 6 or 7, or mongoPayments(mongoose.connection) of Mongoose 8 or newer; or a function that gives one of them: mongoPayments(async () => (await dbConnect()).connection).',
}

async function databaseOf(connection: MongooseConnection): Promise<MongoDatabase> {
  // Asked for each time: after `disconnect` and `connect` a connection has another database.
  if (!connection.db) await connection.asPromise()
  if (connection.db) {
    requireClient(connection.db)
    return connection.db
  }
  throw new Error(
    'The Mongoose connection of mongoPayments is not open. Call mongoose.connect(uri) before it is used, or give mongoPayments a function that connects.',
  )
}

/**
 * The collection, whatever the connection string says: a write that a majority does not have can be lost, and a read from
 * elsewhere can be old. Numbers come as numbers.
 */
export function collectionOf(database: MongoDatabase, name: string): MongoCollection {
  const options = {
    readPreference: 'primary',
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority' },
    promoteLongs: true,
    promoteValues: true,
    useBigInt64: false,
    raw: false,
  }
  return database.collection(name, options) as MongoCollection
}

/** What a server says of itself. */
export interface ServerAnswer {
  now: Date
  hasTransactions: boolean
}

const commandNotFound = 59

/** Asks the server that writes: a command goes to the primary, whatever the connection string says. */
export async function askServer(database: MongoDatabase): Promise<ServerAnswer> {
  const answer = await database.command({ hello: 1 }).catch((error: unknown) => {
    // `hello` came with 4.4.2.
    if (codeOf(error) === commandNotFound) return database.command({ isMaster: 1 })
    throw error
  })
  const { localTime, setName, msg } = answer as MongoDocument
  if (!isDate(localTime)) {
    throw new Error(`MongoDB says no time: localTime of its answer to hello is ${JSON.stringify(localTime)}.`)
  }
  return { now: localTime, hasTransactions: setName !== undefined || msg === 'isdbgrid' }
}

/** The code of a driver's error. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}

/** Whether it is a moment, as the driver gives one. */
export function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}
