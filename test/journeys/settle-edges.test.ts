import { memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

describe('a payment by its id', () => {
  it.each([
    ['bank', 'slip 7'],
    ['esewa', '0001TX'],
  ])('A payment by %s names its order, whatever colons are in that', async (method, reference) => {
    const shop = openShop()
    const order = shop.order({ id: 'shop:topi:1' })
    const { payment } = await shop.checkout.markPaid(order, { method, reference })
    expect(payment?.pidx).toBe(`${method}:shop:topi:1:${reference}`)
    expect(await shop.checkout.settle(String(payment?.pidx))).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it.each(['', ':', 'cash', 'cash:', ':topi:7', 'cash:7', '../../etc', 'a b', 'cash:nobody:7'])(
    'A payment that nobody made is unknown, and the store is asked for no order of ours: %j',
    async (pidx) => {
      const shop = openShop()
      await shop.checkout.markPaid(shop.order(), { method: 'cash', reference: '7' })
      await shop.checkout.markPaid(shop.order({ id: 'cash' }), { method: 'cash', reference: '7' })
      expect(await shop.checkout.settle(pidx)).toEqual({ outcome: 'unknown', fulfilled: false })
    },
  )

  it.each(['', ':', 'cash:', ':topi:7', 'cash:7', '../../etc', 'a b', 'x'.repeat(65), `cash:${'x'.repeat(256)}:7`])(
    'A text that can be no id of a payment is unknown, and the store is asked only whether it is an order: %j',
    async (pidx) => {
      const asked: object[] = []
      const payments = {
        ...memoryPayments(),
        read: async (by: object) => {
          asked.push(by)
          return { now: new Date() }
        },
      }
      const shop = openShop({ checkout: { payments } })
      expect(await shop.checkout.settle(pidx)).toEqual({ outcome: 'unknown', fulfilled: false })
      expect(asked.filter((by) => !('orderId' in by && by.orderId === pidx))).toEqual([])
    },
  )

  it('A payment of an order that has another one is unknown', async () => {
    const shop = openShop()
    await shop.checkout.markPaid(shop.order(), { method: 'cash', reference: '7' })
    expect(await shop.checkout.settle('cash:topi:8')).toEqual({ outcome: 'unknown', fulfilled: false })
  })
})

describe('what settle says', () => {
  it('A settlement has the verdict of its lookup, and no word about an error or the order’s record', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const pending = await shop.checkout.settle(pidx)
    expect(pending).toMatchObject({ outcome: 'pending', fulfilled: false, verdict: { outcome: 'pending' } })
    expect(Object.keys(pending).sort()).toEqual(['fulfilled', 'outcome', 'payment', 'verdict'])
    shop.simulator.pay(pidx)
    const paid = await shop.checkout.settle(pidx)
    expect(Object.keys(paid).sort()).toEqual(['fulfilled', 'outcome', 'payment', 'verdict'])
    expect(paid).toMatchObject({ verdict: { outcome: 'paid', lookup: { pidx } } })
  })

  it('A settlement of money that came another way has no verdict, since nobody was asked', async () => {
    const shop = openShop()
    const { payment } = await shop.checkout.markPaid(shop.order(), { method: 'cash', reference: '7' })
    const settlement = await shop.checkout.settle(String(payment?.pidx))
    expect(Object.keys(settlement).sort()).toEqual(['fulfilled', 'outcome', 'payment'])
    expect(shop.lookups).toEqual([])
  })

  it('A settlement tells the shop with the verdict that it comes of', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(pidx)
    await shop.checkout.settle(pidx)
    expect(shop.events).toMatchObject([{ name: 'unpaid', verdict: { outcome: 'unpaid', lookup: { pidx } } }])
  })
})

describe('a payment that Khalti does not know', () => {
  /** A shop whose payment another merchant's key would know. */
  async function openUnknown() {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const stranger = openShop({ checkout: { payments: shop.payments } })
    return { ...shop, pidx, stranger }
  }

  it('A payment that Khalti does not know is a lookup that failed, until it is on hold', async () => {
    const { stranger, pidx, pass } = await openUnknown()
    for (let look = 0; look < 2; look += 1) {
      await expect(stranger.checkout.settle(pidx)).rejects.toMatchObject({ code: 'api', kind: 'not-found' })
      pass(5 * 60_000)
    }
    expect(await stranger.checkout.settle(pidx)).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect(await stranger.checkout.settle(pidx)).toMatchObject({ outcome: 'hold' })
  })

  it('A payment that has brought money is not unknown, whatever Khalti says of it later', async () => {
    const { checkout, simulator, stranger, pidx } = await openUnknown()
    simulator.pay(pidx)
    await checkout.settle(pidx)
    expect(await stranger.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })
})

/** The shop's checkout in another process, which asks Khalti by `fetch`, and what it reads of the store. */
function openReading({ payments }: ReturnType<typeof openShop>, fetch: typeof globalThis.fetch) {
  const reads: unknown[] = []
  const read: PaymentStore['read'] = (by) => {
    reads.push(by)
    return payments.read(by)
  }
  const { checkout } = openShop({ checkout: { payments: { ...payments, read } }, client: { fetch } })
  return { checkout, reads }
}

describe('a claim', () => {
  it('A claim lasts from a read that is fresh, however long the lookup took', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    const { checkout, reads } = openReading(shop, async (input, init) => {
      shop.pass(4 * 60_000)
      return shop.simulator.fetch(input, init)
    })
    await checkout.settle(pidx)
    const claimed = (await shop.checkout.order('topi'))?.events.find(({ what }) => what === 'claimed')
    expect(claimed?.at).toEqual(shop.now())
    expect(reads.slice(0, 2)).toEqual([{ key: pidx }, { orderId: 'topi' }])
  })

  it.each<[what: string, isFulfilled: boolean]>([
    ['still pending', false],
    ['fulfilled already', true],
  ])(
    'A payment that is %s is decided by the read that there was: the store is asked once',
    async (_what, isFulfilled) => {
      const shop = openShop()
      const { pidx } = await shop.checkout.initiate(shop.order())
      if (isFulfilled) {
        shop.simulator.pay(pidx)
        await shop.checkout.settle(pidx)
      }
      const { checkout, reads } = openReading(shop, shop.simulator.fetch)
      expect(await checkout.settle(pidx)).toMatchObject({ fulfilled: isFulfilled })
      expect(reads).toEqual([{ key: pidx }])
    },
  )
})
