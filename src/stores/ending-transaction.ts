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
      return typeof value === 'function' && !isFixed(target, name) ? method(value, target) : value
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

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function'

/** What a proxy must give as it is. */
function isFixed(target: object, name: PropertyKey): boolean {
  const own = Object.getOwnPropertyDescriptor(target, name)
  return own?.configurable === false && own.writable === false
}
