import { rupees } from 'khalti-kit'
import { memoryPayments, type Order, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop, type ShopSettings } from '../support/shop.ts'

/** A cart of Rs 850 that has a link, and then another of Rs 900, which supersedes it; and it is as it was again. */
async function openChangedBack(settings: ShopSettings = {}) {
  const shop = openShop(settings)
  const { pidx: first } = await shop.checkout.initiate(shop.order())
  const { pidx: second } = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
  return { ...shop, first, second }
}

/** Options under which the shop says this of the cart. */
const saying = (orderOf: () => Promise<Order | undefined>): ShopSettings => ({ checkout: { orderOf } })

const cart = (price: number) => saying(async () => openShop().order({ amount: rupees(price) }))

describe('a cart that is as it was before', () => {
  it('Its link is fulfilled, where orderOf says that it is the cart now, whatever superseded it', async () => {
    const shop = await openChangedBack(cart(850))
    shop.simulator.pay(shop.first)
    expect(await shop.checkout.settle(shop.first)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(await shop.payment(shop.first)).not.toHaveProperty('supersededAt')
    expect(await shop.payment(shop.second)).toMatchObject({ state: 'pending', supersededAt: expect.any(Date) })
    shop.simulator.pay(shop.second)
    await shop.checkout.settle(shop.second)
    expect(shop.fulfilled).toHaveLength(1)
    expect(shop.events.map(({ name }) => name)).toEqual(['paidTwice'])
  })

  it('Its link is fulfilled, where the shop asks for a link of that cart once more', async () => {
    const shop = await openChangedBack()
    shop.pass(60_000)
    shop.simulator.pay(shop.first)
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'already-paid' })
    expect(shop.fulfilled.map(({ payment: { pidx } }) => pidx)).toEqual([shop.first])
    expect(shop.events).toEqual([])
  })

  it('Its link is found by reconcile, as by a customer who comes back', async () => {
    const shop = await openChangedBack(cart(850))
    shop.simulator.pay(shop.first)
    shop.pass(60_000)
    await shop.checkout.reconcile()
    expect(await shop.payment(shop.first)).toMatchObject({ state: 'paid', fulfilledAt: expect.any(Date) })
  })

  it.each<[what: string, settings: ShopSettings, errors: unknown[]]>([
    ['is another one', cart(900), []],
    ['is not there any more', saying(async () => undefined), []],
    ['is not to be had', saying(() => Promise.reject(new Error('no connection'))), [{ message: 'no connection' }]],
    ['has no amount', saying(async () => ({ id: 'topi', name: 'Topi' }) as Order), [{ code: 'input' }]],
    ['is known to nobody', {}, []],
  ])('Its link is held, where the cart %s', async (_what, settings, errors) => {
    const shop = await openChangedBack(settings)
    shop.simulator.pay(shop.first)
    expect(await shop.checkout.settle(shop.first)).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect(await shop.payment(shop.first)).toMatchObject({ holdReason: 'superseded' })
    expect(shop.errors).toMatchObject(errors)
    expect(shop.events.map(({ name }) => name)).toEqual(['hold'])
  })

  it('Its link is held once, and stays so, where the cart is as it was only later', async () => {
    let price = 900
    const shop = await openChangedBack(saying(async () => openShop().order({ amount: rupees(price) })))
    shop.simulator.pay(shop.first)
    await shop.checkout.settle(shop.first)
    price = 850
    expect(await shop.checkout.settle(shop.first)).toMatchObject({ outcome: 'hold', fulfilled: false })
  })

  it('orderOf is asked in a transaction, where the store has them', async () => {
    const memory = memoryPayments()
    const payments: PaymentStore<string> = {
      ...memory,
      transaction: (run) => run('transaction'),
    } as PaymentStore<string>
    const asked: unknown[] = []
    const orderOf = async (_id: string, { transaction }: { transaction?: unknown }) => {
      asked.push(transaction)
      return openShop().order()
    }
    const shop = await openChangedBack({ checkout: { payments, orderOf } })
    shop.simulator.pay(shop.first)
    expect(await shop.checkout.settle(shop.first)).toMatchObject({ fulfilled: true })
    expect(asked).toEqual(['transaction', 'transaction'])
  })

  it('orderOf that fails is told with the payment, its order and the route', async () => {
    const told: unknown[] = []
    const shop = await openChangedBack({
      checkout: {
        orderOf: () => Promise.reject(new Error('no connection')),
        onError: (error, place) => void told.push([String(error), place]),
      },
    })
    shop.simulator.pay(shop.first)
    await shop.checkout.settle(shop.first)
    expect(told).toEqual([['Error: no connection', { route: 'settle', pidx: shop.first, orderId: 'topi' }]])
  })

  it('orderOf is asked again in a transaction where fulfil has failed before', async () => {
    let price = 850
    let isBroken = true
    const memory = memoryPayments()
    const payments = { ...memory, transaction: (run) => run('transaction') } as PaymentStore<string>
    const shop = openShop({
      checkout: {
        payments,
        orderOf: async () => openShop().order({ amount: rupees(price) }),
        fulfil: () => {
          if (isBroken) throw new Error('The warehouse is away.')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    price = 900
    isBroken = false
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'hold', payment: { holdReason: 'changed' } })
  })
})
