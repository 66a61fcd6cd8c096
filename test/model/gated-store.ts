import type { PaymentStore, StoredOrder } from 'khalti-kit/checkout'
import type { Handout, Ledger } from './ledger.ts'
import type { Mishap, Process, Traffic } from './process.ts'

/** What a process gets as `context.transaction`. */
export interface WorldTransaction {
  process: Process
  /** The store's own. */
  native: unknown
  writes: StoredOrder[]
  /** What the shop has written in it. */
  handouts: Handout[]
  ended: boolean
}

/** A database that several processes use. */
export interface Database {
  store: PaymentStore<never>
  /** Whether a call has to wait for a transaction of another. */
  isLocked?(by: { orderId: string } | { key: string }, native?: never): boolean
  /** Whether it has one connection, so that every call waits while a transaction is open. */
  exclusive: boolean
  /** The transactions that are open. */
  open: Set<WorldTransaction>
}

type Target = { orderId: string } | { key: string }

/** One process's connection to the database: every call waits for the scheduler, and dies with its process. */
export function gatedStore(
  process: Process,
  database: Database,
  { ledger, traffic }: Books,
): PaymentStore<WorldTransaction> {
  const { store, open } = database
  const blocked = (target: Target, transaction?: WorldTransaction) => {
    if (database.exclusive) return [...open].some((other) => other !== transaction)
    return database.isLocked?.(target, transaction?.native as never) ?? false
  }
  const call = <Result>(words: string, how: Call<Result>) =>
    process.step({
      words,
      ready: () => !(how.target && blocked(how.target, how.transaction)),
      run: how.run,
      ...(how.isPrivate && { isPrivate: true }),
      mishaps: how.mishaps,
      failure: () => new Error('the database did not answer'),
    })

  const gated: PaymentStore<WorldTransaction> = {
    read: (by, transaction) =>
      call('reads the order', {
        // Without a transaction a read sees what is committed and waits for nobody, but for the only connection.
        ...((transaction || database.exclusive) && { target: by }),
        transaction,
        mishaps: ['fails'],
        run: () => store.read(by, transaction?.native as never),
      }),
    write: (order, transaction) =>
      call(`stores ${describeWrite(order, ledger)}`, {
        target: order,
        transaction,
        // In a transaction the row is its own since it was read.
        isPrivate: transaction !== undefined,
        mishaps: ['fails', 'loses its answer'],
        async run() {
          const taken = await store.write(order, transaction?.native as never)
          if (taken && transaction) transaction.writes.push(copy(order))
          else if (taken) ledger.commit([copy(order)])
          return taken
        },
      }),
    due: (limit, leaseMs) =>
      call('asks which orders are due', {
        target: database.exclusive ? { orderId: '' } : undefined,
        mishaps: ['fails', 'loses its answer'],
        async run() {
          const found = await store.due(limit, leaseMs)
          for (const { orderId } of found.orders) ledger.lease(orderId, new Date(found.now.getTime() + leaseMs))
          return found
        },
      }),
    list: (query) => store.list(query),
  }
  if (!store.transaction) return gated
  return { ...gated, transaction: (run) => runGated({ process, database, ledger, traffic }, run) }
}

/** A copy that shares nothing. */
function copy(order: StoredOrder): StoredOrder {
  return { ...order, record: JSON.parse(JSON.stringify(order.record)), keys: [...order.keys] }
}

interface Books {
  ledger: Ledger
  traffic: Traffic
}

interface Call<Result> {
  target?: Target | undefined
  transaction?: WorldTransaction | undefined
  isPrivate?: boolean
  mishaps: Mishap[]
  run(): Promise<Result>
}

function describeWrite({ orderId, version, record }: StoredOrder, ledger: Ledger): string {
  const known = ledger.orders.get(orderId)?.record.events.length ?? 0
  const events = (record.events as { what: string }[]).slice(known).map(({ what }) => what)
  return `version ${version + 1}${events.length > 0 ? ` (${events.join(', ')})` : ''}`
}

/** A transaction of three steps or more: it begins, does its work, and is committed; or it is rolled back. */
async function runGated<Result>(
  { process, database, ledger, traffic }: Books & { process: Process; database: Database },
  run: (transaction: WorldTransaction) => Promise<Result>,
): Promise<Result> {
  const { store, open, exclusive } = database
  const transaction: WorldTransaction = { process, native: undefined, writes: [], handouts: [], ended: false }
  let decide: (problem?: unknown) => void = () => {}
  let over: Promise<unknown> = Promise.resolve()
  const close = (problem: unknown) => {
    if (transaction.ended) return
    transaction.ended = true
    traffic.underWay += 1
    decide(problem)
    over = over.finally(() => {
      open.delete(transaction)
      traffic.underWay -= 1
    })
  }
  await process.step({
    words: 'begins a transaction',
    isPrivate: !exclusive,
    ready: () => !exclusive || open.size === 0,
    mishaps: ['fails'],
    failure: () => new Error('the database did not answer'),
    async run() {
      await new Promise<void>((begun, fail) => {
        over = store
          .transaction?.(async (native) => {
            transaction.native = native
            begun()
            await new Promise<void>((commit, rollBack) => {
              decide = (problem) => (problem === undefined ? commit() : rollBack(problem))
            })
          })
          .catch(fail) as Promise<unknown>
      })
      open.add(transaction)
    },
  })
  process.onDeath.push(() => close(new Error('its process died')))
  try {
    const result = await run(transaction)
    await process.step({
      words: 'commits',
      mishaps: ['fails', 'loses its answer'],
      failure: () => new Error('the connection broke at the commit'),
      async run() {
        if (transaction.ended) throw new Error('the transaction was over')
        close(undefined)
        await over
        ledger.commit(transaction.writes, transaction.handouts)
      },
    })
    return result
  } catch (error) {
    close(error)
    throw error
  }
}
