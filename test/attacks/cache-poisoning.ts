import { describe, expect, it } from 'vitest'
import { openShop, post } from '../support/shop.ts'
import { openExpressRecipe } from './recipes/express-recipe.ts'

/**
 * A cache in front of a shop that keeps all it may for a minute, as nginx does with `proxy_cache_valid any 1m`: a GET's
 * answer by its address, unless the answer forbids it, told apart by the headers that Vary names.
 */
function cacheInFront(origin: (request: Request) => Promise<Response>) {
  const kept: { url: string; vary: [name: string, value: string | null][]; answer: Response }[] = []
  return async (request: Request): Promise<Response> => {
    const matches = (vary: [string, string | null][]) =>
      vary.every(([name, value]) => request.headers.get(name) === value)
    const hit = kept.find(({ url, vary }) => url === request.url && matches(vary))
    if (hit) return hit.answer.clone()
    const answer = await origin(request)
    const forbidden = /no-store|private|no-cache/.test(answer.headers.get('cache-control') ?? '')
    const names = (answer.headers.get('vary') ?? '')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
    const vary = names.map((name): [string, string | null] => [name, request.headers.get(name)])
    if (!forbidden && request.method === 'GET') kept.push({ url: request.url, vary, answer: answer.clone() })
    return answer
  }
}

describe('a cache in front of the shop', () => {
  it('The recipe of Express lets a cache tell a customer who has paid of a failure that is over', async () => {
    const shop = await openExpressRecipe()
    const { pidx } = await shop.buy('mala', 10)
    const cached = cacheInFront(fetch)
    const address = `${shop.url}/complete-khalti-payment${new URL(shop.simulator.pay(pidx)).search}`
    shop.simulator.failNext({ kind: '502', on: 'lookup' })
    const first = (await cached(new Request(address))).status
    const reloads = [(await cached(new Request(address))).status, (await cached(new Request(address))).status]
    expect([first, reloads, shop.handedOut]).toEqual([500, [500, 500], []])
    expect((await fetch(address)).status).toBe(200)
    await shop.close()
  })

  it('A cache that keeps what it may keeps no answer of ours: the customer who has paid is told so', async () => {
    const shop = openShop()
    const cached = cacheInFront(shop.checkout.handler)
    const { pidx } = await shop.checkout.initiate(shop.order())
    const status = `https://shop.example/api/khalti/status?pidx=${pidx}`
    const back = `https://shop.example/api/khalti/return?pidx=${pidx}`
    const outcome = async () => (await (await cached(new Request(status))).json()).outcome
    const landed = async () => (await cached(new Request(back))).headers.get('location')
    expect([await outcome(), await landed()]).toEqual(['pending', 'https://shop.example/orders/topi?outcome=pending'])
    shop.simulator.pay(pidx)
    shop.pass(2_000)
    expect([await landed(), await outcome()]).toEqual(['https://shop.example/orders/topi?outcome=paid', 'paid'])
  })

  it('Every answer is stored by nobody, and its address is told to nobody', async () => {
    const shop = openShop()
    for (const [path, init] of [
      ['initiate', post({ orderId: 'topi' })],
      ['initiate', post('orderId=topi', { 'content-type': 'application/x-www-form-urlencoded' })],
      ['initiate', { method: 'OPTIONS', headers: { origin: 'https://shop.example' } }],
      ['initiate', { method: 'PUT' }],
      ['return?pidx=x', {}],
      ['status?pidx=x', {}],
      ['reconcile', {}],
      ['nowhere', {}],
      ['status.css?pidx=x', {}],
      ['return/x.js?pidx=x', {}],
      ['admin', {}],
    ] as const) {
      const { headers } = await shop.ask(path, init)
      expect([path, headers.get('cache-control'), headers.get('referrer-policy')]).toEqual([
        path,
        'no-store',
        'no-referrer',
      ])
    }
  })

  it('An answer that depends on who asks says so to caches', async () => {
    const shop = openShop({ checkout: { origins: ['https://app.shop.example'] } })
    for (const [path, init] of [
      ['status?pidx=x', {}],
      ['initiate', post({ orderId: 'topi' }, { origin: 'https://app.shop.example', 'sec-fetch-site': 'same-site' })],
      ['initiate', { method: 'OPTIONS', headers: { origin: 'https://app.shop.example' } }],
    ] as const) {
      expect((await shop.ask(path, init)).headers.get('vary')).toContain('Origin')
    }
  })
})
