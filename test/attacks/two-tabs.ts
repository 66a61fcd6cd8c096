import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const tabs = <Result>(open: () => Promise<Result>) => Promise.all(Array.from({ length: 20 }, open))

describe('the return page in twenty tabs at once', () => {
  it('The recipe of Next.js hands the goods out in each tab', async () => {
    const shop = openNextRecipe()
    const back = shop.simulator.pay(await shop.link('mala'))
    await tabs(() => shop.khaltiCallback(back))
    expect(shop.handedOut).toHaveLength(20)
  })

  it('The recipe of Express hands the goods out in each tab', async () => {
    const shop = await openExpressRecipe()
    const { pidx } = await shop.buy('mala', 10)
    const back = shop.simulator.pay(pidx)
    await tabs(() => shop.comeBack(back))
    expect(shop.handedOut).toHaveLength(20)
    await shop.close()
  })

  it('A payment is fulfilled once by any number of settles, one after the other and at once', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    const results = await Promise.all(Array.from({ length: 20 }, () => shop.checkout.settle(pidx)))
    expect(results.every(({ outcome }) => outcome === 'paid')).toBe(true)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('Twenty tabs of two servers land as paid, and the goods go out once', async () => {
    const shop = openShop()
    const other = openShop({ checkout: { payments: shop.payments }, client: { fetch: shop.simulator.fetch } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = shop.simulator.pay(pidx)
    let turn = 0
    const landed = await tabs(() => [shop, other][turn++ % 2]?.comeBack(back) ?? Promise.resolve(null))
    expect(new Set(landed)).toEqual(new Set(['https://shop.example/orders/topi?outcome=paid']))
    expect(shop.fulfilled.length + other.fulfilled.length).toBe(1)
  })
})
