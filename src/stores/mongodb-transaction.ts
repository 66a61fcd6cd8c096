import type { MongoDatabase, MongoSession } from './mongodb-driver.ts'

/** MongoDB ends a transaction after 60 s by default, and what is written after that is written without one. */
const capMs = 55_000

/**
 * Runs `run` in a transaction. The driver runs it again where the transaction met another one.
 *
 * @throws Error after 55 s.
 */
export async function inTransaction<Result>(
  { client }: MongoDatabase,
  run: (session: MongoSession) => Promise<Result>,
): Promise<Result> {
  const session = client.startSession()
  const results: Result[] = []
  const options = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' }, readPreference: 'primary' }
  try {
    await session.withTransaction(async () => void results.push(await capped(run(session))), options)
  } catch (error) {
    throw explained(error)
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

/** @throws Error where the session is of another client: what it writes would not be in this transaction. */
export function mustBeOurs(session: MongoSession, { client }: MongoDatabase): void {
  const owner = 'client' in session ? session.client : client
  if (owner === client) return
  throw new Error(
    'The transaction is a session of another MongoClient than the one of mongoPayments. Use the session that the store gives as context.transaction.',
  )
}

/** What is wrong with a server without transactions. */
export const noTransactions =
  'This MongoDB server has no transactions: it is no replica set. Start it as one (mongod --replSet rs0, then rs.initiate() once; one member is enough), or say mongoPayments(db, { transactions: false }) and make fulfil idempotent.'
