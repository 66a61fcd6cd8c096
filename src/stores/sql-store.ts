import type { PaymentStore, StoredOrder } from '../checkout/payment-store.ts'
import { withMany } from '../checkout/write-many.ts'
import { foreignKey } from './foreign-key.ts'
import { type Dialect, toWritten } from './sql-dialect.ts'
import { givingDriver, type Queue, type Session, type SqlDriver, sessionOf } from './sql-driver.ts'
import { refuseElsewhere, says, withRetries } from './sql-failures.ts'
import { TransactionMarks } from './sql-mark.ts'
import { refuseForeignTables, type SqlTablesOptions } from './sql-tables.ts'

/** How a store in a SQL database keeps its orders. */
export interface SqlStoreOptions extends SqlTablesOptions {
  /** A clock for tests; default: the database's, which all servers share. SQLite has none of its own: there, the process's. */
  now?: (() => Date) | undefined
}

/** A store in a SQL database. `transaction` is absent where the driver has none. */
export interface SqlPayments<Transaction> extends PaymentStore<Transaction> {
  /**
   * Makes the two tables and the view where they are missing. Call it when the server starts: it may run any number of
   * times, and on several servers at once. Who runs their own migrations takes the exported schema and never calls it.
   */
  migrate(): Promise<void>
}

/** A store that speaks `dialect` through the driver that is given. */
export function sqlStore<Transaction>(
  dialect: Dialect,
  given: SqlDriver<Transaction>,
  clock?: () => Date,
): SqlPayments<Transaction> {
  const driver = givingDriver(given)
  const { transaction: transact } = driver
  const { writeMany } = dialect
  const session = (transaction?: Transaction) => sessionOf(driver, clock?.().getTime() ?? null, transaction)
  const marks = new TransactionMarks()
  const inTurn: Queue = driver.queue ?? atOnce
  const inTurnToRead = driver.queuesReads ? inTurn : atOnce
  const step = stepsOf(dialect, session)
  // What a lost answer of `due` has handed out is due again when its lease runs out.
  const again: typeof step = (run, inTurn) => step(run, inTurn, true)
  // In a transaction that was given nothing is tried again: it is lost as a whole.
  const within = <Result>(transaction: Transaction, run: Task<Result>) =>
    run(session(transaction)).catch(refuseElsewhere)
  const write = async (order: StoredOrder, transaction?: Transaction) => {
    const written = toWritten(order)
    const run = (own: Session) => dialect.write(own, written)
    return (transaction === undefined ? step(run, inTurn) : within(transaction, run)).catch((error) => {
      throw says(error, 'duplicate') ? foreignKey(order, error) : error
    })
  }
  return {
    async read(by, transaction) {
      if (transaction !== undefined) await marks.require(session(transaction), transaction)
      const run = (own: Session) => dialect.read(own, by)
      const { orders, now } = await (transaction === undefined ? again(run, inTurnToRead) : within(transaction, run))
      return { ...(orders[0] && { order: orders[0] }), now }
    },

    write: writeMany ? withMany(write, (orders) => writeMany(session(), orders.map(toWritten))) : write,

    due: (limit, leaseMs) => again((own) => dialect.due(own, limit, leaseMs), inTurn),

    list: async (query) => (await again((own) => dialect.list(own, query), inTurnToRead)).orders,

    ...(transact && {
      transaction: (run) =>
        inTurn(async () =>
          transact(async (transaction) => {
            await marks.set(session(transaction), transaction, driver.marks)
            return run(transaction)
          }),
        ),
    }),

    async migrate() {
      try {
        for (const text of dialect.migration) await step(({ ask }) => ask(text), inTurn)
      } catch (error) {
        if (!says(error, 'denied') || !(await hasAll(dialect, session()))) throw error
      } finally {
        await inTurnToRead(() => refuseForeignTables(dialect.tables, session()))
      }
      const text = `select 1 from ${dialect.tables.orders} where 1 = 0`
      const look = async () => transact?.((transaction) => session(transaction).ask(text))
      await inTurn(look).catch(refuseElsewhere)
    },
  }
}

/** Whether somebody else has made the tables and the view: the role of a running shop need not make them. */
async function hasAll({ tables }: Dialect, { ask }: Session): Promise<boolean> {
  try {
    for (const table of Object.values(tables)) await ask(`select 1 from ${table} where 1 = 0`)
    return true
  } catch {
    return false
  }
}

type Task<Result> = (session: Session) => Promise<Result>

const atOnce: Queue = (task) => task()

/**
 * Runs a step when the dialect has checked the database, and again where it lost. Its session begins when its turn has come.
 * Steps that come first at once each check it: where one waited for another's answer, a lost one would keep all waiting.
 */
function stepsOf(dialect: Dialect, session: () => Session) {
  let isChecked = false
  return <Result>(run: Task<Result>, inTurn: Queue, mayBeTwice = false) =>
    withRetries(async () => {
      if (!isChecked) await dialect.check?.(session())
      isChecked = true
      return inTurn(() => run(session()))
    }, mayBeTwice)
}
