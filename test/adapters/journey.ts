import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { createSimulator } from '../../src/testing.ts'

/** The world around a shop: Khalti, and an ear for what the shop tells. */
export interface JourneyWorld {
  gatewayUrl: string
  noticesUrl: string
  simulator: ReturnType<typeof createSimulator>
  notices: string[]
  /** Resolves once the shop has told it. */
  told(what: string): Promise<void>
  close(): Promise<void>
}

/** Starts a simulator and an ear, both on ports of this machine. */
export async function createJourneyWorld(): Promise<JourneyWorld> {
  let simulator: JourneyWorld['simulator'] | undefined
  const gateway = await serve(async (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }))
  simulator = createSimulator({ origin: gateway.url })
  const notices: string[] = []
  const waiting = new Map<string, () => void>()
  const ear = await serve(async (request) => {
    const what = await request.text()
    notices.push(what)
    waiting.get(what)?.()
    return new Response(null, { status: 204 })
  })
  return {
    gatewayUrl: gateway.url,
    noticesUrl: ear.url,
    simulator,
    notices,
    told: (what) => (notices.includes(what) ? Promise.resolve() : new Promise((resolve) => waiting.set(what, resolve))),
    async close() {
      await gateway.close()
      await ear.close()
    },
  }
}

/** A shop that is running, and what belongs to it. */
export interface RunningShop {
  /** Where customers reach it; it may have a path. */
  url: string
  /** Where its routes are, below that. */
  basePath: string
  /** Whether its framework writes 127.0.0.1 as localhost in a Location. */
  renamesLoopback?: boolean
  world: JourneyWorld
  close(): Promise<void>
}

let lastOrder = 0

/** Whole payments and the corners of HTTP, over the network, through one adapter. */
export function describeJourney(name: string, start: () => Promise<RunningShop>): void {
  describe(`A shop on ${name}`, () => {
    let shop: RunningShop
    const at = (path: string) => `${shop.url}${shop.basePath}/${path}`
    const post = (body: string, headers: Record<string, string> = {}) => fetch(at('initiate'), json(body, headers))
    const newOrder = () => `tea-${++lastOrder}`
    const initiate = async (orderId: string): Promise<string> => {
      const response = await post(JSON.stringify({ orderId }))
      expect(response.status).toBe(200)
      return (await response.json()).pidx
    }
    const status = async (pidx: string) => (await fetch(at(`status?pidx=${pidx}`))).json()
    const follow = async (url: string, method = 'GET'): Promise<unknown[]> => {
      const response = await fetch(url, { method, redirect: 'manual' })
      const location = response.headers.get('location')
      // Next's `trailingSlash`: browsers follow it too.
      if (response.status === 308 && location !== null) return follow(new URL(location, url).href, method)
      // Behind an API route on the edge Next makes an address of its own origin relative.
      const address = location && new URL(location, url).href
      return [response.status, shop.renamesLoopback ? address?.replace('//localhost:', '//127.0.0.1:') : address]
    }

    beforeAll(async () => {
      shop = await start()
    })
    afterAll(() => shop?.close())

    it('fulfils a paid order once, from the JSON request to the second look at the thank-you page', async () => {
      const orderId = newOrder()
      const response = await post(JSON.stringify({ orderId, name: 'सीता Rai' }))
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      const { pidx, payment_url } = await response.json()
      expect(payment_url).toContain(pidx)
      const sent = shop.world.simulator.payments().find((payment) => payment.pidx === pidx)?.request
      expect(sent).toMatchObject({ amount: 1300, purchase_order_id: orderId, customer_info: { name: 'सीता Rai' } })
      expect(await status(pidx)).toMatchObject({ outcome: 'pending', orderId })

      const back = shop.world.simulator.pay(pidx)
      expect(back.startsWith(at('return'))).toBe(true)
      const landing = [303, `${shop.url}/thanks?outcome=paid&order=${orderId}&pidx=${pidx}`]
      expect(await follow(back)).toEqual(landing)
      expect(await follow(back)).toEqual(landing)
      expect(await status(pidx)).toMatchObject({ outcome: 'paid', pidx, orderId, amount: 1300 })
      expect(shop.world.notices.filter((what) => what === `fulfilled ${orderId}`)).toHaveLength(1)
    })

    it.each<[kind: string, make: () => URLSearchParams | FormData]>([
      ['a plain form', () => new URLSearchParams()],
      ['a multipart form', () => new FormData()],
    ])('sends %s on to the payment page, with what was typed in', async (_kind, make) => {
      const orderId = newOrder()
      const form = make()
      form.append('orderId', orderId)
      form.append('name', 'Rāma & Sons = 100%')
      const response = await submitForm(at('initiate'), form)
      expect(response.statusCode).toBe(303)
      const payment = shop.world.simulator.payments().find((one) => one.purchase_order_id === orderId)
      expect(payment?.request).toMatchObject({ customer_info: { name: 'Rāma & Sons = 100%' } })
      expect(response.headers.location).toBe(payment?.payment_url)
    })

    it('lands a canceled payment as unpaid', async () => {
      const orderId = newOrder()
      const pidx = await initiate(orderId)
      const back = shop.world.simulator.cancel(pidx)
      expect(await follow(back)).toEqual([303, `${shop.url}/thanks?outcome=unpaid&order=${orderId}&pidx=${pidx}`])
    })

    it('changes nothing by a HEAD on the return, such as a preview of the address sends', async () => {
      const orderId = newOrder()
      const pidx = await initiate(orderId)
      const back = shop.world.simulator.pay(pidx)
      const landing = (outcome: string) => `${shop.url}/thanks?outcome=${outcome}&order=${orderId}&pidx=${pidx}`
      expect(await follow(back, 'HEAD')).toEqual([303, landing('pending')])
      expect(shop.world.notices).not.toContain(`fulfilled ${orderId}`)
      expect(await follow(back)).toEqual([303, landing('paid')])
      expect(shop.world.notices).toContain(`fulfilled ${orderId}`)
    })

    it('finds the paid order of a closed tab by reconcile, with the secret only', async () => {
      const orderId = newOrder()
      shop.world.simulator.pay(await initiate(orderId))
      expect((await fetch(at('reconcile'), { method: 'POST' })).status).toBe(401)
      const headers = { authorization: 'Bearer sixteen-characters-or-more' }
      const response = await fetch(at('reconcile'), { method: 'POST', headers })
      expect([response.status, (await response.json()).failed]).toEqual([200, 0])
      expect(shop.world.notices).toContain(`fulfilled ${orderId}`)
    })

    it('lets pages of its further origins call it, and no others', async () => {
      const preflight = await fetch(at('initiate'), {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example')
      const body = JSON.stringify({ orderId: newOrder() })
      expect((await post(body, { origin: 'https://app.example' })).status).toBe(200)
      expect((await post(body, { origin: 'https://evil.example' })).status).toBe(403)
    })

    it.each<[what: string, status: number, path: string, init: RequestInit]>([
      ['an order that is none', 404, 'initiate', json('{"orderId":"free"}')],
      ['JSON that is none', 400, 'initiate', json('{"orderId":')],
      ['a body over 64 KiB', 413, 'initiate', json(JSON.stringify({ orderId: 'tea-0', note: 'a'.repeat(66 * 1024) }))],
      [
        'a body that is neither JSON nor a form',
        415,
        'initiate',
        { method: 'POST', headers: { 'content-type': 'text/xml' }, body: '<a/>' },
      ],
      ['a method that is not served', 405, 'initiate', { method: 'GET' }],
      ['a path that is none', 404, 'nowhere', { method: 'GET' }],
    ])('refuses %s with a %i', async (_what, expected, path, init) => {
      expect((await fetch(at(path), init)).status).toBe(expected)
    })

    it('keeps several cookies apart', async () => {
      expect((await fetch(at('cookies'))).headers.getSetCookie()).toEqual([
        'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT; Path=/',
        'b=2; HttpOnly',
      ])
    })

    it('hears that the client left', async () => {
      const id = `client-${++lastOrder}`
      const leaving = new AbortController()
      const answer = fetch(at(`wait?id=${id}`), { signal: leaving.signal })
      const gone = expect(answer).rejects.toThrow()
      await shop.world.told(`waiting ${id}`)
      leaving.abort()
      await gone
      await shop.world.told(`left ${id}`)
    })

    it('does not let half an answer pass for a whole one', async () => {
      await expect(fetch(at('broken')).then((response) => response.text())).rejects.toThrow()
    })
  })
}

function json(body: string, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body }
}

/** Posts a form as a browser does; fetch would say that it is a script. */
async function submitForm(url: string, form: URLSearchParams | FormData): Promise<IncomingMessage> {
  const body = new Response(form)
  const headers = {
    accept: 'text/html,*/*;q=0.8',
    'content-type': body.headers.get('content-type') ?? '',
    origin: new URL(url).origin,
    'sec-fetch-mode': 'navigate',
    'sec-fetch-site': 'same-origin',
  }
  const request = httpRequest(url, { method: 'POST', headers })
  request.end(Buffer.from(await body.arrayBuffer()))
  const [response]: IncomingMessage[] = await once(request, 'response')
  response?.resume()
  if (response?.statusCode === 308) return submitForm(new URL(response.headers.location ?? '', url).href, form)
  return response ?? expect.unreachable()
}
