import { describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'

describe('a Host header of an attacker', () => {
  it('The recipe of Express, with its address taken from the request as many do, sends customers to the attacker', async () => {
    const shop = await openExpressRecipe()
    // What stands in place of BACKEND_URI where the recipe was to work on every host.
    shop.app.post('/initialize', async (req, res) => {
      const return_url = `${req.protocol}://${req.headers['x-forwarded-host'] ?? req.headers.host}/complete-khalti-payment`
      res.json({ return_url })
    })
    const headers = { 'x-forwarded-host': 'evil.example' }
    const answer = await fetch(`${shop.url}/initialize`, { method: 'POST', headers })
    expect(await answer.json()).toEqual({ return_url: 'http://evil.example/complete-khalti-payment' })
    await shop.close()
  })

  it.each([
    ['Host', 'https://evil.example/api/khalti/initiate', {}],
    ['X-Forwarded-Host', 'https://shop.example/api/khalti/initiate', { 'x-forwarded-host': 'evil.example' }],
    ['Forwarded', 'https://shop.example/api/khalti/initiate', { forwarded: 'host=evil.example;proto=http' }],
    ['X-Original-URL', 'https://shop.example/api/khalti/initiate', { 'x-original-url': '//evil.example/x' }],
    ['a port', 'https://shop.example:8443/api/khalti/initiate', {}],
  ])('A %s header of an attacker gets into no link and no redirect', async (_what, address, headers) => {
    const shop = openShop()
    const started = await shop.checkout.handler(new Request(address, post({ orderId: 'topi' }, headers)))
    const { pidx } = await started.json()
    expect(shop.simulator.payments()).toMatchObject([
      { request: { return_url: 'https://shop.example/api/khalti/return', website_url: 'https://shop.example' } },
    ])
    const { search } = new URL(shop.simulator.pay(pidx))
    const back = new Request(`${address.replace('initiate', 'return')}${search}`, { headers })
    const landed = await shop.checkout.handler(back)
    expect(landed.headers.get('location')).toBe('https://shop.example/orders/topi?outcome=paid')
  })
})
