import type { KhaltiClient } from '../core/client.ts'
import { KhaltiConfigError } from '../core/errors.ts'
import { show } from '../core/show.ts'
import type { AdminPages } from './admin-pages.ts'
import type { PaymentStore } from './payment-store.ts'

/** An option that is an object of this package, or the shop's own version of it. */
interface Part {
  option: 'client' | 'payments' | 'admin'
  /** The functions it must have. */
  functions: readonly string[]
  /** What makes it. */
  maker: string
}

/** @throws KhaltiConfigError for what is no client. */
export function requireClient(client: KhaltiClient | undefined): KhaltiClient {
  if (!client) throw new KhaltiConfigError('createCheckout has no `client`. Give it one: client: new KhaltiClient().')
  requirePart(client, { option: 'client', functions: ['lookup'], maker: 'new KhaltiClient()' })
  return client
}

/** @throws KhaltiConfigError for what is no store. */
export function requirePayments(payments: PaymentStore | undefined): PaymentStore {
  if (!payments) {
    throw new KhaltiConfigError(
      'createCheckout has no `payments`. Give it a store for your database, such as postgresPayments(pool) or mongoPayments(db); memoryPayments() will do while you try things out.',
    )
  }
  const functions = ['read', 'write', 'due', 'list'] satisfies (keyof PaymentStore)[]
  requirePart(payments, { option: 'payments', functions, maker: 'a store, such as postgresPayments(pool)' })
  return payments
}

/** The admin pages, where there are any. @throws KhaltiConfigError for what is none. */
export function readAdmin(admin: AdminPages | null | undefined): AdminPages | undefined {
  if (!admin) return undefined
  requirePart(admin, { option: 'admin', functions: ['answer'], maker: 'adminPages({ authorize })' })
  return admin
}

function requirePart(value: unknown, { option, functions, maker }: Part): void {
  const wrong = (what: string) => new KhaltiConfigError(`createCheckout's \`${option}\` is ${what}`)
  if (typeof value === 'function') {
    const call = option === 'payments' ? `${value.name || option}()` : maker
    throw wrong(`a function that was not called. Give it ${call}.`)
  }
  const own = Object(value) as Record<string, unknown>
  if (typeof own.then === 'function') throw wrong('a promise. Write `await` before what gives it.')
  const missing = functions.find((name) => typeof own[name] !== 'function')
  if (missing !== undefined) throw wrong(`${show(value)}, without the function \`${missing}\`. Give it ${maker}.`)
}
