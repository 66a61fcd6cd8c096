/** What a placeholder of a statement stands for. For Postgres every value is text or null. */
export type SqlValue = string | number | null

/** What a statement gave. */
export interface SqlResult {
  /** The rows that it gave, as objects or arrays; empty where it gave none. Only their first column is read. */
  rows: readonly unknown[]
  /** How many rows an insert, update or delete has written. Read for MySQL alone; Postgres and SQLite say it by rows. */
  affected?: number | undefined
}

/** One statement with the values of its placeholders, each of which occurs once and in order. */
export interface Statement {
  text: string
  values: SqlValue[]
}

/** Runs tasks one after the other. */
export type Queue = <Result>(task: () => Promise<Result>) => Promise<Result>

/** How a store reaches its database. */
export interface SqlDriver<Transaction> {
  /** Runs one statement: within `transaction` where one is given, else by itself. */
  query(text: string, values: SqlValue[], transaction?: Transaction): Promise<SqlResult>
  /** Runs several statements as one step that nothing comes between: all or none. */
  batch?: ((statements: Statement[]) => Promise<SqlResult[]>) | undefined
  /** Whether its transactions begin with the mark of {@link TransactionMarks}. */
  marks?: boolean | undefined
  /** In what the store waits with a write or a transaction, before it asks the clock. */
  queue?: Queue | undefined
  /** Whether what only reads waits in it as well. */
  queuesReads?: boolean | undefined
  /** Runs `run` in a transaction, and rolls it back where `run` rejects. */
  transaction?: (<Result>(run: (transaction: Transaction) => Promise<Result>) => Promise<Result>) | undefined
}

/** The driver, where each transaction is one: without it, what is asked in it would be stored by itself, and at once. */
export function givingDriver<Transaction>(driver: SqlDriver<Transaction>): SqlDriver<Transaction> {
  const transact = driver.transaction?.bind(driver)
  if (transact === undefined) return driver
  return {
    ...driver,
    transaction: (run) =>
      transact(async (transaction) => {
        if (transaction === undefined || transaction === null) throw new TypeError(notGiven)
        return run(transaction)
      }),
  }
}

const notGiven =
  '`transaction` of the store must give its function the transaction, which `query` gets again: transaction: (run) => db.transaction((tx) => run(tx)).'

/** The database as one call of the store sees it: within a transaction or not. */
export interface Session {
  /** The time by the store's own clock, in milliseconds. Null: the database's clock is used. */
  now: number | null
  /** Whether it is in a transaction that somebody else ends. */
  isGiven: boolean
  /** Whether several statements can be one step. */
  isAtomic: boolean
  ask(text: string, values?: SqlValue[]): Promise<SqlResult>
  /** Runs `run` in the transaction that was given, else in one of its own. */
  atomically<Result>(run: (session: Session) => Promise<Result>): Promise<Result>
  /** Runs the statements as one step. */
  batch(statements: Statement[]): Promise<SqlResult[]>
}

export function sessionOf<Transaction>(
  driver: SqlDriver<Transaction>,
  now: number | null,
  transaction?: Transaction,
): Session {
  const isGiven = transaction !== undefined
  const session: Session = {
    now,
    isGiven,
    isAtomic: isGiven || driver.batch !== undefined || driver.transaction !== undefined,
    async ask(text, values = []) {
      const result = await driver.query(text, values, transaction)
      if (Array.isArray(result?.rows)) return result
      throw new TypeError('A `query` of the store must give `{ rows, affected }`, where `rows` is an array.')
    },
    async atomically(run) {
      if (isGiven || driver.transaction === undefined) return run(session)
      return driver.transaction((own) => run(sessionOf(driver, now, own)))
    },
    async batch(statements) {
      if (!isGiven && driver.batch) return driver.batch(statements)
      return session.atomically(async ({ ask }) => {
        const results: SqlResult[] = []
        for (const { text, values } of statements) results.push(await ask(text, values))
        return results
      })
    },
  }
  return session
}

/** How long a rollback may take. It waits behind what is asked already, which may never be answered. */
const rollbackMs = 1_000

/** Waits for a rollback, but not for ever, and not for its success: the connection is thrown away all the same. */
export async function rolledBack(rollback: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeIsUp = new Promise((resolve) => {
    timer = setTimeout(resolve, rollbackMs)
  })
  await Promise.race([rollback.catch(() => undefined), timeIsUp])
  clearTimeout(timer)
}
