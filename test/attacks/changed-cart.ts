import { rupees } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const minutes = 60_000

describe('a cart that changes under its link', () => {
  it('The recipe of Next.js hands out the changed cart for the price of the old one', async () => {
    const shop = openNextRecipe()
    const back = shop.simulator.pay(await shop.link('mala'))
    Object.assign(shop.order('mala'), { title: 'Mala and pashmina', totalPrice: 9_010 })
    await shop.khaltiCallback(back)
    expect(shop.order('mala')).toMatchObject({ totalPrice: 9_010, status: 'completed' })
    expect(shop.simulator.payments()).toMatchObject([{ amount: 1_000 }])
  })

  it('The recipe of Express asks for an order of the amount that was paid, and does not see that it found none', async () => {
    const shop = await openExpressRecipe()
    const { pidx, order } = await shop.buy('mala', 10)
    await shop.PurchasedItem.findByIdAndUpdate(order, { $set: { item: 'pashmina', totalPrice: 900_000 } })
    await shop.comeBack(shop.simulator.pay(pidx))
    expect(shop.handedOut).toEqual(['pashmina'])
    await shop.close()
  })

  it('A payment whose link was superseded by a changed cart is held, whatever was paid', async () => {
    const shop = openShop()
    const cheap = await shop.checkout.initiate(shop.order({ amount: rupees(10) }))
    const expensive = await shop.checkout.initiate(shop.order({ amount: rupees(9_000) }))
    expect(expensive.pidx).not.toBe(cheap.pidx)
    shop.simulator.pay(cheap.pidx)
    expect(await shop.checkout.settle(cheap.pidx)).toMatchObject({
      outcome: 'hold',
      fulfilled: false,
      payment: { state: 'hold', holdReason: 'superseded' },
    })
    expect(shop.fulfilled).toEqual([])
    expect(shop.events.map(({ name }) => name)).toEqual(['hold'])
    shop.simulator.pay(expensive.pidx)
    expect(await shop.checkout.settle(expensive.pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it('A payment does not let an expired cheap link pay for an expensive cart', async () => {
    const shop = openShop()
    const cheap = await shop.checkout.initiate(shop.order({ amount: rupees(10) }))
    shop.pass(31 * minutes)
    await shop.checkout.initiate(shop.order({ amount: rupees(9_000) }))
    shop.simulator.pay(cheap.pidx)
    expect(await shop.checkout.settle(cheap.pidx)).toMatchObject({ outcome: 'hold' })
    expect(shop.fulfilled).toEqual([])
  })

  it.each([
    ['gone', undefined],
    ['gone, which some databases call null,', null as never],
    ['another price', { id: 'topi', name: 'Dhaka topi', amount: rupees(900) }],
  ])('The shop holds a payment whose order is %s when it is claimed', async (_title, order) => {
    const shop = openShop({ checkout: { orderOf: () => order } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'hold', payment: { holdReason: 'changed' } })
    expect(shop.fulfilled).toEqual([])
  })
})
