import type { NewPayment, Payment, PaymentChange, PaymentStore } from '../../../src/checkout/payment-store.ts'

/** Mistakes that people make in a payment store; one at a time. */
export const mistakes = [
  'reads, then writes, in claim',
  'reads, then writes, in reserve',
  'reads, then writes, in due',
  'claims the payment and not the order',
  'ignores the lease of a claim',
  'forgets that a claim is held',
  'lets complete ignore the token',
  'lets release ignore the token',
  'lets release wait for the lease',
  'creates without a reservation',
  'creates although a claim came in between',
  'takes a pidx twice',
  'does not supersede',
  'supersedes all links, of the same cart too',
  'lets a superseded payment be claimed',
  'gives a live link whatever the cart',
  'gives a link that is about to expire',
  'reserves again what is paid',
  'forgets expired claims in due',
  'does not postpone in due',
  'hands out more than the limit',
  'hands out the newest first',
  'moves the schedule with every record',
  'fulfils outside of the transaction',
  'gives amounts as text',
  'gives dates as text',
  'gives null for what is not known',
  'gives its own objects',
  'lists the oldest first',
  'forgets that an order is reserved',
  'lets unreserve ignore the token',
  'supersedes what is fulfilled',
  'drops the change of complete',
  'keeps the claim of what is fulfilled',
  'ignores when a payment is due next',
  'rounds large amounts',
  'gives null where there is nothing',
] as const

export type Mistake = (typeof mistakes)[number]

interface Order {
  payments: Row[]
  reservation?: { token: string; until: number } | undefined
  claims: Map<string, { token: string; until: number }>
}

interface Row {
  payment: Payment
  dueAt: number | null
}

/** A plain store in memory with one mistake, or none. */
export class FlawedPayments implements PaymentStore<Payment[]> {
  readonly #orders = new Map<string, Order>()
  readonly #now: () => number
  readonly #mistake: Mistake | undefined

  constructor(now: () => Date, mistake?: Mistake) {
    this.#now = () => now().getTime()
    this.#mistake = mistake
  }

  async find(pidx: string) {
    const payment = this.#give(this.#row(pidx)?.payment)
    return payment ?? (this.#has('gives null where there is nothing') ? (null as never) : undefined)
  }

  async findByOrder(orderId: string) {
    const payments = this.#order(orderId).payments.map(({ payment }) => this.#give(payment))
    return this.#has('lists the oldest first') ? payments : payments.reverse()
  }

  async reserve(orderId: string, fingerprint: string, leaseMs: number) {
    const order = this.#order(orderId)
    const payments = order.payments.map(({ payment }) => payment).reverse()
    const paid = payments.find(({ pidx, state, fulfilledAt }) => {
      const claimed = (order.claims.get(pidx)?.until ?? 0) > this.#now()
      return claimed || (state !== 'refunded' && (state === 'paid' || fulfilledAt))
    })
    if (paid && !this.#has('reserves again what is paid')) return { paid: this.#give(paid) }
    const forgets = this.#has('forgets that an order is reserved')
    const busy = order.reservation && order.reservation.until > this.#now() && !forgets
    if (this.#has('reads, then writes, in reserve')) await Promise.resolve()
    if (busy) return 'busy' as const
    const least = this.#has('gives a link that is about to expire') ? 0 : 60_000
    const live = payments.find(
      (payment) =>
        (payment.fingerprint === fingerprint || this.#has('gives a live link whatever the cart')) &&
        payment.state === 'open' &&
        !payment.supersededAt &&
        payment.expiresAt.getTime() - this.#now() >= least,
    )
    if (live) return { live: this.#give(live) }
    order.reservation = this.#lease(leaseMs)
    return { token: order.reservation.token }
  }

  async create(payment: NewPayment, token: string) {
    const order = this.#order(payment.orderId)
    const held = order.reservation?.token === token && order.reservation.until > this.#now()
    if (!held && !this.#has('creates without a reservation')) throw new Error('The reservation is lost.')
    if (this.#row(payment.pidx) && !this.#has('takes a pidx twice')) throw new Error('The pidx exists.')
    if (!this.#has('does not supersede')) this.#supersede(order, payment)
    const { expiresInMs, ...given } = payment
    const [createdAt, expiresAt] = [new Date(this.#now()), new Date(this.#now() + expiresInMs)]
    order.payments.push({ payment: { ...given, state: 'open', createdAt, expiresAt }, dueAt: this.#now() })
    order.reservation = undefined
  }

  #supersede(order: Order, { fingerprint }: NewPayment) {
    const all = this.#has('supersedes all links, of the same cart too')
    for (const { payment: older } of order.payments) {
      const isFulfilled = older.fulfilledAt && !this.#has('supersedes what is fulfilled')
      if (isFulfilled || (older.fingerprint === fingerprint && !all)) continue
      older.supersededAt ??= new Date(this.#now())
    }
  }

  async unreserve(orderId: string, token: string) {
    const order = this.#order(orderId)
    const ignores = this.#has('lets unreserve ignore the token')
    if (ignores || order.reservation?.token === token) order.reservation = undefined
  }

  async claim(pidx: string, leaseMs: number) {
    const payment = this.#row(pidx)?.payment
    if (!payment || (payment.supersededAt && !this.#has('lets a superseded payment be claimed'))) return 'busy' as const
    const order = this.#order(payment.orderId)
    const fulfilled = order.payments.find((row) => row.payment.fulfilledAt)?.payment.pidx
    if (fulfilled !== undefined) return fulfilled === pidx ? ('done' as const) : { duplicateOf: fulfilled }
    const busy = this.#isClaimed(order, pidx)
    if (this.#has('reads, then writes, in claim')) await Promise.resolve()
    if (busy) return 'busy' as const
    const lease = this.#lease(leaseMs)
    if (!this.#has('claims the payment and not the order')) order.claims.clear()
    order.claims.set(pidx, lease)
    if (!this.#has('creates although a claim came in between')) order.reservation = undefined
    return { token: lease.token }
  }

  #isClaimed(order: Order, pidx: string): boolean {
    if (this.#has('forgets that a claim is held')) return false
    const onlyThis = this.#has('claims the payment and not the order')
    const claims = onlyThis ? [order.claims.get(pidx)] : [...order.claims.values()]
    const forever = this.#has('ignores the lease of a claim')
    return claims.some((claim) => claim && (claim.until > this.#now() || forever))
  }

  async complete(pidx: string, token: string, change: PaymentChange, transaction?: Payment[]) {
    const row = this.#row(pidx)
    const claim = row && this.#order(row.payment.orderId).claims.get(pidx)
    const held = claim && claim.token === token && claim.until > this.#now()
    if (!row || !(held || (claim && this.#has('lets complete ignore the token')))) return false
    const fulfilled = { ...row, payment: { ...row.payment, fulfilledAt: new Date(this.#now()) } }
    if (!this.#has('drops the change of complete')) this.#apply(fulfilled, change)
    const write = () => {
      Object.assign(row, fulfilled)
      if (!this.#has('keeps the claim of what is fulfilled')) this.#order(row.payment.orderId).claims.clear()
    }
    if (transaction && !this.#has('fulfils outside of the transaction')) this.#pending.push(write)
    else write()
    return true
  }

  async release(pidx: string, token: string) {
    const row = this.#row(pidx)
    const claims = row && this.#order(row.payment.orderId).claims
    if (!row || (claims?.get(pidx)?.token !== token && !this.#has('lets release ignore the token'))) return
    if (this.#has('lets release wait for the lease')) return
    claims?.delete(pidx)
    row.dueAt = this.#now()
  }

  async record(pidx: string, change: PaymentChange) {
    const row = this.#row(pidx)
    if (!row) return
    this.#apply(row, change)
    if (this.#has('moves the schedule with every record') && change.dueInMs === undefined) row.dueAt = this.#now()
  }

  async due(limit: number, leaseMs: number) {
    const rows = this.#rows().filter((row) => this.#isDue(row))
    const newest = this.#has('hands out the newest first') ? -1 : 1
    rows.sort((one, other) => newest * ((one.dueAt ?? 0) - (other.dueAt ?? 0)))
    const found = this.#has('hands out more than the limit') ? rows : rows.slice(0, limit)
    if (this.#has('reads, then writes, in due')) await Promise.resolve()
    for (const row of this.#has('does not postpone in due') ? [] : found) {
      row.dueAt = this.#now() + leaseMs
      const { claims } = this.#order(row.payment.orderId)
      if ((claims.get(row.payment.pidx)?.until ?? Number.POSITIVE_INFINITY) <= this.#now()) {
        claims.delete(row.payment.pidx)
      }
    }
    return found.map(({ payment }) => this.#give(payment))
  }

  #pending: (() => void)[] = []

  async transaction<Result>(run: (transaction: Payment[]) => Promise<Result>): Promise<Result> {
    this.#pending = []
    const result = await run([])
    for (const write of this.#pending) write()
    return result
  }

  #has(mistake: Mistake): boolean {
    return this.#mistake === mistake
  }

  #lease(leaseMs: number) {
    return { token: crypto.randomUUID(), until: this.#now() + leaseMs }
  }

  #isDue({ payment, dueAt }: Row): boolean {
    const claim = this.#order(payment.orderId).claims.get(payment.pidx)
    const ranOut = claim !== undefined && claim.until <= this.#now() && !this.#has('forgets expired claims in due')
    return ranOut || (dueAt !== null && dueAt <= this.#now())
  }

  #apply(row: Row, { dueInMs, ...change }: PaymentChange) {
    for (const [field, value] of Object.entries(change)) {
      if (value !== undefined) Object.assign(row.payment, { [field]: value })
    }
    if (this.#has('ignores when a payment is due next')) return
    if (dueInMs !== undefined) row.dueAt = dueInMs === null ? null : this.#now() + dueInMs
  }

  #order(orderId: string): Order {
    const order = this.#orders.get(orderId) ?? { payments: [], claims: new Map() }
    this.#orders.set(orderId, order)
    return order
  }

  #rows(): Row[] {
    return [...this.#orders.values()].flatMap(({ payments }) => payments)
  }

  #row(pidx: string): Row | undefined {
    return this.#rows().find(({ payment }) => payment.pidx === pidx)
  }

  #give<Given extends Payment | undefined>(payment: Given): Given {
    if (payment === undefined || this.#has('gives its own objects')) return payment
    const given: Record<string, unknown> = structuredClone(payment) as never
    if (this.#has('gives amounts as text')) given.amount = String(payment.amount)
    if (this.#has('rounds large amounts')) given.amount = Number(payment.amount.toPrecision(15))
    if (this.#has('gives dates as text')) given.createdAt = payment.createdAt.toISOString()
    if (this.#has('gives null for what is not known')) given.fulfilledAt ??= null
    return given as Given
  }
}
