import type { Claim, NewPayment, Payment, PaymentChange, PaymentStore, Reservation } from './payment-store.ts'

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
  return new MemoryPayments(options.now ?? (() => new Date()))
}

/** Every method is one step without a pause, and so atomic in its process. */
class MemoryPayments implements PaymentStore {
  readonly #rows = new Map<string, Row>()
  readonly #orders = new Map<string, OrderRow>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  async find(pidx: string): Promise<Payment | undefined> {
    return copy(this.#rows.get(pidx)?.payment)
  }

  async findByOrder(orderId: string): Promise<Payment[]> {
    return this.#paymentsOf(orderId).map(copy)
  }

  async reserve(orderId: string, fingerprint: string, leaseMs: number): Promise<Reservation> {
    const order = this.#orderOf(orderId)
    const payments = this.#paymentsOf(orderId)
    const paid = this.#holds(order.claim) ? this.#rows.get(order.claim.pidx)?.payment : payments.find(hasMoney)
    if (paid) return { paid: copy(paid) }
    if (this.#holds(order.reservation)) return 'busy'
    const live = payments.find((payment) => payment.fingerprint === fingerprint && isLive(payment, this.#now()))
    if (live) return { live: copy(live) }
    order.reservation = this.#lease(leaseMs)
    return { token: order.reservation.token }
  }

  async create(payment: NewPayment, token: string): Promise<void> {
    const order = this.#orderOf(payment.orderId)
    if (!this.#isHeldBy(order.reservation, token)) throw lostReservation(payment)
    if (this.#rows.has(payment.pidx)) throw new Error(`There is a payment ${payment.pidx} already.`)
    for (const older of this.#paymentsOf(payment.orderId)) {
      if (older.fingerprint === payment.fingerprint || older.fulfilledAt) continue
      older.supersededAt ??= new Date(this.#now())
    }
    this.#rows.set(payment.pidx, { payment: opened(payment, this.#now()), dueAt: this.#now() })
    order.reservation = undefined
  }

  async unreserve(orderId: string, token: string): Promise<void> {
    const order = this.#orderOf(orderId)
    if (order.reservation?.token === token) order.reservation = undefined
  }

  async claim(pidx: string, leaseMs: number): Promise<Claim> {
    const payment = this.#rows.get(pidx)?.payment
    if (payment === undefined) return 'busy'
    if (payment.fulfilledAt) return 'done'
    const fulfilled = this.#paymentsOf(payment.orderId).find(({ fulfilledAt }) => fulfilledAt)
    if (fulfilled) return { duplicateOf: fulfilled.pidx }
    const order = this.#orderOf(payment.orderId)
    if (this.#holds(order.claim) || payment.supersededAt) return 'busy'
    order.claim = { pidx, ...this.#lease(leaseMs) }
    order.reservation = undefined
    return { token: order.claim.token }
  }

  async complete(pidx: string, token: string, change: PaymentChange): Promise<boolean> {
    const row = this.#rows.get(pidx)
    const order = row && this.#orderOf(row.payment.orderId)
    if (!row || !order || !this.#isHeldBy(order.claim, token) || order.claim?.pidx !== pidx) return false
    apply(row, change, this.#now())
    row.payment.fulfilledAt = new Date(this.#now())
    order.claim = undefined
    return true
  }

  async release(pidx: string, token: string): Promise<void> {
    const row = this.#rows.get(pidx)
    const order = row && this.#orderOf(row.payment.orderId)
    if (!row || order?.claim?.token !== token || order.claim.pidx !== pidx) return
    order.claim = undefined
    row.dueAt = this.#now()
  }

  async record(pidx: string, change: PaymentChange): Promise<void> {
    const row = this.#rows.get(pidx)
    if (row) apply(row, change, this.#now())
  }

  async due(limit: number, leaseMs: number): Promise<Payment[]> {
    const due = [...this.#rows.values()].filter((row) => this.#isDue(row))
    const found = due.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0)).slice(0, limit)
    for (const row of found) {
      row.dueAt = this.#now() + leaseMs
      // A claim that ran out has now been told of; from here on the row's own time counts.
      const order = this.#orderOf(row.payment.orderId)
      if (order.claim?.pidx === row.payment.pidx && !this.#holds(order.claim)) order.claim = undefined
    }
    return found.map(({ payment }) => copy(payment))
  }

  #now(): number {
    return this.#clock().getTime()
  }

  #lease(leaseMs: number): Lease {
    return { token: crypto.randomUUID(), until: this.#now() + leaseMs }
  }

  #holds(lease: Lease | undefined): lease is Lease {
    return lease !== undefined && lease.until > this.#now()
  }

  #isHeldBy(lease: Lease | undefined, token: string): boolean {
    return this.#holds(lease) && lease.token === token
  }

  #isDue({ payment, dueAt }: Row): boolean {
    const { claim } = this.#orderOf(payment.orderId)
    return (dueAt !== null && dueAt <= this.#now()) || (claim?.pidx === payment.pidx && !this.#holds(claim))
  }

  #orderOf(orderId: string): OrderRow {
    const order = this.#orders.get(orderId) ?? {}
    this.#orders.set(orderId, order)
    return order
  }

  /** Newest first. */
  #paymentsOf(orderId: string): Payment[] {
    const rows = [...this.#rows.values()].filter(({ payment }) => payment.orderId === orderId)
    return rows.map(({ payment }) => payment).reverse()
  }
}

/** Payments are copied in and out, as a database would: nobody changes the store by changing what it gave. */
function copy<Value extends Payment | undefined>(payment: Value): Value {
  if (payment === undefined) return payment
  // Much quicker than structuredClone; dates are all that is not plain.
  const copied = { ...payment }
  for (const field of ['createdAt', 'expiresAt', 'supersededAt', 'fulfilledAt'] as const) {
    if (copied[field] !== undefined) copied[field] = new Date(copied[field])
  }
  return copied
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
