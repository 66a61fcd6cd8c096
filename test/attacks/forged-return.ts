import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

const callback = 'https://shop.example/khalti-callback'

describe('a return address that somebody typed', () => {
  it('The recipe of Next.js hands out what nobody has paid for', async () => {
    const shop = openNextRecipe()
    await shop.link('pashmina')
    await shop.khaltiCallback(`${callback}?status=Completed&purchase_order_id=pashmina&transaction_id=anything`)
    expect(shop.handedOut).toEqual(['pashmina'])
    expect(shop.simulator.payments()).toMatchObject([{ status: 'Initiated' }])
  })

  it("The recipe of Next.js closes a stranger's order that is paid", async () => {
    const shop = openNextRecipe()
    const back = shop.simulator.pay(await shop.link('pashmina'))
    await shop.khaltiCallback(`${callback}?status=User%20canceled&purchase_order_id=pashmina`)
    expect(shop.order('pashmina').status).toBe('canceled')
    expect(new URL(back).searchParams.get('status')).toBe('Completed')
  })

  it('GET return believes neither a forged Completed nor a forged cancellation', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = `https://shop.example/api/khalti/return?pidx=${pidx}`
    expect(await shop.comeBack(`${back}&status=Completed&amount=85000`)).toContain('outcome=pending')
    expect(shop.fulfilled).toEqual([])
    shop.simulator.pay(pidx)
    expect(await shop.comeBack(`${back}&status=User%20canceled`)).toContain('outcome=paid')
  })

  it.each(['Completed', 'User canceled', 'Expired', 'Refunded', 'Failed'])(
    'A forged status of %s leaves an order that waits to be paid as it was',
    async (status) => {
      const shop = openShop()
      const { pidx } = await shop.checkout.initiate(shop.order())
      const lies = new URLSearchParams({ pidx, status, transaction_id: 'GFq9PFS7b2iYvL8Lir9oXe', amount: '85000' })
      expect(await shop.comeBack(`https://shop.example/api/khalti/return?${lies}`)).toContain('outcome=pending')
      expect(await shop.payment(pidx)).toMatchObject({ state: 'pending' })
      expect([shop.fulfilled, shop.events]).toEqual([[], []])
    },
  )
})
