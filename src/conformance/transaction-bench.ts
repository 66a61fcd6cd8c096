import type { PaymentStore, StoredOrder } from '../checkout/payment-store.ts'
import { type Bench, must, mustReject, pause, type StoreFact } from './bench.ts'

/** A store that has transactions. */
type Transactional = PaymentStore & { transaction: NonNullable<PaymentStore['transaction']> }

/** How long something outside of a transaction may take before we go on inside: it may have to wait for our end. */
export const graceMs = 300

/** A write from outside: begun, and perhaps done. */
export interface Outside {
  /** Whether it has ended, or undefined where it waits. */
  soFar: boolean | undefined
  end: Promise<boolean>
}

/** Begins a write outside of a transaction. A store may make it wait, so that we must not. */
export async function writeOutside(bench: Bench, order: StoredOrder): Promise<Outside> {
  const end = bench.store.write(order)
  // Awaited below, by who began it; until then a rejection is not unhandled.
  end.catch(() => undefined)
  const soFar = await Promise.race([end, pause(graceMs).then(() => undefined)])
  return { soFar, end }
}

/** A fact about stores that have transactions; the others have nothing to prove here. */
export function inTransactions({
  run,
  ...fact
}: Omit<StoreFact, 'run'> & { run(bench: Bench, store: Transactional): Promise<void> }): StoreFact {
  const has = (store: PaymentStore): store is Transactional => store.transaction !== undefined
  return {
    ...fact,
    async run(bench) {
      // A store may learn from its first answer whether the server has transactions.
      await bench.store.read({ orderId: 'nobody' })
      if (has(bench.store)) await run(bench, bench.store)
    },
  }
}

class OwnFailure extends Error {}

/** A transaction that fails when `act` has run. */
export async function fail(store: Transactional, act: (transaction: unknown) => Promise<unknown>): Promise<void> {
  const failure = new OwnFailure('the shop’s own writing failed')
  let earlier: unknown
  const thrown = await mustReject(
    store.transaction(async (transaction) => {
      await act(transaction).catch((error: unknown) => {
        earlier = error
        throw error
      })
      throw failure
    }),
    'a transaction whose function throws',
  )
  if (earlier !== undefined) throw earlier
  must(thrown === failure, `transaction threw ${String(thrown)}, and must throw what its function threw`)
}
