import { Hono } from 'hono'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop, post } from '../support/shop.ts'

afterEach(() => vi.restoreAllMocks())

const fields = { orderId: 'topi' }
const page = 'http://localhost:5173'

/** A shop at an address of its own, and what the browser of a customer sends there. */
function shopAt(siteUrl: string, others: Parameters<typeof openShop>[0] = {}) {
  const shop = openShop({ ...others, checkout: { siteUrl, ...others.checkout } })
  const at = (address: string, init?: RequestInit) => shop.checkout.handler(new Request(address, init))
  return { ...shop, at, told: () => shop.errors.map(String) }
}

const from = (origin: string) => post(fields, { origin, 'sec-fetch-site': 'cross-site' })
const preflight = (origin: string, method = 'POST') => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': method, 'sec-fetch-site': 'cross-site' },
})

describe('a refusal', () => {
  it('A refusal of a page that is where the shop itself was asked names siteUrl', async () => {
    const shop = shopAt('http://localhost:3000')
    const answer = await shop.at('http://localhost:3111/api/khalti/initiate', from('http://localhost:3111'))
    expect(answer.status).toBe(403)
    expect(shop.told()).toEqual([
      'Error: A payment was started from http://localhost:3111, and was refused: siteUrl is http://localhost:3000. If http://localhost:3111 is this shop, set siteUrl to it: Khalti sends customers back to siteUrl. If the shop answers at both, add it to origins (www. is another origin).',
    ])
  })

  it('A refusal sees by the Host header that a page is at the shop itself, where a proxy or a framework rewrites the address', async () => {
    const shop = shopAt('https://old.example')
    const init = post(fields, { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site', host: 'shop.example' })
    await shop.at('http://127.0.0.1:3000/api/khalti/initiate', init)
    expect(shop.told()).toEqual([expect.stringContaining('If https://shop.example is this shop, set siteUrl to it')])
  })

  it('A refusal of a page that is elsewhere names frontendUrl before origins', async () => {
    const shop = shopAt('http://localhost:4100')
    await shop.at('http://localhost:4100/api/khalti/initiate', from(page))
    expect(shop.told()).toEqual([
      `Error: A payment was started from ${page}, and was refused: allowed are http://localhost:4100. If it is your front end, set frontendUrl to it: customers come back there. If it is a further page of yours, add it to origins (www. is another origin).`,
    ])
  })

  it('A refusal of a preflight is told once for each origin', async () => {
    const shop = shopAt('http://localhost:4100')
    const address = 'http://localhost:4100/api/khalti/initiate'
    for (const origin of [page, page, 'http://127.0.0.1:5173', page]) {
      const answer = await shop.at(address, preflight(origin))
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, null])
    }
    expect(shop.told()).toEqual([
      expect.stringContaining(`from ${page}, and was refused`),
      expect.stringContaining('from http://127.0.0.1:5173, and was refused'),
    ])
    for (const told of shop.told()) expect(told).toContain('set frontendUrl to it')
  })

  it('A refusal of a script that may not read a status is told, too', async () => {
    const shop = shopAt('http://localhost:4100')
    const init = { headers: { origin: page, 'sec-fetch-site': 'same-site' } }
    await shop.at('http://localhost:4100/api/khalti/status?pidx=x', init)
    await shop.at('http://localhost:4100/api/khalti/status?pidx=x', init)
    expect(shop.told()).toEqual([expect.stringContaining(`The status route was called from ${page}, and was refused`)])
  })

  it('A refusal of preflights from thousands of origins is told of the latest again, so that what is kept has an end', async () => {
    const shop = shopAt('http://localhost:4100')
    const ask = (origin: string) => shop.at('http://localhost:4100/api/khalti/initiate', preflight(origin))
    await ask(page)
    for (let index = 0; index < 200; index += 1) await ask(`https://page-${index}.example`)
    const before = shop.told().length
    await ask(page)
    expect([before, shop.told().length]).toEqual([201, 202])
  })

  it('A refusal is none for the pages that are allowed, nor for what says nothing of its origin', async () => {
    const shop = shopAt('http://localhost:4100', { checkout: { frontendUrl: page } })
    const address = 'http://localhost:4100/api/khalti/initiate'
    await shop.at(address, preflight(page))
    await shop.at(address, { method: 'OPTIONS' })
    await shop.at('http://localhost:4100/api/khalti/status?pidx=x', { headers: { origin: page } })
    expect(shop.told()).toEqual([])
  })

  it('A refusal stands in the log without the lines of the framework below it', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {})
    const shop = shopAt('http://localhost:4100', { checkout: { onError: undefined } })
    await shop.at('http://localhost:4100/api/khalti/initiate', from(page))
    await shop.at('http://localhost:4100/api/khalti/initiate', preflight(page))
    await shop.at('http://localhost:4100/api/khalti/initate', post(fields))
    const texts = log.mock.calls.map(([text]) => String(text))
    expect(texts).toHaveLength(3)
    for (const text of texts) expect(text).toMatch(/^khalti-kit checkout, \w+: Error: [^\n]+$/)
  })
})

describe('nothing answers', () => {
  it.each(['initate', 'initiate/x', ''])(
    'Nothing answers /api/khalti/%s, and the shop hears which routes are there',
    async (path) => {
      const shop = openShop()
      expect((await shop.ask(path, post(fields))).status).toBe(404)
      const asked = `/api/khalti/${path}`
      expect(shop.errors.map(String)).toEqual([
        `Error: Nothing answers POST ${asked}. The routes below /api/khalti are initiate, return, status, reconcile and admin.`,
      ])
    },
  )

  it('Nothing answers where a framework has taken basePath off, as app.mount of Hono does, and the shop hears to leave it on', async () => {
    const shop = openShop()
    const app = new Hono().mount('/api/khalti', shop.checkout.handler)
    const answer = await app.request('https://shop.example/api/khalti/initiate', post(fields))
    expect([answer.status, shop.errors.map(String)]).toEqual([
      404,
      [expect.stringMatching(/Nothing answers POST \/initiate\. .* and leave it on the path\.$/)],
    ])
  })

  it('Nothing answers beside basePath, and the shop hears that basePath is to be set', async () => {
    const shop = openShop()
    await shop.checkout.handler(new Request('https://shop.example/shop/api/khalti/initiate', post(fields)))
    expect(shop.errors.map(String)).toEqual([
      'Error: Nothing answers POST /shop/api/khalti/initiate. The routes are below /api/khalti, such as /api/khalti/initiate: set basePath to where this handler is mounted, and leave it on the path.',
    ])
  })
})
