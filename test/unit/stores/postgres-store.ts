import type { NewPayment, Payment, PaymentStore } from '../../../src/checkout/payment-store.ts'
import { rupees } from '../../../src/core/money.ts'
import type { PostgresPayments, PostgresPaymentsOptions, PostgresQueryable } from '../../../src/postgres.ts'

export const minute = 60_000

/** A store over any driver. */
export type Store = PostgresPayments<PostgresQueryable>

/** A database that stores are opened on. */
export interface Database {
  open(options: PostgresPaymentsOptions): Store
  query(text: string): Promise<unknown[]>
}

let prefixes = 0

/** A prefix that no other test of this file has. */
export function nextPrefix(): string {
  prefixes += 1
  return `test${prefixes}_`
}

/** The tables of one test, and a clock that it sets. */
export async function makeStore(database: Database) {
  const prefix = nextPrefix()
  const clock = { now: new Date('2026-07-01T06:00:00.123Z') }
  const store = database.open({ prefix, now: () => clock.now })
  await store.migrate()
  return {
    prefix,
    store,
    pass: (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms)
    },
  }
}

export const newPayment = (change: Partial<NewPayment> = {}): NewPayment => ({
  pidx: 'p1',
  orderId: 'o1',
  orderName: 'Momo and tea',
  amount: rupees(13),
  fingerprint: 'cart-a',
  environment: 'sandbox',
  paymentUrl: 'https://test-pay.khalti.com/?pidx=p1',
  expiresInMs: 30 * minute,
  ...change,
})

/** Reserves an order and gives the token. */
export async function reserved(store: PaymentStore, payment: Partial<NewPayment> = {}) {
  const { orderId, fingerprint } = newPayment(payment)
  return tokenOf(await store.reserve(orderId, fingerprint, minute))
}

/** Makes a payment through a reservation, as the checkout does. */
export async function add(store: PaymentStore, payment: Partial<NewPayment> = {}) {
  await store.create(newPayment(payment), await reserved(store, payment))
}

export function tokenOf(answer: unknown): string {
  if (typeof answer === 'object' && answer !== null && 'token' in answer) return String(answer.token)
  throw new Error(`No token: ${JSON.stringify(answer)}`)
}

export const hasToken = (answer: unknown) => typeof answer === 'object' && answer !== null && 'token' in answer

export const pidxOf = (payment: Payment) => payment.pidx
