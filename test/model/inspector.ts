import type { Payment } from 'khalti-kit/checkout'
import type { OrderRecord } from '../../src/rules/record.ts'
import { checkChange } from './change-rules.ts'
import { checkEnd } from './end-rules.ts'
import { fulfilFaults, wasAsked } from './fulfil-rules.ts'
import type { WorldTransaction } from './gated-store.ts'
import type { Handout, KnownOrder, Telling } from './ledger.ts'
import type { Process } from './process.ts'
import { tellingFault } from './telling-rules.ts'
import { minutes } from './time.ts'
import type { World } from './world.ts'

/** A promise that was broken. */
export class Violation extends Error {
  override readonly name = 'Violation'
  /** Which promise, in a word. */
  readonly promise: string

  constructor(promise: string, what: string) {
    super(`${promise}: ${what}`)
    this.promise = promise
  }
}

/** Watches a world, and notes every promise that is broken. */
export class Inspector {
  readonly #world: World
  /** The first broken promise. */
  violation: Violation | undefined
  /** The price that the shop told each process at last. */
  readonly #priced = new Map<Process, number | undefined>()

  constructor(world: World) {
    this.#world = world
    world.ledger.onChange = (before, after) => this.#changed(before, after)
  }

  /** What the rules about the future need to know of the past. */
  get state(): unknown {
    const { tellings, handouts } = this.#world.ledger
    return [
      [
        ...new Set(tellings.map(({ what, payment, taken }) => [what, payment.pidx, payment.state, taken].join())),
      ].sort(),
      handouts.map(({ pidx, attempt, process, mishapsBefore }) => [pidx, attempt, process.mishaps > mishapsBefore]),
    ]
  }

  report(promise: string, what: string | undefined | false): void {
    if (!what || this.violation) return
    this.violation = new Violation(promise, what)
    this.#world.say(`✗ ${this.violation.message}`)
  }

  pricedFor(process: Process, _orderId: string): void {
    this.#priced.set(process, this.#world.price)
  }

  /** A callback was called. */
  told(telling: Telling): void {
    this.report('tells what is so', tellingFault(this.#world, telling))
  }

  /** `fulfil` was called. */
  beforeFulfil(payment: Payment, process: Process, transaction: WorldTransaction | undefined): void {
    for (const [promise, fault] of fulfilFaults(this.#world, payment, transaction)) this.report(promise, fault)
    const price = this.#priced.get(process)
    if (wasAsked(this.#world, payment) && price !== payment.amount / 100) {
      this.report('fulfils the cart of today', `fulfil was called for ${payment.pidx}; the shop had said Rs ${price}`)
    }
    this.#priced.delete(process)
  }

  /** Without a transaction: the goods are out. Twice only where the one before met with a mishap, or one outlasted its claim. */
  handedOut(handout: Handout): void {
    const { ledger, time } = this.#world
    for (const earlier of ledger.handouts.filter(({ orderId }) => orderId === handout.orderId)) {
      const { process, mishapsBefore, idempotencyKey } = earlier
      const isOutlasted = [earlier, handout].some(({ claimedUntil }) => time.now >= claimedUntil - 1)
      const excused = !process.alive || process.mishaps > mishapsBefore || isOutlasted
      this.report(
        'fulfils once',
        !excused && `the goods of ${handout.orderId} went out twice, and nothing had gone wrong`,
      )
      this.report('fulfils once', idempotencyKey !== handout.idempotencyKey && 'two attempts had two idempotency keys')
    }
    const claim = ledger.orders.get(handout.orderId)?.record.claim
    ledger.handouts.push({ ...handout, isLate: claim?.attempt !== handout.attempt })
  }

  /** A customer is about to get a link. */
  beforeHandOut(pidx: string): void {
    const order = this.#world.ledger.find({ key: pidx })
    const link = order?.record.links.find((candidate) => candidate.pidx === pidx)
    this.report('records a link first', !link && `${pidx} was given out and is not stored`)
    if (!order || !link) return
    const { record } = order
    this.report(
      'one payable link',
      record.links.some(({ fulfilledAt }) => fulfilledAt !== undefined) &&
        `${pidx} was given out for a fulfilled order`,
    )
    // What was given out before may have a rival again: a link that Khalti called canceled for a while.
    const { handed, time } = this.#world
    if (handed.some((link) => link.pidx === pidx)) return
    const now = time.now
    const rivals = record.links.filter((other) => {
      const isPayable =
        other.fingerprint === link.fingerprint &&
        other.state === 'pending' &&
        other.supersededAt === undefined &&
        other.expiresAt - now > 5 * minutes
      const isMoving = other.state === 'pending' && other.status === 'pending' && !other.givenUpAt
      const isUndecided = other.state === 'hold' && isEvidenceHold(other.holdReason) && !isAttended(record, other.pidx)
      return other.pidx !== pidx && (isPayable || isMoving || isUndecided)
    })
    this.report('one payable link', rivals.length > 0 && `${pidx} was given out beside ${rivals[0]?.pidx}`)
  }

  /** A route or call has answered. */
  answered(door: string, pidx: string, answer: { outcome?: string; fulfilled?: boolean }): void {
    const record = this.#world.ledger.find({ key: pidx })?.record
    const link = record?.links.find((candidate) => candidate.pidx === pidx)
    this.report(
      'answers what is so',
      answer.outcome === 'paid' &&
        link?.received === undefined &&
        `${door} called ${pidx} paid, and the record does not`,
    )
    this.report(
      'answers what is so',
      answer.fulfilled === true &&
        !record?.links.some(({ fulfilledAt }) => fulfilledAt !== undefined) &&
        `${door} called ${pidx} fulfilled, and the record does not`,
    )
  }

  /** After the last reconcile. */
  atEnd(): void {
    checkEnd(this.#world)
  }

  #changed(before: KnownOrder | undefined, after: KnownOrder): void {
    checkChange(this.#world, before, after)
  }
}

/** Whether it is Khalti's answer that holds it; `unknown-payment` lets a new link be made. */
function isEvidenceHold(reason: string | undefined): boolean {
  return reason === 'unknown-status' || reason === 'wrong-amount' || reason === 'no-transaction'
}

/** Whether a person has dealt with the payment, so that the order can be paid anew. */
const isAttended = ({ attended }: OrderRecord, pidx: string) => attended.some((key) => key.startsWith(`hold:${pidx}:`))
