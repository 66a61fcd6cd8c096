import type { PaymentStore } from '../checkout/payment-store.ts'
import { benchOf, type StoreFact, type StoreUnderTest } from './bench.ts'
import { dueFacts } from './due-facts.ts'
import { keyFacts } from './key-facts.ts'
import { listFacts } from './list-facts.ts'
import { recordFacts } from './record-facts.ts'
import { transactionFacts } from './transaction-facts.ts'
import { writeFacts } from './write-facts.ts'

/** The two functions of a test runner that the suite needs. vitest, jest, node:test and bun:test have them. */
export interface TestRunner {
  describe(name: string, tests: () => void): unknown
  it(title: string, test: () => Promise<void>, timeoutMs?: number): unknown
}

/** What the maker of a store receives. */
export interface StoreClock {
  /** A clock that the suite moves, for stores that can be given one. */
  now: () => Date
}

/**
 * Makes an empty store, for one test. One that takes the clock it is given (a function with a parameter) or that gives
 * `advance` back is tried within seconds; any other waits for real leases, for half a minute in all.
 */
export type MakeStore = (clock: StoreClock) => StoreUnderTest | PaymentStore | Promise<StoreUnderTest | PaymentStore>

const timeoutMs = 60_000
const patienceMs = 50_000

/** All that a store must do, each with what is lost where it does not. */
export const storeFacts: readonly StoreFact[] = [
  ...writeFacts,
  ...keyFacts,
  ...recordFacts,
  ...dueFacts,
  ...listFacts,
  ...transactionFacts,
]

/**
 * The conformance suite for a payment store of your own, races included: one test for each thing that a checkout relies on.
 * It runs under vitest, jest and bun:test as it is, and under `node --test`.
 *
 * @param name - What the store is called.
 * @param create - Makes an empty store for each test.
 * @param runner - `describe` and `it`; default: those of the runner that is running.
 *
 * @example
 * ```ts
 * import { memoryPayments } from 'khalti-kit/checkout'
 * import { describePaymentStore } from 'khalti-kit/testing'
 *
 * describePaymentStore('memory', ({ now }) => memoryPayments({ now }))
 * ```
 */
export function describePaymentStore(name: string, create: MakeStore, runner: TestRunner = findRunner()): void {
  runner.describe(`${name} as a payment store`, () => {
    for (const fact of storeFacts) runner.it(fact.title, () => tryFact(fact, create), timeoutMs)
  })
}

/** Tries one fact on a new store. @throws Error that says what is wrong and why it matters. */
export async function tryFact(fact: StoreFact, create: MakeStore): Promise<void> {
  let time = Date.UTC(2026, 6, 1)
  const now = () => new Date(time)
  const made = await create({ now })
  const subject: StoreUnderTest = 'store' in made ? made : { store: made }
  const moveClock = (ms: number) => {
    time += ms
  }
  const takesClock = subject.advance === undefined && create.length > 0
  const bench = takesClock ? benchOf({ ...subject, advance: moveClock }, now) : benchOf(subject)
  const end = endless()
  try {
    await Promise.race([fact.run(bench), end.reached])
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error)
    throw new Error(`${what}.\nWhat must hold: ${fact.title}.\nOtherwise: ${fact.why}`, { cause: error })
  } finally {
    end.clear()
    await subject.close?.()
  }
}

/** Says what is wrong before the runner says only that it has waited for too long. */
function endless() {
  const { setTimeout, clearTimeout } = globalThis
  let timer: ReturnType<typeof setTimeout> | undefined
  const reached = new Promise<never>((_, reject) => {
    const late = `The store has not answered for ${patienceMs / 1000} seconds. Does a call wait for a transaction that waits for it`
    timer = setTimeout(() => reject(new Error(late)), patienceMs)
  })
  return { reached, clear: () => clearTimeout(timer) }
}

interface RunnerGlobals extends Partial<TestRunner> {
  /** Vitest without its globals. */
  __vitest_index__?: Partial<TestRunner>
  process?: {
    getBuiltinModule?(name: string): Partial<TestRunner> | undefined
    env?: Record<string, string | undefined>
  }
}

function findRunner(): TestRunner {
  const globals = globalThis as RunnerGlobals
  const builtin = (name: string) => globals.process?.getBuiltinModule?.(name)
  const nodeTest = globals.process?.env?.NODE_TEST_CONTEXT ? builtin('node:test') : undefined
  // Bun gives `describe` to the test file alone, and not to what it imports.
  for (const runner of [globals, globals.__vitest_index__, nodeTest, builtin('bun:test')]) {
    if (runner?.describe && runner.it) return { describe: runner.describe, it: runner.it }
  }
  throw new Error(
    'describePaymentStore finds no test runner. Run it in a test file of vitest, jest or bun:test, or with node --test; or pass { describe, it } as its third argument.',
  )
}
