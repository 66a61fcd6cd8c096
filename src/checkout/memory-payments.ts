import type { Claim, NewPayment, Payment, PaymentChange, PaymentStore, Reservation } from './payment-store.ts'

/** A right to do something for an order that ends by itself. */
interface Lease {
  token: string
  until: number
}

interface Row {
  payment: Payment
  /** When reconcile looks at it next, in milliseconds of the clock; null: never. */
  dueAt: number | null
  claim: Lease | undefined
  claims: number
}

const leastLifeMs = 60_000

/**
 * Keeps payments in memory: for development and tests. A restart forgets them, and another process does not see them.
 *
 * @param options - `now`: the store's clock, for tests.
 *
 * @example
 * ```ts
 * import { memoryPayments } from 'khalti-kit/checkout'
 *
 * const payments = memoryPayments()
 * ```
 */
export function memoryPayments(options: { now?: (() => Date) | undefined } = {}): PaymentStore<undefined> {
  return new MemoryPayments(options.now ?? (() => new Date()))
}

/** No method awaits anything, so that each is one atomic step. */
class MemoryPayments implements PaymentStore<undefined> {
  readonly #rows = new Map<string, Row>()
  /** The rows of an order, newest first. */
  readonly #orders = new Map<string, Row[]>()
  readonly #reservations = new Map<string, Lease>()
  readonly #clock: () => Date

  constructor(clock: () => Date) {
    this.#clock = clock
  }

  async find(pidx: string): Promise<Payment | undefined> {
    const row = this.#rows.get(pidx)
    return row && copyOf(row.payment)
  }

  async findByOrder(orderId: string): Promise<Payment[]> {
    return this.#ofOrder(orderId).map(({ payment }) => copyOf(payment))
  }

  async reserve(orderId: string, fingerprint: string, leaseMs: number): Promise<Reservation> {
    const order = this.#ofOrder(orderId)
    const paid = order.find(
      (row) => row.payment.state !== 'refunded' && (isBought(row.payment) || this.#isOn(row.claim)),
    )
    if (paid) return { paid: copyOf(paid.payment) }
    if (this.#isOn(this.#reservations.get(orderId))) return 'busy'
    const newest = order.find(({ payment }) => payment.fingerprint === fingerprint)?.payment
    if (newest && isLive(newest, this.#now())) return { live: copyOf(newest) }
    const reservation = this.#lease(leaseMs)
    this.#reservations.set(orderId, reservation)
    return { token: reservation.token }
  }

  async create(payment: NewPayment, token: string): Promise<void> {
    const { orderId, pidx, fingerprint } = payment
    const reservation = this.#reservations.get(orderId)
    if (!this.#isOn(reservation) || reservation?.token !== token) throw lostReservation(orderId)
    if (this.#rows.has(pidx)) throw new Error(`Payment ${pidx} is stored already: Khalti gave the same pidx twice.`)
    const now = this.#now()
    for (const older of this.#ofOrder(orderId)) {
      if (older.payment.fingerprint !== fingerprint) supersede(older.payment, now)
    }
    const row: Row = { payment: newPayment(payment, now), dueAt: now, claim: undefined, claims: 0 }
    this.#rows.set(pidx, row)
    this.#orders.set(orderId, [row, ...this.#ofOrder(orderId)])
    this.#reservations.delete(orderId)
  }

  async unreserve(orderId: string, token: string): Promise<void> {
    if (this.#reservations.get(orderId)?.token === token) this.#reservations.delete(orderId)
  }

  async claim(pidx: string, leaseMs: number): Promise<Claim> {
    const row = this.#rows.get(pidx)
    if (row === undefined) return 'busy'
    if (row.payment.fulfilledAt) return 'done'
    const order = this.#ofOrder(row.payment.orderId)
    const fulfilled = order.find(({ payment }) => payment.fulfilledAt)
    if (fulfilled) return { duplicateOf: fulfilled.payment.pidx }
    if (row.payment.supersededAt || order.some(({ claim }) => this.#isOn(claim))) return 'busy'
    row.claim = this.#lease(leaseMs)
    row.claims += 1
    this.#reservations.delete(row.payment.orderId)
    return { token: row.claim.token, attempt: row.claims }
  }

  async complete(pidx: string, token: string, change: PaymentChange): Promise<boolean> {
    const row = this.#claimedBy(token, pidx)
    if (row === undefined) return false
    const now = this.#now()
    apply(row, change, now)
    row.payment.fulfilledAt = new Date(now)
    row.claim = undefined
    return true
  }

  async release(pidx: string, token: string): Promise<void> {
    const row = this.#claimedBy(token, pidx)
    if (row === undefined) return
    row.claim = undefined
    row.dueAt = this.#now()
  }

  async record(pidx: string, change: PaymentChange): Promise<void> {
    const row = this.#rows.get(pidx)
    if (row) apply(row, change, this.#now())
  }

  async due(limit: number, leaseMs: number): Promise<Payment[]> {
    const now = this.#now()
    const ready = [...this.#rows.values()]
      .filter((row) => dueAt(row) <= now)
      .sort((a, b) => dueAt(a) - dueAt(b))
      .slice(0, limit)
    for (const row of ready) {
      row.dueAt = now + leaseMs
      if (!this.#isOn(row.claim)) row.claim = undefined
    }
    return ready.map(({ payment }) => copyOf(payment))
  }

  #now(): number {
    return this.#clock().getTime()
  }

  #lease(ms: number): Lease {
    return { token: crypto.randomUUID(), until: this.#now() + ms }
  }

  #isOn(lease: Lease | undefined): boolean {
    return lease !== undefined && lease.until > this.#now()
  }

  #claimedBy(token: string, pidx: string): Row | undefined {
    const row = this.#rows.get(pidx)
    return row?.claim?.token === token && this.#isOn(row.claim) ? row : undefined
  }

  #ofOrder(orderId: string): Row[] {
    return this.#orders.get(orderId) ?? []
  }
}

/** A claim whose lease ran out makes its payment due from then on, whatever was scheduled. */
function dueAt(row: Row): number {
  return Math.min(row.dueAt ?? Number.POSITIVE_INFINITY, row.claim?.until ?? Number.POSITIVE_INFINITY)
}

function isBought(payment: Payment): boolean {
  return payment.state === 'paid' || payment.fulfilledAt !== undefined
}

function isLive(payment: Payment, now: number): boolean {
  return payment.state === 'open' && !payment.supersededAt && payment.expiresAt.getTime() - now >= leastLifeMs
}

function lostReservation(orderId: string): Error {
  return new Error(
    `The reservation of order ${orderId} is lost: its lease ran out, or a payment of the order was made meanwhile. The new link was not stored; nobody must get it.`,
  )
}

function supersede(payment: Payment, now: number): void {
  if (!payment.fulfilledAt) payment.supersededAt ??= new Date(now)
}

function newPayment({ expiresInMs, ...payment }: NewPayment, now: number): Payment {
  return { ...payment, state: 'open', createdAt: new Date(now), expiresAt: new Date(now + expiresInMs) }
}

function apply(row: Row, { dueInMs, ...change }: PaymentChange, now: number): void {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  Object.assign(row.payment, Object.fromEntries(given))
  if (dueInMs !== undefined) row.dueAt = dueInMs === null ? null : now + dueInMs
}

function copyOf(payment: Payment): Payment {
  return structuredClone(payment)
}
