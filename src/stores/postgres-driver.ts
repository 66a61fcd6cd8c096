import { type Door, has, requireMethods } from '../core/given.ts'
import { endingDriver, silentSeconds } from './ending-transaction.ts'
import { rolledBack, type SqlDriver } from './sql-driver.ts'
import { setMark } from './sql-mark.ts'

/** Whatever runs one statement: a pool, a client, PGlite, or a few lines around another driver. */
export interface PostgresQueryable {
  /** Runs one statement with the values of `$1`, `$2`, … and gives its rows. */
  query(text: string, values?: unknown[]): Promise<PostgresResult>
}

/** What a statement gave. */
export interface PostgresResult {
  rows: unknown[]
  /** The server's word for what it did, such as `COMMIT`. */
  command?: string | undefined
}

/** One connection out of a pool, as `pg` hands it out. */
export interface PostgresClient extends PostgresQueryable {
  /** Gives it back; with an error or `true` it is thrown away. */
  release(broken?: Error | boolean): void
  on?(event: 'error', listener: (error: Error) => void): unknown
  removeListener?(event: 'error', listener: (error: Error) => void): unknown
}

/** `pg`'s Pool and its relatives (`@neondatabase/serverless`, `@vercel/postgres`). A lone `pg` Client is none. */
export interface PostgresPool extends PostgresQueryable {
  connect(): Promise<PostgresClient>
}

/** PGlite: Postgres inside the process. */
export interface EmbeddedPostgres<Transaction extends PostgresQueryable = PostgresQueryable> extends PostgresQueryable {
  transaction<Result>(run: (transaction: Transaction) => Promise<Result>): Promise<Result>
}

/** A driver without transactions, such as one that speaks HTTP. */
export interface QueryOnlyPostgres extends PostgresQueryable {
  connect?: undefined
  transaction?: undefined
}

/** Whatever {@link postgresPayments} takes. */
export type AnyPostgres = PostgresPool | EmbeddedPostgres | QueryOnlyPostgres

/** What `fulfil` gets: a pool's client, also where its `connect` takes a callback instead, as `pg`'s does. */
export type TransactionOf<Database> = Database extends {
  connect: { (): Promise<infer Client>; (callback: never): void }
}
  ? Client
  : Database extends { connect(): Promise<infer Client> }
    ? Client
    : Database extends EmbeddedPostgres<infer Transaction>
      ? Transaction
      : undefined

/** How the store reaches this database. */
export function postgresDriver(database: AnyPostgres): SqlDriver<PostgresQueryable> {
  // Knex has these two as well.
  if (typeof database === 'function' && has(database, 'transaction') && !has(database, 'raw')) {
    throw new TypeError(neonOverHttp)
  }
  requireMethods(database, ['query'], door)
  if (has(database, 'execute') && has(database, 'getConnection')) throw new TypeError(mysqlPool)
  if ('connectionParameters' in database) throw new TypeError(loneClient)
  const query: SqlDriver<PostgresQueryable>['query'] = (text, values, transaction) =>
    (transaction ?? database).query(text, values)
  if ('connect' in database && database.connect) {
    outliveIdle(database)
    return endingDriver({ query, marks: true, transaction: (run) => transact(database, run) })
  }
  if (!('transaction' in database && database.transaction)) return { query }
  // PGlite ends its transactions itself.
  return { query, transaction: (run) => database.transaction(run) }
}

const door: Door = {
  name: 'postgresPayments',
  takes:
    'the Pool of `pg`, postgresPayments(new pg.Pool({ connectionString })), PGlite, or an object with `query(text, values)`. ORMs, Knex and postgres.js go to sqlPayments of khalti-kit/sql.',
}

// Its `transaction` has another meaning than PGlite's. `fulfil` would run outside a transaction and then fail, at every
// attempt.
const neonOverHttp =
  'What `neon(url)` gives has no transaction for `fulfil`: its own takes a list of queries. Give its `query` alone, `{ query: async (text, values) => ({ rows: await sql.query(text, values) }) }`, or take the Pool of Neon, which has one.'

const mysqlPool = 'That is a pool of mysql2: give it to mysqlPayments of khalti-kit/mysql.'

const loneClient =
  'A Client of `pg` is one connection, and `fulfil` needs one of its own while it runs. Give the store a Pool: postgresPayments(new pg.Pool({ connectionString })).'

/** What `pg`'s Pool has of an EventEmitter. */
interface Listened {
  on(event: 'error', listener: () => void): unknown
  listenerCount(event: 'error'): number
}

/**
 * A connection that breaks while nobody uses it, as all do when the database starts anew, tells only the listeners of its pool.
 * Without one the process would end, and with it every `fulfil` that is under way. Whoever asks next hears of it anyway.
 */
function outliveIdle(pool: object): void {
  if (!has(pool, 'on') || !has(pool, 'listenerCount')) return
  const listened = pool as Listened
  // One is enough, however many stores share the pool.
  if (listened.listenerCount('error') === 0) listened.on('error', () => {})
}

const begin = `begin; set local idle_in_transaction_session_timeout = '${silentSeconds}s'; ${setMark}`

async function transact<Result>(pool: PostgresPool, run: (client: PostgresClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | boolean = false
  // A connection that breaks between two statements tells only its listeners; without one the process would end.
  const onError = (error: Error) => {
    broken = error
  }
  client.on?.('error', onError)
  try {
    await client.query(begin)
    const result = await run(client)
    const { command } = await client.query('commit')
    // The server's answer where a statement of the transaction failed, even where the failure was caught.
    if (command === 'ROLLBACK') {
      throw new Error(
        'Nothing was stored: a statement of the transaction had failed. Do not catch such an error inside it.',
      )
    }
    return result
  } catch (error) {
    // Whoever failed may still have this client, and ask it later: outside any transaction, or in somebody else's.
    broken = true
    await rolledBack(client.query('rollback'))
    throw error
  } finally {
    client.release(broken)
    client.removeListener?.('error', onError)
  }
}
