import type { Claim, NewPayment, Payment, PaymentStore, Reservation } from '../checkout/payment-store.ts'
import {
  type ClientOf,
  type EmbeddedPostgres,
  type PostgresPool,
  type PostgresQueryable,
  type QueryOnlyPostgres,
  type RunTransaction,
  transactionOf,
} from './postgres-driver.ts'
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
  const context: Context = { database, tables, now }
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

interface Context {
  database: PostgresQueryable
  tables: Statements
  now(): string | null
}

type Store = PaymentStore<PostgresQueryable | undefined>

/** How often a decision is taken anew because another process changed the order meanwhile. Each time one of them got on. */
const maxAttempts = 20

function orderMethods({ database, tables, now }: Context) {
  return {
    async find(pidx) {
      const [row] = await rowsOf<PaymentRow>(database, tables.find, [pidx])
      return row && toPayment(row)
    },

    async findByOrder(orderId) {
      return (await rowsOf<PaymentRow>(database, tables.findByOrder, [orderId])).map(toPayment)
    },

    async reserve(orderId, fingerprint, leaseMs): Promise<Reservation> {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const rows = await rowsOf<OrderRow>(database, tables.readOrder, [orderId, now()])
        const found = findReason(rows, fingerprint)
        if (found) return found
        const token = crypto.randomUUID()
        const values = [orderId, token, leaseMs, rows[0]?.version ?? null, now()]
        if ((await rowsOf(database, tables.reserve, values)).length > 0) return { token }
      }
      return 'busy'
    },

    async create(payment, token) {
      const { pidx, orderId, orderName, amount, fingerprint, environment, paymentUrl, expiresInMs } = payment
      const values = [pidx, orderId, token, orderName, amount, fingerprint, environment, paymentUrl, expiresInMs, now()]
      const stored = await rowsOf(database, tables.create, values).catch((error) => refuseDuplicate(error, payment))
      if (stored.length === 0) throw lostReservation(orderId)
    },

    async unreserve(orderId, token) {
      await rowsOf(database, tables.unreserve, [orderId, token])
    },
  } satisfies Partial<Store>
}

function claimMethods({ database, tables, now }: Context) {
  return {
    async claim(pidx, leaseMs): Promise<Claim> {
      for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
        const token = crypto.randomUUID()
        const [row] = await rowsOf<ClaimRow>(database, tables.claim, [pidx, token, leaseMs, now()])
        const outcome = claimOutcome(row, pidx, token)
        if (outcome) return outcome
      }
      return 'busy'
    },

    async complete(pidx, token, change, transaction) {
      const values = [pidx, token, ...changeValues(change), now()]
      return (await rowsOf(transaction ?? database, tables.complete, values)).length > 0
    },

    async release(pidx, token) {
      await rowsOf(database, tables.release, [pidx, token, now()])
    },

    async record(pidx, change) {
      await rowsOf(database, tables.record, [pidx, now(), ...changeValues(change)])
    },

    async due(limit, leaseMs) {
      return (await rowsOf<PaymentRow>(database, tables.due, [limit, leaseMs, now()])).map(toPayment)
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

async function rowsOf<Row>(database: PostgresQueryable, text: string, values: unknown[]): Promise<Row[]> {
  try {
    const { rows } = await database.query(text, values)
    return rows as Row[]
  } catch (error) {
    if (codeOf(error) !== undefinedTable) throw error
    throw new Error('The tables of the payments are missing. Call `await payments.migrate()` when the server starts.', {
      cause: error,
    })
  }
}

const undefinedTable = '42P01'
const uniqueViolation = '23505'

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code
}

function refuseDuplicate(error: unknown, { pidx }: NewPayment | Payment): never {
  if (codeOf(error) !== uniqueViolation) throw error
  throw new Error(`Payment ${pidx} is stored already. Khalti gave the same pidx twice.`, { cause: error })
}

function lostReservation(orderId: string): Error {
  return new Error(
    `The reservation of order ${orderId} is lost: its lease ran out, or a payment of the order was made meanwhile. The new link was not stored; nobody must get it.`,
  )
}
