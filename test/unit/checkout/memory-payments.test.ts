import { afterEach, describe, expect, it, vi } from 'vitest'
import { memoryPayments } from '../../../src/checkout/memory-payments.ts'
import type { StoredOrder } from '../../../src/checkout/payment-store.ts'
import { minute, now } from '../../support/records.ts'

afterEach(() => {
  for (const name of Object.getOwnPropertySymbols(globalThis)) {
    if (name.description === 'khalti-kit.memory-payments') Reflect.deleteProperty(globalThis, name)
  }
  vi.unstubAllEnvs()
})

const order = (orderId: string, change: Partial<StoredOrder> = {}): StoredOrder => ({
  orderId,
  version: 0,
  record: { of: orderId },
  keys: [],
  attention: false,
  changedAt: new Date(now),
  ...change,
})

const due = (orderId: string, ms: number) => order(orderId, { dueAt: new Date(now + ms) })

/** A store that has these orders, at a time that the test moves. */
async function openMemory(...orders: StoredOrder[]) {
  let time = now
  const store = memoryPayments({ now: () => new Date(time) })
  for (const one of orders) await store.write(one)
  const pass = (ms: number) => {
    time += ms
  }
  const idsDue = async (limit: number) => (await store.due(limit, minute)).orders.map(({ orderId }) => orderId)
  return { store, pass, idsDue }
}

const idsOf = (orders: StoredOrder[]) => orders.map(({ orderId }) => orderId)

describe('the orders that a memory gives out as due', () => {
  it('The longest due comes first, whatever the order in which they were written', async () => {
    const { idsDue } = await openMemory(due('b', -20), due('d', 0), due('a', -30), due('later', 1), due('c', -10))
    expect(await idsDue(10)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('No more come than were asked for, and the rest comes at the next call', async () => {
    const { idsDue } = await openMemory(due('b', -20), due('c', -10), due('a', -30))
    expect([await idsDue(2), await idsDue(2), await idsDue(2)]).toEqual([['a', 'b'], ['c'], []])
  })

  it('An order that is never due is not given out, however late it is', async () => {
    const { idsDue, pass } = await openMemory(order('never'), due('once', 0))
    pass(1_000 * minute)
    expect(await idsDue(10)).toEqual(['once'])
  })

  it('An order that was given out is due again when its lease ends, as it was otherwise', async () => {
    const { store, pass, idsDue } = await openMemory(due('a', -30))
    const { orders, now: at } = await store.due(1, minute)
    const given = { ...due('a', 0), version: 1, dueAt: new Date(now + minute) }
    expect([orders, at]).toEqual([[given], new Date(now)])
    pass(minute - 1)
    expect(await idsDue(1)).toEqual([])
    pass(1)
    expect(await idsDue(1)).toEqual(['a'])
  })
})

describe('the list of a memory', () => {
  const at = (orderId: string, ms: number, attention = false) =>
    order(orderId, { changedAt: new Date(now + ms), attention })
  const all = [at('b', 0), at('e', 5), at('c', 0), at('a', 0, true), at('d', 0), at('f', -5, true)]

  it('The newest change comes first, and of one instant the id that sorts last', async () => {
    const { store } = await openMemory(...all)
    expect(idsOf(await store.list({ limit: 10 }))).toEqual(['e', 'd', 'c', 'b', 'a', 'f'])
    expect(idsOf(await store.list({ limit: 10, attention: true }))).toEqual(['a', 'f'])
  })

  it.each<[before: string, ms: number, after: string[]]>([
    ['e', 5, ['d', 'c']],
    ['d', 0, ['c', 'b']],
    ['c', 0, ['b', 'a']],
    ['bb', 0, ['b', 'a']],
    ['a', 0, ['f']],
    ['f', -5, []],
  ])('The page after %s, which changed at %i, goes on with what comes behind', async (orderId, ms, after) => {
    const { store } = await openMemory(...all)
    const before = { orderId, changedAt: new Date(now + ms) }
    expect(idsOf(await store.list({ limit: 2, before }))).toEqual(after)
  })
})

describe('what a memory keeps of an order', () => {
  it('An order comes back as it was written, and a date that it has not stays absent', async () => {
    const { store } = await openMemory(order('a', { keys: ['k1', 'k2'] }), due('b', 7))
    expect(await store.read({ orderId: 'a' })).toStrictEqual({
      order: order('a', { keys: ['k1', 'k2'], version: 1 }),
      now: new Date(now),
    })
    expect((await store.read({ orderId: 'b' })).order?.dueAt).toEqual(new Date(now + 7))
    expect(await store.read({ orderId: 'none' })).toStrictEqual({ now: new Date(now) })
    expect(await store.read({ key: 'none' })).toStrictEqual({ now: new Date(now) })
  })

  it('Nobody changes a stored order by what they wrote or read', async () => {
    const given = order('a', { keys: ['k'], record: { list: [1] } })
    const { store } = await openMemory(given)
    const read = async () => (await store.read({ key: 'k' })).order
    for (const one of [given, await read()]) {
      one?.keys.push('another')
      if (one) one.record.list = [2]
    }
    expect(await read()).toEqual(order('a', { keys: ['k'], record: { list: [1] }, version: 1 }))
  })

  it('A key that an order gives up finds nothing, and another order may take it', async () => {
    const { store } = await openMemory(order('a', { keys: ['k1', 'k2'] }))
    await store.write(order('a', { keys: ['k2', 'k3'], version: 1 }))
    expect((await store.read({ key: 'k1' })).order).toBeUndefined()
    expect(await store.write(order('b', { keys: ['k1'] }))).toBe(true)
    expect((await store.read({ key: 'k1' })).order?.orderId).toBe('b')
    expect((await store.read({ key: 'k3' })).order?.version).toBe(2)
  })

  it('A key of another order is refused by its name, and nothing is written', async () => {
    const { store } = await openMemory(order('a', { keys: ['k'] }))
    await expect(store.write(order('b', { keys: ['free', 'k'] }))).rejects.toThrow(
      new Error("The key k of order b is another order's."),
    )
    expect((await store.read({ orderId: 'b' })).order).toBeUndefined()
    expect((await store.read({ key: 'free' })).order).toBeUndefined()
  })

  it('The memory that a process in development shares has the real time', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const before = Date.now()
    const { now: at } = await memoryPayments().read({ orderId: 'none' })
    expect(at.getTime()).toBeGreaterThanOrEqual(before)
    expect(at.getTime()).toBeLessThanOrEqual(Date.now())
  })
})
