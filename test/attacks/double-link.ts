import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const minutes = 60_000

describe('two links of one order', () => {
  it('The recipe of Next.js makes a new link at each click, and takes both payments', async () => {
    const shop = openNextRecipe()
    const links = [await shop.link('mala'), await shop.link('mala')]
    for (const pidx of links) await shop.khaltiCallback(shop.simulator.pay(pidx))
    expect(shop.handedOut).toEqual(['mala', 'mala'])
    expect(shop.simulator.payments().map(({ status }) => status)).toEqual(['Completed', 'Completed'])
  })

  it('The recipe of Express makes a new order at each click, and takes both payments', async () => {
    const shop = await openExpressRecipe()
    const bought = [await shop.buy('mala', 10), await shop.buy('mala', 10)]
    for (const { pidx } of bought) await shop.comeBack(shop.simulator.pay(pidx))
    expect(shop.handedOut).toEqual(['mala', 'mala'])
    await shop.close()
  })

  it('A second click gets the link of the first', async () => {
    const shop = openShop()
    const links = [await shop.checkout.initiate(shop.order()), await shop.checkout.initiate(shop.order())]
    expect(links[1]?.pidx).toBe(links[0]?.pidx)
    expect(shop.simulator.payments()).toHaveLength(1)
  })

  it('Two payments of one order settled at once in two processes are fulfilled once, and the second is told as paid twice', async () => {
    for (let round = 0; round < 20; round += 1) {
      const shop = openShop()
      const one = await shop.checkout.initiate(shop.order())
      shop.simulator.cancel(one.pidx)
      shop.pass(minutes)
      const two = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(one.pidx)
      shop.simulator.pay(two.pidx)
      await Promise.all([shop.checkout.settle(one.pidx), shop.checkout.settle(two.pidx)])
      await Promise.all([shop.checkout.settle(one.pidx), shop.checkout.settle(two.pidx)])
      expect(shop.fulfilled).toHaveLength(1)
      const winner = shop.fulfilled[0]?.payment.pidx
      const loser = await shop.payment(winner === one.pidx ? two.pidx : one.pidx)
      expect(loser).toMatchObject({ state: 'paid', duplicateOf: winner })
      expect(loser?.fulfilledAt).toBeUndefined()
      expect(shop.events.filter(({ name }) => name === 'paidTwice').map(({ payment }) => payment.pidx)).toEqual([
        loser?.pidx,
      ])
    }
  })
})
