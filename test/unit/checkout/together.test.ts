import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'
import type { PaymentStore, StoredOrder } from '../../../src/checkout/payment-store.ts'
import { Together } from '../../../src/checkout/together.ts'

const many = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`)
const order = (orderId: string, version = 1): StoredOrder => ({
  orderId,
  version,
  record: { orderId },
  keys: [],
  attention: false,
  changedAt: new Date(),
})

type WriteMany = (orders: StoredOrder[], all: (orders: StoredOrder[]) => Promise<string[]>) => Promise<string[]>

/** A store with these orders, which says how many were given together, and which were given alone. */
async function storeWith(ids: string[], writeMany: WriteMany = (orders, all) => all(orders)) {
  const memory = memoryPayments()
  for (const id of ids) await memory.write(order(id, 0))
  const alone: string[] = []
  const together: number[] = []
  const writeAll = async (orders: StoredOrder[]) => {
    const written = await Promise.all(orders.map((given) => memory.write(given)))
    return orders.map(({ orderId }) => orderId).filter((_, index) => written[index])
  }
  const payments: PaymentStore = {
    ...memory,
    write(given) {
      alone.push(given.orderId)
      return memory.write(given)
    },
    writeMany(orders) {
      together.push(orders.length)
      return writeMany(orders, writeAll)
    },
  }
  const made = Together.on(payments, { concurrency: 10 })
  if (!made) throw new Error('This store takes several orders at once.')
  return { memory, payments, alone, together, write: (given: StoredOrder) => made.write(given) }
}

const versionOf = async ({ memory }: { memory: PaymentStore }, orderId: string) =>
  (await memory.read({ orderId })).order?.version

describe('what a run of reconcile writes', () => {
  it('Orders written in one moment are given to the store together', async () => {
    const store = await storeWith(many(3))
    expect(await Promise.all(many(3).map((id) => store.write(order(id))))).toEqual([true, true, true])
    expect(store).toMatchObject({ together: [3], alone: [] })
    expect(await versionOf(store, 'o2')).toBe(2)
  })

  it('While the store is busy with some, those that come wait, and are given together next', async () => {
    let answer = () => {}
    const busy = new Promise<void>((resolve) => {
      answer = resolve
    })
    const store = await storeWith(many(4), async (orders, all) => {
      await busy
      return all(orders)
    })
    const first = store.write(order('o0'))
    await vi.waitFor(() => expect(store.together).toEqual([1]))
    const later = many(4)
      .slice(1)
      .map((id) => store.write(order(id)))
    answer()
    expect(await Promise.all([first, ...later])).toEqual([true, true, true, true])
    expect(store.together).toEqual([1, 3])
  })

  it('At most a hundred orders are given together', async () => {
    const store = await storeWith(many(205))
    const written = await Promise.all(many(205).map((id) => store.write(order(id))))
    expect(written.every(Boolean)).toBe(true)
    expect(store.together).toEqual([100, 100, 5])
  })

  it('An order that the store has left out is written by itself, and says what became of it', async () => {
    const store = await storeWith(many(3), (orders, all) => all(orders.filter(({ orderId }) => orderId !== 'o1')))
    await store.memory.write(order('o2'))
    expect(await Promise.all(many(3).map((id) => store.write(order(id))))).toEqual([true, true, false])
    expect(store.alone).toEqual(['o1', 'o2'])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('One of them cannot be stored.'))],
    [
      'throws',
      () => {
        throw new Error('One of them cannot be stored.')
      },
    ],
  ])('Where the store %s with several orders, each is written by itself', async (_, writeMany) => {
    const store = await storeWith(many(3), writeMany)
    expect(await Promise.all(many(3).map((id) => store.write(order(id))))).toEqual([true, true, true])
    expect(store.alone).toEqual(many(3))
  })

  it('Where the store never answers for several orders, each is written by itself after half a minute', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const store = await storeWith(many(2), () => new Promise(() => {}))
    const writing = Promise.all(many(2).map((id) => store.write(order(id))))
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await writing).toEqual([true, true])
  })

  it('A new order is written by itself', async () => {
    const store = await storeWith([])
    expect(await store.write(order('new', 0))).toBe(true)
    expect(store).toMatchObject({ together: [], alone: ['new'] })
  })

  it('Of two writes of one order in one moment exactly one is true', async () => {
    const store = await storeWith(many(2))
    const written = await Promise.all(['o0', 'o0', 'o1'].map((id) => store.write(order(id))))
    expect(written.filter(Boolean)).toHaveLength(2)
    expect(written[2]).toBe(true)
    expect(await versionOf(store, 'o0')).toBe(2)
  })

  it('A store that takes one order at a time, or a run that looks at one at a time, gathers nothing', async () => {
    const { payments } = await storeWith([])
    expect(Together.on(payments, { concurrency: 1 })).toBeUndefined()
    expect(Together.on(payments, { concurrency: 2 })).toBeInstanceOf(Together)
    expect(Together.on(memoryPayments(), { concurrency: 10 })).toBeUndefined()
  })

  it('A store that is an instance of a class is called as its method', async () => {
    class Counting {
      #count = 0
      readonly #memory = memoryPayments()
      readonly read = this.#memory.read
      readonly write = this.#memory.write
      readonly due = this.#memory.due
      readonly list = this.#memory.list
      get count() {
        return this.#count
      }
      async writeMany(orders: StoredOrder[]) {
        this.#count += orders.length
        return orders.map(({ orderId }) => orderId)
      }
    }
    const payments = new Counting()
    await Together.on(payments, { concurrency: 10 })?.write(order('o0'))
    expect(payments.count).toBe(1)
  })
})
