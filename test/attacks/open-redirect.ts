import { describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'
import { openNextRecipe } from './recipes/next-recipe.ts'

describe('a customer who is sent elsewhere', () => {
  it('The recipe of Next.js has Khalti send customers, with all that the redirect says, to the address of an attacker', async () => {
    const shop = openNextRecipe()
    const pidx = await shop.link('pashmina', { return_url: 'https://evil.example/collect' })
    const { origin, searchParams } = new URL(shop.simulator.pay(pidx))
    expect([origin, searchParams.get('transaction_id') !== null]).toEqual(['https://evil.example', true])
  })

  it('An address in the body of the initiate route reaches nobody', async () => {
    const shop = openShop()
    const evil = 'https://evil.example/collect'
    const body = { orderId: 'topi', return_url: evil, website_url: evil, returnUrl: evil, siteUrl: evil, landing: evil }
    const { pidx } = await (await shop.ask('initiate', post(body))).json()
    expect(JSON.stringify(shop.simulator.payments())).not.toContain('evil')
    expect(new URL(shop.simulator.pay(pidx)).origin).toBe('https://shop.example')
  })

  it('An address in the query of the return route leads nowhere', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = `${shop.simulator.pay(pidx)}&next=//evil.example&return_url=https://evil.example&redirect=//evil.example`
    expect(await shop.comeBack(back)).toBe('https://shop.example/orders/topi?outcome=paid')
  })
})

describe('a landing that is put together from what comes in', () => {
  it.each<[string, string]>([
    ['//evil.example', 'https://shop.example'],
    ['/\\evil.example', 'https://shop.example'],
    ['\\\\evil.example', 'https://shop.example'],
    ['/\t/evil.example', 'https://shop.example'],
    ['\n//evil.example', 'https://shop.example'],
    ['https:evil.example', 'https://shop.example/evil.example'],
    ['https://evil.example', 'https://shop.example'],
    ['https://shop.example@evil.example', 'https://shop.example'],
    ['https://evil@shop.example/', 'https://shop.example'],
    ['https://shop.example.evil.example', 'https://shop.example'],
    ['http://shop.example/', 'https://shop.example'],
    ['javascript:alert(1)', 'https://shop.example'],
    ['data:text/html,x', 'https://shop.example'],
    ['blob:https://shop.example/1', 'https://shop.example'],
    ['https://', 'https://shop.example'],
    ['../../orders', 'https://shop.example/orders'],
    ['/orders?x=//evil.example', 'https://shop.example/orders?x=//evil.example'],
    ['https://app.shop.example/thanks', 'https://app.shop.example/thanks'],
  ])('A landing ends on our own origins: %j at %s', async (wanted, location) => {
    const shop = openShop({ checkout: { landing: () => wanted, origins: ['https://app.shop.example'] } })
    const answer = await shop.ask('return')
    expect(answer.headers.get('location')).toBe(location)
    expect(shop.errors).toHaveLength(location === 'https://shop.example' ? 1 : 0)
  })

  it('An order whose id is an address cannot take its customer there', async () => {
    for (const id of [
      '/evil.example',
      '\\evil.example',
      '/\\evil.example/',
      'https://evil.example',
      '..//evil.example',
    ]) {
      const landing = ({ payment }: { payment?: { orderId: string } | undefined }) => `/${payment?.orderId}`
      const shop = openShop({ checkout: { landing } })
      const { pidx } = await shop.checkout.initiate(shop.order({ id }))
      expect(new URL((await shop.comeBack(shop.simulator.pay(pidx))) ?? '').origin).toBe('https://shop.example')
      expect(shop.fulfilled).toHaveLength(1)
    }
  })
})
