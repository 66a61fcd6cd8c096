import type { NewPayment, Payment, PaymentChange, PaymentStore } from './payment-store.ts'

/** A right that runs out. */
interface Lease {
  token: string
  until: number
}

/** A payment and when reconcile is due to look at it. */
interface Row {
  payment: Payment
  dueAt: number | null
}

/** What is kept of an order: who is making a link for it, and who is fulfilling it. */
interface OrderRow {
  reservation?: Lease | undefined
  claim?: (Lease & { pidx: string }) | undefined
}

/** A live link must have as long left, in milliseconds, to be given out again. */
const leastLifeMs = 60_000

/**
 * A store that forgets everything when the process ends: for tests, and for a first look in development.
 *
 * @param options - `now`: a clock, for tests. Default: the real time.
 */
export function memoryPayments(options: { now?: (() => Date) | undefined } = {}): PaymentStore {
  const rows = new Map<string, Row>()
  const orders = new Map<string, OrderRow>()
  const now = () => (options.now?.() ?? new Date()).getTime()

  const orderOf = (id: string): OrderRow => {
    const order = orders.get(id) ?? {}
    orders.set(id, order)
    return order
  }
  const rowsOf = (orderId: string) => [...rows.values()].filter(({ payment }) => payment.orderId === orderId).reverse()
  const holds = (lease: Lease | undefined): lease is Lease => lease !== undefined && lease.until > now()
  const isHeldBy = (lease: Lease | undefined, token: string) => holds(lease) && lease.token === token
  const supersedeOthers = ({ orderId, fingerprint }: NewPayment) => {
    for (const { payment } of rowsOf(orderId)) {
      if (payment.fingerprint !== fingerprint && !payment.fulfilledAt) payment.supersededAt ??= new Date(now())
    }
  }

  return {
    find: async (pidx) => copy(rows.get(pidx)?.payment),
    findByOrder: async (orderId) => rowsOf(orderId).map(({ payment }) => copy(payment)),

    async reserve(orderId, fingerprint, leaseMs) {
      const order = orderOf(orderId)
      const payments = rowsOf(orderId).map(({ payment }) => payment)
      const paid = holds(order.claim) ? rows.get(order.claim.pidx)?.payment : payments.find(hasMoney)
      if (paid) return { paid: copy(paid) }
      if (holds(order.reservation)) return 'busy'
      const live = payments.find((payment) => payment.fingerprint === fingerprint && isLive(payment, now()))
      if (live) return { live: copy(live) }
      order.reservation = { token: crypto.randomUUID(), until: now() + leaseMs }
      return { token: order.reservation.token }
    },

    async create(payment, token) {
      const order = orderOf(payment.orderId)
      if (!isHeldBy(order.reservation, token)) throw lostReservation(payment)
      if (rows.has(payment.pidx)) throw new Error(`There is a payment ${payment.pidx} already.`)
      supersedeOthers(payment)
      rows.set(payment.pidx, { payment: opened(payment, now()), dueAt: now() })
      order.reservation = undefined
    },

    async unreserve(orderId, token) {
      const order = orderOf(orderId)
      if (order.reservation?.token === token) order.reservation = undefined
    },

    async claim(pidx, leaseMs) {
      const payment = rows.get(pidx)?.payment
      if (payment === undefined) return 'busy'
      if (payment.fulfilledAt) return 'done'
      const fulfilled = rowsOf(payment.orderId).find((row) => row.payment.fulfilledAt)
      if (fulfilled) return { duplicateOf: fulfilled.payment.pidx }
      const order = orderOf(payment.orderId)
      if (holds(order.claim) || payment.supersededAt) return 'busy'
      order.claim = { pidx, token: crypto.randomUUID(), until: now() + leaseMs }
      order.reservation = undefined
      return { token: order.claim.token }
    },

    async complete(pidx, token, change) {
      const row = rows.get(pidx)
      const order = row && orderOf(row.payment.orderId)
      if (!row || !order || !isHeldBy(order.claim, token)) return false
      apply(row, change, now())
      row.payment.fulfilledAt = new Date(now())
      order.claim = undefined
      return true
    },

    async release(pidx, token) {
      const row = rows.get(pidx)
      const order = row && orderOf(row.payment.orderId)
      if (!row || order?.claim?.token !== token) return
      order.claim = undefined
      row.dueAt = now()
    },

    async record(pidx, change) {
      const row = rows.get(pidx)
      if (row) apply(row, change, now())
    },

    async due(limit, leaseMs) {
      const isDue = ({ payment, dueAt }: Row) => {
        const { claim } = orderOf(payment.orderId)
        return (dueAt !== null && dueAt <= now()) || (claim?.pidx === payment.pidx && !holds(claim))
      }
      const found = [...rows.values()]
        .filter(isDue)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
      for (const row of found) {
        row.dueAt = now() + leaseMs
        // A claim that ran out has now been told of; from here on the row's own time counts.
        const order = orderOf(row.payment.orderId)
        if (order.claim?.pidx === row.payment.pidx && !holds(order.claim)) order.claim = undefined
      }
      return found.map(({ payment }) => copy(payment))
    },
  }
}

/** Payments are copied in and out, as a database would: nobody changes the store by changing what it gave. */
function copy<Value extends Payment | undefined>(payment: Value): Value {
  return structuredClone(payment)
}

function hasMoney({ state, fulfilledAt, supersededAt }: Payment): boolean {
  return state !== 'refunded' && supersededAt === undefined && (state === 'paid' || fulfilledAt !== undefined)
}

function isLive({ state, supersededAt, expiresAt }: Payment, now: number): boolean {
  return state === 'open' && supersededAt === undefined && expiresAt.getTime() - now >= leastLifeMs
}

function opened({ expiresInMs, ...payment }: NewPayment, now: number): Payment {
  return { ...payment, state: 'open', createdAt: new Date(now), expiresAt: new Date(now + expiresInMs) }
}

function apply(row: Row, { dueInMs, ...change }: PaymentChange, now: number): void {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  Object.assign(row.payment, Object.fromEntries(given))
  if (dueInMs !== undefined) row.dueAt = dueInMs === null ? null : now + dueInMs
}

function lostReservation({ orderId }: NewPayment): Error {
  return new Error(`The reservation of order ${orderId} was lost: it took too long, or the order was paid meanwhile.`)
}
