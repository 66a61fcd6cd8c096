import type { PaymentStore } from '../checkout/payment-store.ts'
import { type Dialect, toWritten } from './sql-dialect.ts'
import { givingDriver, type SqlDriver, sessionOf } from './sql-driver.ts'
import { foreignKey, refuseElsewhere, says, withRetries } from './sql-failures.ts'
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
  const session = (transaction?: Transaction) => sessionOf(driver, clock?.().getTime() ?? null, transaction)
  const marks = new TransactionMarks()
  let checked: Promise<void> | undefined
  const step = <Result>(run: () => Promise<Result>) =>
    withRetries(async () => {
      checked ??= dialect.check?.(session()).catch((error) => {
        checked = undefined
        throw error
      })
      await checked
      return run()
    })
  // In a transaction that was given nothing is tried again: it is lost as a whole.
  const once = <Result>(transaction: Transaction | undefined, run: () => Promise<Result>) =>
    transaction === undefined ? step(run) : run().catch(refuseElsewhere)
  return {
    async read(by, transaction) {
      if (transaction !== undefined) await marks.require(session(transaction), transaction)
      const { orders, now } = await once(transaction, () => dialect.read(session(transaction), by))
      return { ...(orders[0] && { order: orders[0] }), now }
    },

    async write(order, transaction) {
      const written = toWritten(order)
      return once(transaction, () => dialect.write(session(transaction), written)).catch((error) => {
        throw says(error, 'duplicate') ? foreignKey(order, error) : error
      })
    },

    due: (limit, leaseMs) => step(() => dialect.due(session(), limit, leaseMs)),

    list: async (query) => (await step(() => dialect.list(session(), query))).orders,

    ...(driver.transaction && {
      transaction: (run) =>
        driver.transaction?.(async (transaction) => {
          await marks.set(session(transaction), transaction, driver.marks)
          return run(transaction)
        }) as ReturnType<typeof run>,
    }),

    async migrate() {
      try {
        for (const text of dialect.migration) await step(() => session().ask(text))
      } finally {
        await refuseForeignTables(dialect.tables, session())
      }
      const text = `select 1 from ${dialect.tables.orders} where 1 = 0`
      await driver.transaction?.((transaction) => session(transaction).ask(text)).catch(refuseElsewhere)
    },
  }
}
