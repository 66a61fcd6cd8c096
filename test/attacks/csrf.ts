import { describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'
import { openNextRecipe, recipePost } from './recipes/next-recipe.ts'

/** What a browser says of a post that a page of another site makes with the customer's cookies. */
const fromEvil = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', origin: 'https://evil.example' }

describe('a page of another site that posts', () => {
  it('The recipe of Next.js starts a payment for a page of another site, which needs no preflight for it', async () => {
    const shop = openNextRecipe()
    const body = await recipePost(shop.order('pashmina')).text()
    const headers = { ...fromEvil, 'content-type': 'text/plain' }
    const request = new Request('https://shop.example/api/khalti-initiate', { method: 'POST', headers, body })
    expect((await shop.khaltiInitiate(request)).status).toBe(200)
    expect(shop.simulator.payments()).toHaveLength(1)
  })

  it('The recipe of Express starts a payment for a form of another site', async () => {
    const shop = await openExpressRecipe()
    const answer = await fetch(`${shop.url}/initialize-khalti`, {
      method: 'POST',
      headers: { ...fromEvil, 'content-type': 'application/x-www-form-urlencoded' },
      body: 'itemId=pashmina&totalPrice=9000&website_url=https://evil.example',
    })
    expect([answer.status, shop.simulator.payments().length]).toEqual([200, 1])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    await shop.close()
  })

  it.each<[string, Record<string, string>, number]>([
    ['the same origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['the same origin, whatever Origin says', { 'sec-fetch-site': 'same-origin', origin: 'null' }, 200],
    ['the address bar', { 'sec-fetch-site': 'none' }, 200],
    ['neither header, as an app or curl sends', {}, 200],
    ['another origin of ours', { 'sec-fetch-site': 'same-site', origin: 'https://app.shop.example' }, 200],
    ['our own Origin without Sec-Fetch-Site', { origin: 'https://shop.example' }, 200],
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['another site that hides its Origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sibling that is not named', { 'sec-fetch-site': 'same-site', origin: 'https://other.shop.example' }, 403],
    ['Origin: null alone', { origin: 'null' }, 403],
    ['an origin that begins like ours', { origin: 'https://shop.example.evil.example' }, 403],
  ])('POST initiate takes or refuses a post by where it comes from: %s', async (_title, headers, status) => {
    const shop = openShop({ checkout: { origins: ['https://app.shop.example'] } })
    const init = { ...post({ orderId: 'topi' }), headers: { 'content-type': 'application/json', ...headers } }
    const answer = await shop.ask('initiate', init)
    expect(answer.status).toBe(status)
    if (status === 403) expect(await answer.json()).toMatchObject({ code: 'origin' })
    expect(shop.simulator.payments()).toHaveLength(status === 200 ? 1 : 0)
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/json'])(
    'POST initiate refuses another site whatever it sends as %s, before it reads it',
    async (type) => {
      const shop = openShop({ checkout: { readOrder: () => expect.unreachable('readOrder was asked') } })
      const request = new Request('https://shop.example/api/khalti/initiate', {
        method: 'POST',
        headers: { ...fromEvil, 'content-type': type },
        body: 'orderId=topi',
      })
      expect((await shop.checkout.handler(request)).status).toBe(403)
      expect([request.bodyUsed, shop.simulator.payments()]).toEqual([false, []])
    },
  )
})
