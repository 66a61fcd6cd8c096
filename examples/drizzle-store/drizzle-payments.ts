import { and, asc, desc, eq, isNull, lte, ne, or, sql } from 'drizzle-orm'
import {
  bigint,
  bigserial,
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

export const khaltiPayments = pgTable('khalti_payments', {
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
})

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
  async function lock(db: Database, id: string): Promise<LockedOrder> {
    await db.insert(khaltiOrders).values({ orderId: id }).onConflictDoNothing()
    const { reserveToken, reserveUntil } = khaltiOrders
    const time = sql`clock_timestamp()`.mapWith(reserveUntil)
    const locked = db
      .select({ reserveToken, reserveUntil, time })
      .from(khaltiOrders)
      .where(eq(khaltiOrders.orderId, id))
    const [order] = await locked.for('update')
    const now = clock?.() ?? order?.time ?? new Date()
    const isReserved = order?.reserveUntil && order.reserveUntil > now
    const payments = await db.select().from(khaltiPayments).where(eq(orderId, id)).orderBy(desc(nth))
    return { now, reservedBy: isReserved ? order.reserveToken : null, payments }
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
    transaction: (run) => database.transaction(run),

    async find(id) {
      const [row] = await database.select().from(khaltiPayments).where(eq(pidx, id))
      return row && toPayment(row)
    },

    async findByOrder(id) {
      const rows = await database.select().from(khaltiPayments).where(eq(orderId, id)).orderBy(desc(nth))
      return rows.map(toPayment)
    },

    reserve: (id, fingerprint, leaseMs) =>
      database.transaction(async (db) => {
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
      database.transaction(async (db) => {
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
      database.transaction(async (db) => {
        if ((await lock(db, id)).reservedBy === token) await reserveFor(db, id, null, null)
      }),

    claim: (id, leaseMs) =>
      database.transaction(async (db) => {
        const order = await lockOrderOf(db, id)
        const refusal = whyNotClaimed(order)
        if (!order || refusal) return refusal ?? 'busy'
        const token = crypto.randomUUID()
        await change(db, id, { claimToken: token, claimUntil: later(order.now, leaseMs) })
        await reserveFor(db, order.payment.orderId, null, null)
        return { token }
      }),

    // In the transaction of `fulfil`, where it is given: then what the shop wrote and this are kept together, or neither.
    complete: (id, token, wanted, transaction) =>
      (transaction ?? database).transaction(async (db) => {
        const order = await lockOrderOf(db, id)
        if (!order || order.payment.claimToken !== token || !isClaimed(order.payment, order.now)) return false
        const done = { fulfilledAt: order.now, claimToken: null, claimUntil: null }
        await change(db, id, { ...columnsOf(wanted, order.now), ...done })
        return true
      }),

    release: (id, token) =>
      database.transaction(async (db) => {
        const order = await lockOrderOf(db, id)
        if (order?.payment.claimToken !== token) return
        await change(db, id, { claimToken: null, claimUntil: null, dueAt: order.now })
      }),

    record: (id, wanted) =>
      database.transaction(async (db) => {
        const order = await lockOrderOf(db, id)
        if (order) await change(db, id, columnsOf(wanted, order.now))
      }),

    due: (limit, leaseMs) =>
      database.transaction(async (db) => {
        const now = clock?.() ?? sql`clock_timestamp()`
        const isDue = or(lte(dueAt, now), lte(claimUntil, now))
        const found = db.select().from(khaltiPayments).where(isDue).orderBy(asc(dueAt), asc(nth)).limit(limit)
        // Two callers at once: the second one passes over what the first has locked.
        const rows = await found.for('update', { skipLocked: true })
        for (const row of rows) {
          const postponed = sql`${now}::timestamptz + ${leaseMs} * interval '1 millisecond'`
          const ranOut = sql`case when ${claimUntil} > ${now} then ${claimUntil} end`
          await db.update(khaltiPayments).set({ dueAt: postponed, claimUntil: ranOut }).where(eq(pidx, row.pidx))
        }
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
