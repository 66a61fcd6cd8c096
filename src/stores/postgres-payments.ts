import type { Claim, NewPayment, Payment, PaymentChange, PaymentStore, Reservation } from '../checkout/payment-store.ts'
import {
  type ClientOf,
  type EmbeddedPostgres,
  type PostgresPool,
  type PostgresQueryable,
  type QueryOnlyPostgres,
  type RunTransaction,
  transactionOf,
} from './postgres-driver.ts'
import { isDuplicate, maxAttempts, rowsOf, withRetries } from './postgres-query.ts'
import { changeValues, type PaymentRow, toPayment } from './postgres-rows.ts'
import { migration, type PostgresSchemaOptions, tableNames } from './postgres-schema.ts'
import { type Statements, statements } from './postgres-statements.ts'

/** How {@link postgresPayments} keeps its payments. */
export interface PostgresPaymentsOptions extends PostgresSchemaOptions {
  /** A clock for tests; default: the database's, which all servers share. */
  now?: (() => Date) | undefined
}

/** A store of payments in Postgres. `transaction` is absent where the driver has none. */
export interface PostgresPayments<Transaction> extends PaymentStore<Transaction> {
  /**
   * Makes the tables and indexes where they are missing. Call it when the server starts: it may run any number of times,
   * and on several servers at once. Who runs their own migrations takes `postgresSchema()` and never calls it.
   */
  migrate(): Promise<void>
}

/**
 * Keeps payments in Postgres, for any number of processes: through `pg`'s Pool (of any size, also behind PgBouncer in
 * transaction mode), in PGlite, or through anything with their `query`, such as a driver that speaks HTTP.
 *
 * PGlite in a folder is for one process: two would ruin the folder. A driver without transactions leaves `fulfil` at
 * least once instead of exactly once.
 *
 * @throws TypeError where the prefix cannot begin a table's name.
 *
 * @example
 * ```ts
 * import { postgresPayments } from 'khalti-kit/postgres'
 * import { Pool } from 'pg'
 *
 * const payments = postgresPayments(new Pool({ connectionString: process.env.DATABASE_URL }))
 * await payments.migrate()
 * ```
 */
export function postgresPayments<Pool extends PostgresPool>(
  pool: Pool,
  options?: PostgresPaymentsOptions,
): PostgresPayments<ClientOf<Pool>>
export function postgresPayments<Transaction extends PostgresQueryable>(
  embedded: EmbeddedPostgres<Transaction>,
  options?: PostgresPaymentsOptions,
): PostgresPayments<Transaction>
export function postgresPayments(
  database: QueryOnlyPostgres,
  options?: PostgresPaymentsOptions,
): PostgresPayments<undefined>
export function postgresPayments(
  database: PostgresPool | EmbeddedPostgres | QueryOnlyPostgres,
  options: PostgresPaymentsOptions = {},
): PostgresPayments<PostgresQueryable | undefined> {
  const tables = statements(tableNames(options))
  const now = () => options.now?.().toISOString() ?? null
  const run: Run = (text, values) => withRetries(() => rowsOf(database, text, values))
  const context: Context = { run, tables, now }
  const transaction: RunTransaction<PostgresQueryable> | undefined = transactionOf(database)
  return {
    ...orderMethods(context),
    ...claimMethods(context),
    ...(transaction && { transaction }),
    async migrate() {
      await database.query(migration(options))
    },
  }
}

type Run = <Row>(text: string, values: unknown[]) => Promise<Row[]>

interface Context {
  run: Run
  tables: Statements
  now(): string | null
}

type Store = PaymentStore<PostgresQueryable | undefined>

function orderMethods({ run, tables, now }: Context) {
  return {
    async find(pidx) {
      const [row] = await run<PaymentRow>(tables.find, [pidx])
      return row && toPayment(row)
    },

    async findByOrder(orderId) {
      return (await run<PaymentRow>(tables.findByOrder, [orderId])).map(toPayment)
    },

    async reserve(orderId, fingerprint, leaseMs): Promise<Reservation> {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const rows = await run<OrderRow>(tables.readOrder, [orderId, now()])
        const found = findReason(rows, fingerprint)
        if (found) return found
        const token = crypto.randomUUID()
        const values = [orderId, token, leaseMs, rows[0]?.version ?? null, now()]
        if ((await run(tables.reserve, values)).length > 0) return { token }
      }
      return 'busy'
    },

    async create(payment, token) {
      const { pidx, orderId, orderName, amount, fingerprint, environment, paymentUrl, expiresInMs } = payment
      const values = [pidx, orderId, token, orderName, amount, fingerprint, environment, paymentUrl, expiresInMs, now()]
      const stored = await run(tables.create, values).catch((error) => refuseDuplicate(error, payment))
      if (stored.length === 0) throw lostReservation(orderId)
    },

    async unreserve(orderId, token) {
      await run(tables.unreserve, [orderId, token])
    },
  } satisfies Partial<Store>
}

function claimMethods({ run, tables, now }: Context) {
  return {
    async claim(pidx, leaseMs): Promise<Claim> {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const token = crypto.randomUUID()
        const [row] = await run<ClaimRow>(tables.claim, [pidx, token, leaseMs, now()])
        const outcome = claimOutcome(row, pidx, token)
        if (outcome) return outcome
      }
      return 'busy'
    },

    async complete(pidx, token, change, transaction) {
      const values = [pidx, token, ...changeValues(change), now()]
      const rows = transaction ? await rowsOf(transaction, tables.complete, values) : await run(tables.complete, values)
      return rows.length > 0
    },

    async release(pidx, token) {
      await run(tables.release, [pidx, token, now()])
    },

    async record(pidx, change) {
      const { dueInMs, ...rest } = change
      // What reconcile writes of every payment, so it is cheap: one row.
      if (isEmpty(rest) && dueInMs !== undefined) await run(tables.schedule, [pidx, now(), dueInMs])
      else await run(tables.record, [pidx, now(), ...changeValues(change)])
    },

    async due(limit, leaseMs) {
      return (await run<PaymentRow>(tables.due, [limit, leaseMs, now()])).map(toPayment)
    },
  } satisfies Partial<Store>
}

/** A payment beside what its order's row says; one row without a payment where the order has none. */
type OrderRow = { version: unknown; reserved: boolean; claimed: boolean; live: boolean } & (
  | PaymentRow
  | { [column in keyof PaymentRow]: null }
)

interface ClaimRow {
  fulfilled_pidx: string | null
  busy: boolean
  /** How often the payment has been claimed; null where this claim was not taken. */
  claims: number | null
}

/** Why the order must not be reserved, from its rows, newest payment first. */
function findReason(rows: OrderRow[], fingerprint: string): Reservation | undefined {
  const payments = rows.filter((row): row is OrderRow & PaymentRow => row.pidx !== null)
  const paid = payments.find(isPaid)
  if (paid) return { paid: toPayment(paid) }
  if (rows[0]?.reserved) return 'busy'
  const newest = payments.find((row) => row.fingerprint === fingerprint)
  return newest?.live ? { live: toPayment(newest) } : undefined
}

function isPaid({ state, fulfilled_at, claimed }: OrderRow & PaymentRow): boolean {
  return state !== 'refunded' && (state === 'paid' || fulfilled_at !== null || claimed)
}

/** What came of a claim; undefined where another process changed the order at the same moment. */
function claimOutcome(row: ClaimRow | undefined, pidx: string, token: string): Claim | undefined {
  if (row === undefined) return 'busy'
  if (row.fulfilled_pidx === pidx) return 'done'
  if (row.fulfilled_pidx !== null) return { duplicateOf: row.fulfilled_pidx }
  if (row.busy) return 'busy'
  if (row.claims === null) return undefined
  const taken = { token, attempt: row.claims }
  return taken
}

function isEmpty(change: PaymentChange): boolean {
  return Object.values(change).every((value) => value === undefined)
}

function refuseDuplicate(error: unknown, { pidx }: NewPayment | Payment): never {
  if (!isDuplicate(error)) throw error
  throw new Error(`Payment ${pidx} is stored already. Khalti gave the same pidx twice.`, { cause: error })
}

function lostReservation(orderId: string): Error {
  return new Error(
    `The reservation of order ${orderId} is lost: its lease ran out, or a payment of the order was made meanwhile. The new link was not stored; nobody must get it.`,
  )
}
