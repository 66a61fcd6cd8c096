import { isObject } from '../core/given.ts'
import type { SqlDriver } from './sql-driver.ts'

/**
 * Seconds after which a server ends a transaction that asks nothing of it: longer than any claim, since `fulfil` may wait for
 * others. A function that was frozen in `fulfil` must not hold the order for ever.
 */
export const silentSeconds = 360

/** The driver with transactions that end for the shop when they end; the store asks the real ones. */
export function endingDriver<Transaction>(driver: SqlDriver<Transaction>): SqlDriver<Transaction> {
  const transact = driver.transaction?.bind(driver)
  if (transact === undefined) return driver
  const realOf = new WeakMap<WeakKey, Transaction>()
  return {
    marks: driver.marks,
    query: (text, values, shown) => driver.query(text, values, realOf.get(shown as WeakKey) ?? shown),
    transaction: (run) =>
      transact(async (real) => {
        const { shown, end } = endingTransaction(real)
        if (shown !== real) realOf.set(shown as WeakKey, real)
        try {
          return await run(shown)
        } finally {
          end()
        }
      }),
  }
}

/** A transaction as `fulfil` gets it, and the one that it stands for. */
export interface EndingTransaction<Transaction> {
  shown: Transaction
  /** From now on whoever asks it for something hears that it is over. */
  end(): void
}

/**
 * Some libraries let a transaction that is over go on, on a connection that others have by now: what a late `fulfil` writes
 * through it would be in nobody's transaction. This one ends for whoever has it.
 */
export function endingTransaction<Transaction>(real: Transaction): EndingTransaction<Transaction> {
  if (!isObject(real)) return { shown: real, end() {} }
  let isOver = false
  const requireOpen = () => {
    if (!isOver) return
    throw new Error(
      'This transaction is over: fulfil goes on after it has ended. Await all that it begins, and heed context.signal.',
    )
  }
  const shown: Transaction & object = new Proxy(real, {
    get(target, name) {
      // A promise asks whatever it resolves to for this.
      if (name !== 'then') requireOpen()
      // Its own getters and methods must find their private fields.
      const value: unknown = Reflect.get(target, name, target)
      return isMethod(target, name, value) ? method(value, target) : value
    },
    apply(target, self, values) {
      requireOpen()
      return Reflect.apply(target as never, self, values)
    },
  })
  const method = (run: object, target: object) =>
    new Proxy(run, {
      apply: (_, self, values) => {
        requireOpen()
        return Reflect.apply(run as never, self === shown ? target : self, values)
      },
    })
  return {
    shown,
    end() {
      isOver = true
    },
  }
}

/** Whether it is one that ends. A constructor is compared with a class, so it must be the class. */
const isMethod = (target: object, name: PropertyKey, value: unknown): value is object =>
  typeof value === 'function' && name !== 'constructor' && !isFixed(target, name)

/** What a proxy must give as it is. */
function isFixed(target: object, name: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, name)
  return own?.configurable === false && own.writable === false
}
