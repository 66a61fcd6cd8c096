import { codeOf, type MongoDatabase, type MongoSession } from './mongodb-driver.ts'

/** MongoDB ends a transaction after 60 s by default, and what is written after that is written without one. */
const capMs = 55_000

/** What a server answers of a transaction that it has taken back already. */
const noSuchTransaction = 251

const takenBack =
  'MongoDB has taken the transaction back twice before fulfil was over. It does so where something in it fails, as at a duplicate key. Do not catch such an error inside fulfil: nothing of the transaction is stored.'

/** In which transaction each session was when its `run` began. */
const begun = new WeakMap<MongoSession, unknown>()

/**
 * Runs `run` in a transaction. The driver runs it again where the transaction met another one.
 *
 * @throws What `run` threw last; Error after 55 s.
 */
export async function inTransaction<Result>(
  { client }: MongoDatabase,
  run: (session: MongoSession) => Promise<Result>,
): Promise<Result> {
  const session = client.startSession()
  const results: Result[] = []
  let failure: { error: unknown } | undefined
  let timesTakenBack = 0
  const options = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' }, readPreference: 'primary' }
  const once = async () => {
    begun.set(session, transactionOf(session))
    failure = undefined
    try {
      results.push(await capped(run(session)))
    } catch (error) {
      if (codeOf(error) === noSuchTransaction) timesTakenBack += 1
      // After an election the next run succeeds. Where `run` catches an error, each run would end so, for two minutes.
      failure = { error: timesTakenBack < 2 ? error : new Error(takenBack, { cause: error }) }
      throw failure.error
    }
  }
  try {
    await session.withTransaction(once, options)
  } catch (error) {
    // Where `fulfil` has ended the transaction and thrown, the driver cannot take it back, and throws that.
    throw explained(failure ? failure.error : error)
  } finally {
    // What is still running after the cap cannot write with an ended session.
    await session.endSession()
  }
  return results.at(-1) as Result
}

function capped<Result>(running: Promise<Result>): Promise<Result> {
  const { setTimeout, clearTimeout } = globalThis
  let timer: ReturnType<typeof setTimeout> | undefined
  const cap = new Promise<never>((_, reject) => {
    const late = `The transaction was rolled back after ${capMs / 1000} seconds: MongoDB ends each after 60. Is fulfil waiting for something slow? Do that before it or after it, or leave it to a queue.`
    timer = setTimeout(() => reject(new Error(late)), capMs)
  })
  return Promise.race([running, cap]).finally(() => clearTimeout(timer))
}

function explained(error: unknown): unknown {
  if (!(error instanceof Error && error.message.includes('from the same MongoClient'))) return error
  return new Error(
    'fulfil used context.transaction with another MongoClient than the one of mongoPayments. Give mongoPayments the connection that your models use: mongoPayments(mongoose.connection), or the db() of the same client.',
    { cause: error },
  )
}

/**
 * @throws Error where the session is of another client, or its transaction is over: what it writes would not be in this
 * transaction.
 */
export function mustBeOurs(session: MongoSession, { client }: MongoDatabase): void {
  const owner = 'client' in session ? session.client : client
  if (owner !== client) {
    throw new Error(
      'The transaction is a session of another MongoClient than the one of mongoPayments. Use the session that the store gives as context.transaction.',
    )
  }
  const isAsBegun = !begun.has(session) || (begun.get(session) === transactionOf(session) && isActive(session))
  if (!isAsBegun) throw new Error(endedEarly)
}

/** The driver makes a new one for each transaction of a session. */
const transactionOf = (session: object): unknown => ('transaction' in session ? session.transaction : undefined)

const isActive = (session: MongoSession): boolean => session.inTransaction?.() ?? true

const endedEarly =
  'The transaction of fulfil was over before fulfil was, so the order was not marked as fulfilled. Keep commitTransaction, abortTransaction and endSession out of fulfil: it is committed when fulfil returns, and taken back when fulfil throws. Await all that it begins.'

/** What is wrong with a server without transactions. */
export const noTransactions =
  'This MongoDB server has no transactions: it is no replica set. Start it as one (mongod --replSet rs0, then rs.initiate() once; one member is enough), or say mongoPayments(db, { transactions: false }) and make fulfil idempotent.'
