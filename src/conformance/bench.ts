import type { NewPayment, Payment, PaymentStore } from '../checkout/payment-store.ts'

/** A store under test, and how time passes in it. */
export interface StoreUnderTest {
  store: PaymentStore
  /** Moves the store's clock forward by so many milliseconds. Without it the suite waits in real time. */
  advance?: ((ms: number) => unknown) | undefined
  /** Ends what this store needed, after its test. */
  close?: (() => unknown) | undefined
}

/** What a fact is tried on. */
export interface Bench {
  store: PaymentStore
  /** A lease, in milliseconds: a minute by a clock that is moved, a moment in real time. */
  lease: number
  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void>
}

/** What a store must do, and what is lost where it does not. */
export interface StoreFact {
  /** As a sentence about the store. */
  title: string
  /** What goes wrong in a shop otherwise. */
  why: string
  /** Throws where it is not so. */
  run(bench: Bench): Promise<void>
}

const minute = 60_000
const realLease = 1_000

/** The store on a bench of its own. */
export function benchOf({ store, advance }: StoreUnderTest): Bench {
  if (advance) return { store, lease: minute, pass: async (ms) => void (await advance(ms)) }
  // A little more than was asked for: timers and the store's clock need not agree to the millisecond.
  return { store, lease: realLease, pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms + 20)) }
}

/** Throws what is wrong, where something is. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise)
}

/** Throws where two values are not the same as JSON. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  must(is === should, `${what} is ${is}, and should be ${should}`)
}

/** A payment as the checkout creates it. */
export function newPayment(change: Partial<NewPayment> = {}): NewPayment {
  const pidx = change.pidx ?? 'first'
  return {
    pidx,
    orderId: 'order',
    orderName: 'Dhaka topi',
    amount: 85_000 as Payment['amount'],
    fingerprint: 'cart',
    environment: 'sandbox',
    paymentUrl: `https://test-pay.khalti.com/?pidx=${pidx}`,
    expiresInMs: 30 * minute,
    ...change,
  }
}

/** Reserves an order and gives the token. */
export async function reserve(bench: Bench, change: Partial<NewPayment> = {}): Promise<string> {
  const { orderId, fingerprint } = newPayment(change)
  return tokenOf(await bench.store.reserve(orderId, fingerprint, bench.lease), 'reserve')
}

/** Makes a payment through a reservation, as the checkout does. */
export async function add(bench: Bench, change: Partial<NewPayment> = {}): Promise<void> {
  const token = await reserve(bench, change)
  await bench.store.create(newPayment(change), token)
}

/**
 * Two payments of one order that can both be paid: `first` is about to expire, so `second` was made for the same cart.
 */
export async function addTwo(bench: Bench, change: Partial<NewPayment> = {}): Promise<void> {
  await add(bench, { ...change, expiresInMs: 1 })
  await bench.pass(1)
  await add(bench, { ...change, pidx: change.pidx === undefined ? 'second' : `${change.pidx}-second` })
}

/** Claims a payment and gives the token. */
export async function claim(bench: Bench, pidx = 'first'): Promise<string> {
  return tokenOf(await bench.store.claim(pidx, bench.lease), `claim of ${pidx}`)
}

export function hasToken(answer: unknown): answer is { token: string } {
  return typeof answer === 'object' && answer !== null && 'token' in answer
}

export function tokenOf(answer: unknown, what: string): string {
  if (hasToken(answer)) return answer.token
  throw new Error(`${what} gave ${JSON.stringify(answer)}, and should give a token`)
}

/** A payment that must be there. */
export async function found(bench: Bench, pidx = 'first'): Promise<Payment> {
  const payment = await bench.store.find(pidx)
  if (payment === undefined) throw new Error(`find gives nothing for ${pidx}, which was created`)
  return payment
}

/** The ids of what is due now. */
export async function due(bench: Bench, limit = 100): Promise<string[]> {
  return (await bench.store.due(limit, bench.lease)).map(({ pidx }) => pidx)
}

/** Whether an order can be reserved for this cart. */
export async function mustBeFree(bench: Bench, change: Partial<NewPayment> = {}): Promise<void> {
  await reserve(bench, change)
}

/** Something that must be refused. */
export async function mustReject(attempt: Promise<unknown>, what: string): Promise<void> {
  const went = await attempt.then(
    () => true,
    () => false,
  )
  must(!went, `${what} went through, and should throw`)
}
