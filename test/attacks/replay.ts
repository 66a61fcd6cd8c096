import { rupees } from 'khalti-kit'
import { memoryPayments } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
async function express(...given: Parameters<typeof openExpressRecipe>) {
  const shop = await openExpressRecipe(...given)
  closing.push(shop.close)
  return shop
}

describe('the pidx of a cheap order, used for an expensive one', () => {
  it('The recipe of Next.js hands out the order that the address names', async () => {
    const shop = openNextRecipe()
    const pidx = await shop.link('mala')
    const back = new URL(shop.simulator.pay(pidx))
    back.searchParams.set('purchase_order_id', 'pashmina')
    await shop.khaltiCallback(back.href)
    expect(shop.handedOut).toEqual(['pashmina'])
  })

  it('The recipe of Express compares the payment with what the address says, and hands out what it names', async () => {
    const shop = await express()
    const expensive = await shop.buy('pashmina', 9_000)
    const cheap = await shop.buy('mala', 10)
    const back = shop.simulator.pay(cheap.pidx)
    expect((await shop.comeBack(back, { purchase_order_id: expensive.order })).status).toBe(200)
    expect(shop.handedOut).toEqual(['pashmina'])
  })

  it('GET return does not let the pidx of a cheap order pay for an expensive one', async () => {
    const shop = openShop()
    const cheap = await shop.checkout.initiate(shop.order({ id: 'cheap', amount: rupees(10) }))
    await shop.checkout.initiate(shop.order({ id: 'expensive', amount: rupees(9_000) }))
    shop.simulator.pay(cheap.pidx)
    const forged = `https://shop.example/api/khalti/return?pidx=${cheap.pidx}&purchase_order_id=expensive&amount=900000`
    expect(await shop.comeBack(forged)).toBe('https://shop.example/orders/cheap?outcome=paid')
    expect(shop.fulfilled.map(({ payment }) => payment.orderId)).toEqual(['cheap'])
  })
})

describe('the return address of a paid order, opened again', () => {
  it('The recipe of Next.js hands the goods out each time', async () => {
    const shop = openNextRecipe()
    const pidx = await shop.link('mala')
    const back = shop.simulator.pay(pidx)
    for (let time = 0; time < 3; time += 1) await shop.khaltiCallback(back)
    expect(shop.handedOut).toEqual(['mala', 'mala', 'mala'])
  })

  it('The recipe of Express hands the goods out each time', async () => {
    const shop = await express()
    const { pidx } = await shop.buy('mala', 10)
    const back = shop.simulator.pay(pidx)
    for (let time = 0; time < 3; time += 1) await shop.comeBack(back)
    expect(shop.handedOut).toEqual(['mala', 'mala', 'mala'])
  })

  it('A return address that is opened again, also months later, hands out nothing more', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = shop.simulator.pay(pidx)
    for (const days of [0, 0, 1, 90]) {
      shop.pass(days * 86_400_000)
      expect(await shop.comeBack(back)).toBe('https://shop.example/orders/topi?outcome=paid')
    }
    expect(shop.fulfilled).toHaveLength(1)
  })
})

describe("a payment of one shop, shown to another of the same merchant's", () => {
  it('The recipe of Express takes the payment of another shop for its own', async () => {
    const simulator = createSimulator()
    const [sweets, clothes] = [await express(simulator), await express(simulator)]
    const { order } = await clothes.buy('pashmina', 9_000)
    const { pidx } = await sweets.buy('mala', 10)
    await clothes.comeBack(simulator.pay(pidx), { purchase_order_id: order })
    expect([sweets.handedOut, clothes.handedOut]).toEqual([[], ['pashmina']])
  })

  it('A payment of another shop with the same merchant account is unknown here, and Khalti is not asked', async () => {
    const simulator = createSimulator()
    const client = { fetch: simulator.fetch }
    const [sweets, clothes] = [openShop({ client }), openShop({ client, checkout: { payments: memoryPayments() } })]
    const { pidx } = await sweets.checkout.initiate(sweets.order({ amount: rupees(10) }))
    await clothes.checkout.initiate(clothes.order({ amount: rupees(9_000) }))
    const back = simulator.pay(pidx)
    expect(await clothes.comeBack(back)).toBe('https://shop.example/orders/?outcome=error')
    expect((await clothes.ask(`status?pidx=${pidx}`)).status).toBe(404)
    expect([clothes.fulfilled, clothes.lookups]).toEqual([[], []])
    expect(await sweets.comeBack(back)).toBe('https://shop.example/orders/topi?outcome=paid')
  })
})
