import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'
import type { PaymentStore, StoredOrder } from '../../../src/checkout/payment-store.ts'
import { Together } from '../../../src/checkout/together.ts'
import { withMany } from '../../../src/checkout/write-many.ts'

const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`)
const order = (orderId: string, version = 1): StoredOrder => ({
  orderId,
  version,
  record: { orderId },
  keys: [],
  attention: false,
  changedAt: new Date(),
})

type WriteAll = (orders: StoredOrder[]) => Promise<string[]>

/** A store with these orders, which says how many were given together, and which were given alone. */
async function storeWith(ids: string[], many: (orders: StoredOrder[], all: WriteAll) => Promise<string[]>) {
  const memory = memoryPayments()
  for (const id of ids) await memory.write(order(id, 0))
  const alone: string[] = []
  const together: number[] = []
  const writeAll: WriteAll = async (orders) => {
    const written = await Promise.all(orders.map((given) => memory.write(given)))
    return orders.map(({ orderId }) => orderId).filter((_, index) => written[index])
  }
  const write: PaymentStore['write'] = (given) => {
    alone.push(given.orderId)
    return memory.write(given)
  }
  const payments: PaymentStore = {
    ...memory,
    write: withMany(write, (orders) => {
      together.push(orders.length)
      return many(orders, writeAll)
    }),
  }
  const made = Together.on(payments, { concurrency: 10 })
  if (!made) throw new Error('This store takes several orders at once.')
  const writeEach = (each: string[]) => Promise.all(each.map((id) => made.write(order(id))))
  return { memory, payments, alone, together, write: (given: StoredOrder) => made.write(given), writeEach }
}

const plain = (orders: StoredOrder[], all: WriteAll) => all(orders)
const versionOf = async ({ memory }: { memory: PaymentStore }, orderId: string) =>
  (await memory.read({ orderId })).order?.version

describe('what a run of reconcile writes in one moment', () => {
  it('Orders written in one moment are given to the store together', async () => {
    const store = await storeWith(idsOf(3), plain)
    expect(await store.writeEach(idsOf(3))).toEqual([true, true, true])
    expect(store).toMatchObject({ together: [3], alone: [] })
    expect(await versionOf(store, 'o2')).toBe(2)
  })

  it('Orders written while the store is busy with others do not wait for those', async () => {
    const store = await storeWith(idsOf(4), (orders, all) =>
      orders[0]?.orderId === 'o0' ? new Promise(() => {}) : all(orders),
    )
    void store.writeEach(['o0', 'o1'])
    await vi.waitFor(() => expect(store.together).toEqual([2]))
    expect(await store.writeEach(['o2', 'o3'])).toEqual([true, true])
  })

  it('An order that nothing is written beside is written by itself', async () => {
    const store = await storeWith(idsOf(1), plain)
    expect(await store.writeEach(idsOf(1))).toEqual([true])
    expect(store).toMatchObject({ together: [], alone: ['o0'] })
  })

  it('At most a hundred orders are given together', async () => {
    const store = await storeWith(idsOf(205), plain)
    expect((await store.writeEach(idsOf(205))).every(Boolean)).toBe(true)
    expect(store.together).toEqual([100, 100, 5])
  })

  it('An order that the store has left out is written by itself, and says what became of it', async () => {
    const store = await storeWith(idsOf(3), (orders, all) => all(orders.filter(({ orderId }) => orderId !== 'o1')))
    await store.memory.write(order('o2'))
    expect(await store.writeEach(idsOf(3))).toEqual([true, true, false])
    expect(store.alone).toEqual(['o1', 'o2'])
  })

  it('Where the store fails with several orders, each is written by itself, and so are all that follow', async () => {
    const store = await storeWith(idsOf(5), () => Promise.reject(new Error('One of them cannot be stored.')))
    expect(await store.writeEach(idsOf(3))).toEqual([true, true, true])
    expect(await store.writeEach(['o3', 'o4'])).toEqual([true, true])
    expect(store).toMatchObject({ together: [3], alone: idsOf(5) })
  })

  it('Where the store has not answered for several orders within three seconds, each is written by itself', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const store = await storeWith(idsOf(4), () => new Promise(() => {}))
    const writing = store.writeEach(['o0', 'o1'])
    await vi.waitFor(() => expect(store.together).toEqual([2]))
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await writing).toEqual([true, true])
    expect(await store.writeEach(['o2', 'o3'])).toEqual([true, true])
    expect(store).toMatchObject({ together: [2], alone: idsOf(4) })
  })

  it('What a step has stored without an answer, or late, is told as written, and what another wrote is not', async () => {
    const store = await storeWith(idsOf(3), async (orders, all) => {
      await all(orders.filter(({ orderId }) => orderId !== 'o2'))
      throw new Error('The connection broke.')
    })
    await store.memory.write({ ...order('o2'), record: { orderId: 'o2', claim: 'of another' } })
    expect(await store.writeEach(idsOf(3))).toEqual([true, true, false])
    expect([await versionOf(store, 'o0'), await versionOf(store, 'o2')]).toEqual([2, 2])
  })

  it("What a step has stored, and somebody has changed since, is told as another's", async () => {
    const store = await storeWith(idsOf(2), async (orders, all) => {
      await all(orders)
      await all([order('o1', 2)])
      throw new Error('The connection broke.')
    })
    expect(await store.writeEach(idsOf(2))).toEqual([true, false])
  })

  it('Orders are written also where a test has stopped every timer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const store = await storeWith(idsOf(2), plain)
    expect(await store.writeEach(idsOf(2))).toEqual([true, true])
  })

  it('A new order is written by itself', async () => {
    const store = await storeWith([], plain)
    expect(await Promise.all([store.write(order('new', 0)), store.write(order('newer', 0))])).toEqual([true, true])
    expect(store).toMatchObject({ together: [], alone: ['new', 'newer'] })
  })

  it('Of two writes of one order in one moment exactly one is true', async () => {
    const store = await storeWith(idsOf(2), plain)
    const written = await store.writeEach(['o0', 'o0', 'o1'])
    expect(written.filter(Boolean)).toHaveLength(2)
    expect(written[2]).toBe(true)
    expect(await versionOf(store, 'o0')).toBe(2)
  })
})

describe('where reconcile gathers nothing', () => {
  it('A store whose write another one has taken the place of is asked for one order at a time', async () => {
    const { payments } = await storeWith([], plain)
    const sealed: PaymentStore = {
      ...payments,
      write: (given) => payments.write({ ...given, record: { sealed: true } }),
    }
    expect(Together.on(sealed, { concurrency: 10 })).toBeUndefined()
    expect(Together.on({ ...payments }, { concurrency: 10 })).toBeInstanceOf(Together)
    expect(Together.on(memoryPayments(), { concurrency: 10 })).toBeUndefined()
  })

  it('A run that looks at one payment at a time gathers nothing', async () => {
    const { payments } = await storeWith([], plain)
    expect(Together.on(payments, { concurrency: 1 })).toBeUndefined()
    expect(Together.on(payments, { concurrency: 2 })).toBeInstanceOf(Together)
  })

  it('Where the runtime has no setImmediate a run gathers nothing', async () => {
    const { payments } = await storeWith([], plain)
    vi.stubGlobal('setImmediate', undefined)
    vi.resetModules()
    onTestFinished(() => {
      vi.unstubAllGlobals()
      vi.resetModules()
    })
    const elsewhere = await import('../../../src/checkout/together.ts')
    expect(elsewhere.Together.on(payments, { concurrency: 10 })).toBeUndefined()
  })
})
