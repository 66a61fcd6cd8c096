import { describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const amounts = [1_000, 1, -900_000, '1000', 0.01, null]

describe('an amount that the browser sends', () => {
  it('The recipe of Next.js sells a pashmina of Rs 9,000 for Rs 10', async () => {
    const shop = openNextRecipe()
    const pidx = await shop.link('pashmina', { amount: 1_000 })
    await shop.khaltiCallback(shop.simulator.pay(pidx))
    expect(shop.handedOut).toEqual(['pashmina'])
    expect(shop.simulator.payments()).toMatchObject([{ amount: 1_000 }])
  })

  it.each(amounts)('An amount of %j from the browser changes nothing: the shop prices the order', async (amount) => {
    const shop = openShop()
    const lies = { amount, total_amount: amount, purchase_order_id: 'mala', product_details: [], breakdown: [] }
    const { pidx } = await (await shop.ask('initiate', post({ orderId: 'topi', ...lies }))).json()
    expect(shop.simulator.payments()).toMatchObject([{ pidx, amount: 85_000, purchase_order_id: 'topi' }])
    expect(Object.keys(shop.simulator.payments()[0]?.request ?? {}).sort()).toEqual([
      'amount',
      'purchase_order_id',
      'purchase_order_name',
      'return_url',
      'website_url',
    ])
    await shop.comeBack(`${shop.simulator.pay(pidx)}&amount=${amount}&total_amount=${amount}`)
    expect(shop.fulfilled.map(({ payment }) => payment.amount)).toEqual([85_000])
  })
})
