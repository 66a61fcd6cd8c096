import { afterEach, describe, expect, it, vi } from 'vitest'
import { change, changeWithin, find, type Rule } from '../../../src/checkout/change.ts'
import { openInside } from '../../support/inside.ts'
import { link, record } from '../../support/records.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const rename: Rule<string> = (before) => ({ record: { ...before, fingerprint: 'new' }, answer: 'renamed' })

/** A store whose writes lose to another's so often, and how long the checkout pauses in between. */
function openLosing(losses: number) {
  const pauses: number[] = []
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
    // The store has half a minute for each answer.
    if (ms === 30_000) return
    pauses.push(ms)
    queueMicrotask(run)
  }) as never)
  const write = vi.fn()
  const read = vi.fn()
  const inside = openInside({}, (memory) => ({
    async write(order) {
      write()
      return write.mock.calls.length > losses && memory.write(order)
    },
    read(by) {
      read()
      return memory.read(by)
    },
  }))
  return { ...inside, pauses, write, read }
}

describe('a change that others come before', () => {
  it.each<[losses: number, pauses: number[]]>([
    [0, []],
    [1, []],
    [2, []],
    [3, [7.5]],
    [5, [7.5, 10, 12.5]],
  ])('A change that loses %i times is made in the end, with pauses of %j', async (losses, between) => {
    const { shop, keep, kept, pauses, write, read } = openLosing(losses)
    await keep(record())
    expect(await change(shop, 'topi', rename)).toMatchObject({ answer: 'renamed', order: { version: 2 }, untold: [] })
    expect(await kept()).toMatchObject({ version: 2, record: { fingerprint: 'new' } })
    expect(pauses).toEqual(between)
    expect([write.mock.calls.length, read.mock.calls.length]).toEqual([losses + 1, losses + 1])
  })

  it('A change that loses 99 times is made, and no pause is longer than a fifth of a second', async () => {
    const { shop, keep, pauses } = openLosing(99)
    await keep(record())
    expect(await change(shop, 'topi', rename)).toHaveProperty('order.version', 2)
    expect(pauses).toHaveLength(97)
    expect([pauses[36], pauses[37], pauses[38], pauses.at(-1)]).toEqual([97.5, 100, 100, 100])
  })

  it('A change that loses 100 times is given up, and its error doubts the store', async () => {
    const { shop, keep, kept, write } = openLosing(100)
    await keep(record())
    await expect(change(shop, 'topi', rename)).rejects.toThrow(
      new Error('Order topi could not be changed: others came first 100 times. Is its store sound?'),
    )
    expect([write.mock.calls.length, (await kept())?.version]).toEqual([100, 1])
  })
})

describe('the read that a change decides on', () => {
  it.each([
    [0, 0],
    [4_999, 0],
    [5_000, 1],
    [60_000, 1],
  ])('An order that was read %i ms ago is read %i times for a change', async (age, reads) => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const { shop, keep, read } = openLosing(0)
    await keep(record())
    const { order } = await find(shop, { orderId: 'topi' })
    read.mockClear()
    vi.advanceTimersByTime(age)
    await change(shop, order as NonNullable<typeof order>, rename)
    expect(read).toHaveBeenCalledTimes(reads)
  })

  it('An order that has been changed can be changed again without another read', async () => {
    const { shop, keep, kept, read } = openLosing(0)
    await keep(record())
    const { order } = await change(shop, 'topi', rename)
    const again = await change(shop, order, (before) => ({ record: { ...before, fingerprint: 'newer' }, answer: 1 }))
    expect(again.order).toMatchObject({ version: 3, changedAt: order.changedAt })
    expect([(await kept())?.version, read.mock.calls.length]).toEqual([3, 1])
  })

  it('An order that is not stored yet begins as its first version', async () => {
    const { shop, kept } = openInside()
    expect(await change(shop, 'new', rename)).toHaveProperty('order.version', 1)
    expect(await kept('new')).toMatchObject({ version: 1, record: { orderId: 'new', environment: 'sandbox' } })
  })

  it('A rule that changes nothing writes nothing', async () => {
    const { shop, keep, write } = openLosing(0)
    await keep(record())
    const changed = await change(shop, 'topi', (before) => ({ record: before, answer: 'as it was' }))
    expect(changed).toMatchObject({ answer: 'as it was', order: { version: 1 }, untold: [] })
    expect(write).not.toHaveBeenCalled()
  })
})

describe('a change within a transaction', () => {
  const within = { orderId: 'topi', transaction: 'the transaction' }

  it('A change within a transaction reads and writes in it', async () => {
    const asked: unknown[] = []
    const { shop, keep, kept } = openInside({}, ({ read, write }) => ({
      read: (by, transaction) => {
        asked.push(transaction)
        return read(by)
      },
      write: (order, transaction) => {
        asked.push(transaction)
        return write(order)
      },
    }))
    await keep(record())
    expect(await changeWithin(shop, within, rename)).toHaveProperty('answer', 'renamed')
    expect([asked, (await kept())?.version]).toEqual([['the transaction', 'the transaction'], 2])
  })

  it('An order that is gone from the store is not changed within a transaction', async () => {
    const { shop, kept } = openInside()
    await expect(changeWithin(shop, within, rename)).rejects.toThrow(
      new Error('Order topi is not in the store any more.'),
    )
    expect(await kept()).toBeUndefined()
  })

  it('A store that does not lock an order for its transaction is told so, and the write is not tried again', async () => {
    const { shop, keep, write } = openLosing(1)
    await keep(record())
    await expect(changeWithin(shop, within, rename)).rejects.toThrow(
      new Error('Order topi was changed by another while a transaction had it: its store does not lock it.'),
    )
    expect(write).toHaveBeenCalledTimes(1)
  })

  it('A key of another order ends a change within a transaction', async () => {
    const { shop, keep } = openInside()
    await keep(record())
    await keep(record([link({ pidx: 'b', transactionId: 'txn-shared' })], { orderId: 'other' }))
    const learn: Rule<void> = (before) => ({
      record: { ...before, links: [link({ transactionId: 'txn-shared' })] },
      answer: undefined,
    })
    await expect(changeWithin(shop, within, learn)).rejects.toThrow(
      new Error("The key txn-shared of order topi is another order's."),
    )
  })
})
