import type { SqlDriver, SqlResult, SqlValue } from './sql-driver.ts'

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

/** The client that a pool hands out, also where its `connect` takes a callback instead, as `pg`'s does. */
export type ClientOf<Pool> = Pool extends {
  connect: { (): Promise<infer Client>; (callback: never): void }
}
  ? Client
  : Pool extends { connect(): Promise<infer Client> }
    ? Client
    : never

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

/** How the store reaches this database. */
export function postgresDriver(database: AnyPostgres): SqlDriver<PostgresQueryable> {
  return {
    query: (text: string, values: SqlValue[], transaction): Promise<SqlResult> =>
      (transaction ?? database).query(text, values),
    transaction: transactionOf(database),
  }
}

function transactionOf(database: AnyPostgres): SqlDriver<PostgresQueryable>['transaction'] {
  if ('connect' in database && database.connect) return (run) => transact(database, run)
  if ('transaction' in database && database.transaction) return (run) => database.transaction(run)
  return undefined
}

/** Longer than any claim: `fulfil` may wait for others. A function that was frozen in it must not hold the order for ever. */
const begin = "begin; set local idle_in_transaction_session_timeout = '6min'"

/** How long a rollback may take. It waits behind what is asked already, which may never be answered. */
const rollbackMs = 1_000

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
    await commit(client)
    return result
  } catch (error) {
    // Whoever failed may still have this client, and ask it later: outside any transaction, or in somebody else's.
    broken = true
    await Promise.race([client.query('rollback').catch(onError), after(rollbackMs)])
    throw error
  } finally {
    client.release(broken)
    client.removeListener?.('error', onError)
  }
}

async function commit(client: PostgresClient): Promise<void> {
  const { command } = await client.query('commit')
  // The server's answer to the commit of a transaction in which a statement failed, even where the failure was caught.
  if (command === 'ROLLBACK') {
    throw new Error(
      'Nothing was stored: a statement of the transaction had failed. Do not catch such an error inside it.',
    )
  }
}

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
