import { and, asc, desc, eq, inArray, isNull, lte, ne, or, sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
  index,
  type PgDatabase,
  type PgQueryResultHKT,
  pgTable,
  text,
  timestamp,
} from 'drizzle-orm/pg-core'
import type { NewPayment, Payment, PaymentChange, PaymentStore } from 'khalti-kit/checkout'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** One row an order: who locks it decides alone about the order and its payments. */
export const khaltiOrders = pgTable('khalti_orders', {
  orderId: text('order_id').primaryKey(),
  reserveToken: text('reserve_token'),
  reserveUntil: moment('reserve_until'),
})

const columns = {
  nth: bigserial({ mode: 'number' }),
  pidx: text().primaryKey(),
  orderId: text('order_id').notNull(),
  orderName: text('order_name').notNull(),
  amount: bigint({ mode: 'number' }).$type<Payment['amount']>().notNull(),
  fingerprint: text().notNull(),
  environment: text().$type<Payment['environment']>().notNull(),
  paymentUrl: text('payment_url').notNull(),
  transactionId: text('transaction_id'),
  state: text().$type<Payment['state']>().notNull().default('open'),
  holdReason: text('hold_reason').$type<NonNullable<Payment['holdReason']>>(),
  refundExtent: text('refund_extent').$type<NonNullable<Payment['refundExtent']>>(),
  duplicateOf: text('duplicate_of'),
  createdAt: moment('created_at').notNull(),
  expiresAt: moment('expires_at').notNull(),
  supersededAt: moment('superseded_at'),
  fulfilledAt: moment('fulfilled_at'),
  dueAt: moment('due_at'),
  claimToken: text('claim_token'),
  claimUntil: moment('claim_until'),
}

export const khaltiPayments = pgTable('khalti_payments', columns, (table) => [
  index('khalti_payments_order').on(table.orderId),
  index('khalti_payments_due').on(table.dueAt),
  index('khalti_payments_claim').on(table.claimUntil),
])

type Database = PgDatabase<PgQueryResultHKT>
type Row = typeof khaltiPayments.$inferSelect

const { pidx, orderId, nth, dueAt, claimUntil } = khaltiPayments
const later = (now: Date, ms: number) => new Date(now.getTime() + ms)
const minute = 60_000

/** What is the order's business, read and written by one caller at a time. */
interface LockedOrder {
  now: Date
  reservedBy: string | null
  payments: Row[]
}

/** A payment store on any Postgres that Drizzle speaks to. `now` is a clock for tests; default: the database's. */
export function drizzlePayments(database: Database, clock?: () => Date): PaymentStore<Database> {
  // What is read after waiting for a lock must be as it is then, not as it was when the transaction began.
  const atomic = <Result>(run: (db: Database) => Promise<Result>) =>
    database.transaction(run, { isolationLevel: 'read committed' })

  async function lock(db: Database, id: string): Promise<LockedOrder> {
    const order = { orderId: id }
    await db.insert(khaltiOrders).values(order).onConflictDoUpdate({ target: khaltiOrders.orderId, set: order })
    // From here on the row is ours until the transaction ends. The clock is read now: the wait may have been long.
    const rows = await db
      .select({ order: khaltiOrders, payment: khaltiPayments, time: sql`clock_timestamp()`.mapWith(claimUntil) })
      .from(khaltiOrders)
      .leftJoin(khaltiPayments, eq(orderId, khaltiOrders.orderId))
      .where(eq(khaltiOrders.orderId, id))
      .orderBy(desc(nth))
    const [first] = rows
    if (!first) throw new Error(`Order ${id} is gone: who deletes rows of khalti_orders?`)
    const now = clock?.() ?? first.time
    const { reserveToken, reserveUntil } = first.order
    const reservedBy = reserveUntil && reserveUntil > now ? reserveToken : null
    return { now, reservedBy, payments: rows.flatMap(({ payment }) => payment ?? []) }
  }

  async function lockOrderOf(db: Database, id: string) {
    const [payment] = await db.select({ orderId }).from(khaltiPayments).where(eq(pidx, id))
    if (!payment) return undefined
    const order = await lock(db, payment.orderId)
    return { ...order, payment: order.payments.find((one) => one.pidx === id) as Row }
  }

  const reserveFor = (db: Database, id: string, reserveToken: string | null, reserveUntil: Date | null) =>
    db.update(khaltiOrders).set({ reserveToken, reserveUntil }).where(eq(khaltiOrders.orderId, id))

  const change = (db: Database, id: string, values: Partial<Row>) =>
    db
      .update(khaltiPayments)
      .set({ pidx: id, ...values })
      .where(eq(pidx, id))

  return {
    transaction: atomic,

    async find(id) {
      const [row] = await database.select().from(khaltiPayments).where(eq(pidx, id))
      return row && toPayment(row)
    },

    async findByOrder(id) {
      const rows = await database.select().from(khaltiPayments).where(eq(orderId, id)).orderBy(desc(nth))
      return rows.map(toPayment)
    },

    reserve: (id, fingerprint, leaseMs) =>
      atomic(async (db) => {
        const { now, reservedBy, payments } = await lock(db, id)
        const paid = payments.find((row) => isClaimed(row, now) || hasMoney(row))
        if (paid) return { paid: toPayment(paid) }
        if (reservedBy) return 'busy'
        const live = payments.find((row) => row.fingerprint === fingerprint && isLive(row, now))
        if (live) return { live: toPayment(live) }
        const token = crypto.randomUUID()
        await reserveFor(db, id, token, later(now, leaseMs))
        return { token }
      }),

    create: ({ expiresInMs, ...payment }: NewPayment, token) =>
      atomic(async (db) => {
        const { now, reservedBy } = await lock(db, payment.orderId)
        if (reservedBy !== token) throw new Error(`The reservation of order ${payment.orderId} is lost.`)
        const ofAnotherCart = and(eq(orderId, payment.orderId), ne(khaltiPayments.fingerprint, payment.fingerprint))
        const isOpen = and(isNull(khaltiPayments.fulfilledAt), isNull(khaltiPayments.supersededAt))
        await db.update(khaltiPayments).set({ supersededAt: now }).where(and(ofAnotherCart, isOpen))
        await db
          .insert(khaltiPayments)
          .values({ ...payment, createdAt: now, expiresAt: later(now, expiresInMs), dueAt: now })
        await reserveFor(db, payment.orderId, null, null)
      }),

    unreserve: (id, token) =>
      atomic(async (db) => {
        if ((await lock(db, id)).reservedBy === token) await reserveFor(db, id, null, null)
      }),

    claim: (id, leaseMs) =>
      atomic(async (db) => {
        const order = await lockOrderOf(db, id)
        const refusal = whyNotClaimed(order)
        if (!order || refusal) return refusal ?? 'busy'
        const token = crypto.randomUUID()
        await change(db, id, { claimToken: token, claimUntil: later(order.now, leaseMs) })
        await reserveFor(db, order.payment.orderId, null, null)
        return { token }
      }),

    // In the transaction of `fulfil`, where it is given: then what the shop wrote and this are kept together, or neither.
    complete(id, token, wanted, transaction) {
      const run = async (db: Database) => {
        const order = await lockOrderOf(db, id)
        if (!order || order.payment.claimToken !== token || !isClaimed(order.payment, order.now)) return false
        const done = { fulfilledAt: order.now, claimToken: null, claimUntil: null }
        await change(db, id, { ...columnsOf(wanted, order.now), ...done })
        return true
      }
      return transaction ? run(transaction) : atomic(run)
    },

    release: (id, token) =>
      atomic(async (db) => {
        const order = await lockOrderOf(db, id)
        if (order?.payment.claimToken !== token) return
        await change(db, id, { claimToken: null, claimUntil: null, dueAt: order.now })
      }),

    record: (id, wanted) =>
      atomic(async (db) => {
        const order = await lockOrderOf(db, id)
        if (order) await change(db, id, columnsOf(wanted, order.now))
      }),

    due: (limit, leaseMs) =>
      atomic(async (db) => {
        const now = sql`${clock?.() ?? sql`now()`}::timestamptz`
        const found = db
          .select()
          .from(khaltiPayments)
          .where(or(lte(dueAt, now), lte(claimUntil, now)))
          .orderBy(sql`least(${dueAt}, ${claimUntil})`, asc(nth))
          .limit(limit)
        // Two callers at once: the second one passes over what the first has locked.
        const rows = await found.for('update', { skipLocked: true })
        const postponed = {
          dueAt: sql`${now} + ${leaseMs} * interval '1 millisecond'`,
          claimUntil: sql`case when ${claimUntil} > ${now} then ${claimUntil} end`,
        }
        await db
          .update(khaltiPayments)
          .set(postponed)
          .where(
            inArray(
              pidx,
              rows.map((row) => row.pidx),
            ),
          )
        return rows.map(toPayment)
      }),
  }
}

/** Why a payment cannot be claimed; undefined where it can. The claim is the order's: any payment of it may be in the way. */
function whyNotClaimed(order: (LockedOrder & { payment: Row }) | undefined) {
  if (!order) return 'busy'
  const fulfilled = order.payments.find((row) => row.fulfilledAt)
  if (fulfilled) return fulfilled.pidx === order.payment.pidx ? 'done' : { duplicateOf: fulfilled.pidx }
  const isTaken = order.payments.some((row) => isClaimed(row, order.now))
  return isTaken || order.payment.supersededAt ? 'busy' : undefined
}

const isClaimed = ({ claimUntil: until }: Row, now: Date) => until !== null && until > now

const hasMoney = ({ state, fulfilledAt }: Row) => state !== 'refunded' && (state === 'paid' || fulfilledAt !== null)

const isLive = ({ state, supersededAt, expiresAt }: Row, now: Date) =>
  state === 'open' && supersededAt === null && expiresAt >= later(now, minute)

/** What is left out, or undefined, stays as it is. */
function columnsOf({ dueInMs, ...wanted }: PaymentChange, now: Date): Partial<Row> {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined)
  const due = dueInMs === undefined ? {} : { dueAt: dueInMs === null ? null : later(now, dueInMs) }
  return { ...Object.fromEntries(given), ...due }
}

/** Undefined, not null, where something is not known; the columns of the store itself are left out. */
function toPayment({ nth: _nth, dueAt: _due, claimToken: _token, claimUntil: _until, ...row }: Row): Payment {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as Payment
}
