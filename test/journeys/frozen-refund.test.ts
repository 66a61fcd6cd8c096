import { memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const minute = 60_000

/** A sold order, and a refund of it whose process stops as soon as the store has its intent, until it is woken. */
async function openFrozen(otherwise: (memory: PaymentStore) => Partial<PaymentStore> = () => ({})) {
  const world = openShop()
  const memory = memoryPayments({ now: world.now })
  const sent: unknown[] = []
  const reads: unknown[] = []
  const readsBefore: unknown[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    if (String(input).endsWith('/refund/')) {
      sent.push(JSON.parse(String(init?.body)))
      readsBefore.push(...reads)
    }
    return world.simulator.fetch(input, init)
  }
  let wake = () => {}
  const asleep = new Promise<void>((resolve) => {
    wake = resolve
  })
  let hasFallenAsleep = () => {}
  const fallsAsleep = new Promise<void>((resolve) => {
    hasFallenAsleep = resolve
  })
  let freezes = false
  const store: PaymentStore = {
    ...memory,
    ...otherwise(memory as PaymentStore),
    async write(order) {
      const isStored = await memory.write(order)
      if (freezes) {
        freezes = false
        hasFallenAsleep()
        await asleep
        reads.length = 0
      }
      return isStored
    },
  } as PaymentStore
  const read = store.read
  store.read = (by) => {
    reads.push(by)
    return read(by)
  }
  const other = openShop({ checkout: { payments: memory }, client: { fetch } })
  const frozen = openShop({ checkout: { payments: store }, client: { fetch } })
  const { pidx } = await other.checkout.initiate(other.order())
  world.simulator.pay(pidx)
  await other.checkout.settle(pidx)
  return {
    ...world,
    /** The checkout of another process. */
    checkout: other.checkout,
    pidx,
    sent,
    /** What the store was asked between the wake and the refund's way to Khalti. */
    readsBefore,
    /** Begins a refund of 100 rupees with the id `a`, and stops. */
    async begin() {
      freezes = true
      const first = frozen.checkout.refund(pidx, { amount: 10_000, id: 'a' })
      await fallsAsleep
      return { first }
    },
    wake,
  }
}

describe('a refund whose process was frozen before Khalti was asked', () => {
  it('A refund that a person has resolved and repeated meanwhile is not sent by the process that wakes', async () => {
    const { checkout, pidx, pass, begin, wake, sent } = await openFrozen()
    const { first } = await begin()
    pass(20 * minute)
    await checkout.reconcile()
    await checkout.resolveRefund(pidx, 'a', 'not-done', { by: 'Sita' })
    await checkout.refund(pidx, { amount: 10_000, id: 'b' })
    wake()
    expect(await first).toMatchObject({ id: 'a', state: 'refused' })
    expect(sent).toEqual([{ amount: 10_000 }])
    expect(await checkout.find('topi')).toMatchObject([{ refundedAmount: 10_000 }])
  })

  it('A refund that reconcile has doubted meanwhile is not sent, and stays unclear for a person', async () => {
    const { checkout, pass, begin, wake, sent } = await openFrozen()
    const { first } = await begin()
    pass(20 * minute)
    await checkout.reconcile()
    wake()
    expect(await first).toMatchObject({ id: 'a', state: 'unclear' })
    expect(sent).toEqual([])
  })

  it.each([2.5, 20])(
    'A refund that wakes %d minutes after it was stored is refused unsent, and can be asked for again',
    async (minutes) => {
      const { checkout, pidx, pass, begin, wake, sent } = await openFrozen()
      const { first } = await begin()
      pass(minutes * minute)
      wake()
      const message = 'Not sent: the process had stopped for too long. Ask for the refund again.'
      expect(await first).toMatchObject({ id: 'a', state: 'refused', message })
      expect(sent).toEqual([])
      expect((await checkout.order('topi'))?.refunds).toMatchObject([{ id: 'a', state: 'refused', message }])
      expect(await checkout.refund(pidx, { amount: 10_000, id: 'b' })).toMatchObject({ state: 'done' })
      expect(sent).toEqual([{ amount: 10_000 }])
    },
  )

  it('A refund that wakes in time is sent, after a single read of its order', async () => {
    const { pass, begin, wake, sent, readsBefore } = await openFrozen()
    const { first } = await begin()
    pass(2.5 * minute - 1)
    wake()
    expect(await first).toMatchObject({ id: 'a', state: 'done' })
    expect(sent).toEqual([{ amount: 10_000 }])
    expect(readsBefore).toEqual([{ orderId: 'topi' }])
  })

  it('A refund whose read before it is sent fails is read once more, and sent', async () => {
    let fails = false
    const { begin, wake, sent } = await openFrozen((memory) => ({
      read(by) {
        if (!fails) return memory.read(by)
        fails = false
        return Promise.reject(new Error('the connection was lost'))
      },
    }))
    const { first } = await begin()
    fails = true
    wake()
    expect(await first).toMatchObject({ state: 'done' })
    expect(sent).toHaveLength(1)
  })

  it('A refund of which the store cannot be asked again is not sent', async () => {
    let isAway = false
    const { checkout, pass, begin, wake, sent } = await openFrozen((memory) => ({
      read: (by) => (isAway ? Promise.reject(new Error('the database is away')) : memory.read(by)),
    }))
    const { first } = await begin()
    isAway = true
    wake()
    await expect(first).rejects.toThrow(new Error('the database is away'))
    expect(sent).toEqual([])
    pass(5 * minute)
    await checkout.reconcile()
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ id: 'a', state: 'unclear' }])
  })
})
