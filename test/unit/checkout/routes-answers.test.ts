import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { post } from '../../support/shop.ts'
import { openToldShop, plain, wholeOf } from '../../support/told-shop.ts'

const app = 'https://app.shop.example'

describe('what another origin may read', () => {
  it('A page of one of the origins may read an answer with its cookies, and no header that is not there', async () => {
    const { ask } = openToldShop({ checkout: { origins: [app] } })
    expect(await wholeOf(await ask('status?pidx=x', { headers: { origin: app } }))).toEqual({
      status: 404,
      headers: { ...plain, 'access-control-allow-origin': app, 'access-control-allow-credentials': 'true' },
      body: { error: 'There is no such payment.', code: 'not-found' },
    })
  })

  it('A preflight that names no headers is told which a page needs, and for how long', async () => {
    const { ask, told } = openToldShop({ checkout: { origins: [app] } })
    expect(await wholeOf(await ask('initiate', { method: 'OPTIONS', headers: { origin: app } }))).toEqual({
      status: 204,
      headers: {
        ...plain,
        vary: 'Access-Control-Request-Headers, Origin',
        'access-control-allow-origin': app,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'POST, OPTIONS',
        'access-control-allow-headers': 'content-type, authorization',
        'access-control-max-age': '600',
      },
      body: '',
    })
    expect(told).toEqual([])
  })
})

describe('an answer that refuses', () => {
  it.each([
    ['initiate', 'GET', 'POST', 'POST, OPTIONS'],
    ['return', 'POST', 'GET or HEAD', 'GET, HEAD, OPTIONS'],
    ['status', 'POST', 'GET', 'GET, OPTIONS'],
    ['reconcile', 'DELETE', 'GET or POST', 'GET, POST, OPTIONS'],
  ])('The route %s refuses %s in a sentence', async (path, method, takes, allow) => {
    const { ask, told } = openToldShop()
    expect(await wholeOf(await ask(path, { method }))).toEqual({
      status: 405,
      headers: { ...plain, allow },
      body: { error: `This takes ${takes}.`, code: 'method' },
    })
    expect(told).toEqual([])
  })

  it('A 401 of the shop asks for a token, and no other refusal does', async () => {
    const refusing = (status: number) =>
      openToldShop({ checkout: { readOrder: () => Promise.reject(new CheckoutRefusal(status, 'Log in.')) } })
    const body = { error: 'Log in.', code: 'refused' }
    expect(await wholeOf(await refusing(401).ask('initiate', post({})))).toEqual({
      status: 401,
      headers: { ...plain, 'www-authenticate': 'Bearer' },
      body,
    })
    expect(await wholeOf(await refusing(403).ask('initiate', post({})))).toEqual({ status: 403, headers: plain, body })
  })

  const refusing = (fields: object) => async () => Response.json(fields, { status: 400 })
  const details = { error: 'Please check your details.', code: 'input' }
  const gateway = { error: 'Khalti cannot be reached right now. Please try again.', code: 'gateway' }
  const unusable = { error: 'The shop cannot use Khalti right now. Please tell the shop.', code: 'gateway' }

  it.each<[what: string, fetch: typeof fetch, status: number, body: object]>([
    [
      'refuses what the customer typed',
      refusing({ customer_info: { phone: ['Enter a valid phone.'], email: ['Enter a valid email.'] } }),
      400,
      {
        ...details,
        fields: { 'customer.phone': ['Enter a valid phone.'], 'customer.email': ['Enter a valid email.'] },
      },
    ],
    [
      'refuses more than the customer typed',
      refusing({ customer_info: { phone: ['Enter a valid phone.'] }, return_url: ['Enter a valid URL.'] }),
      502,
      unusable,
    ],
    ['refuses what the customer did not type', refusing({ return_url: ['Enter a valid URL.'] }), 502, unusable],
    ['refuses without a field', refusing({ detail: 'No.' }), 502, unusable],
    ['refuses the key', async () => Response.json({ detail: 'Invalid token.' }, { status: 401 }), 502, unusable],
    ['has no patience', async () => Response.json({ detail: 'Slower.' }, { status: 429 }), 502, gateway],
    ['cannot answer', async () => new Response('', { status: 500 }), 502, gateway],
    ['is down', () => Promise.reject(new TypeError('no route')), 502, gateway],
    [
      'is slow',
      () => new Promise(() => {}),
      504,
      { error: 'Khalti did not answer in time. Please try again.', code: 'timeout' },
    ],
  ])('A Khalti that %s has an answer of its own, and the shop is told', async (_what, fetch, status, body) => {
    const { ask, told } = openToldShop({ client: { fetch, timeoutMs: 5 } })
    expect(await wholeOf(await ask('initiate', post({ orderId: 'topi' })))).toEqual({ status, headers: plain, body })
    expect(told).toEqual([{ error: expect.any(Error), route: 'initiate', orderId: 'topi' }])
  })
})

describe('an address at which nothing is', () => {
  const nothing = { status: 404, headers: plain, body: { error: 'There is nothing here.', code: 'not-found' } }
  const routes = 'are initiate, return, status, reconcile and admin.'

  it.each([
    ['below the routes', '/api/khalti', '/api/khalti/refund', `The routes below /api/khalti ${routes}`],
    ['at the routes', '/api/khalti', '/api/khalti', `The routes below /api/khalti ${routes}`],
    ['below the root, where the routes are', '/', '/refund', `The routes below / ${routes}`],
    [
      'elsewhere',
      '/pay',
      '/payments/initiate',
      'The routes are below /pay, such as /pay/initiate: set basePath to where this handler is mounted, and leave it on the path.',
    ],
  ])('An address %s is a 404, and the shop is told where the routes are', async (_where, basePath, path, where) => {
    const { checkout, saidTo } = openToldShop({ checkout: { basePath } })
    expect(await wholeOf(await checkout.handler(new Request(`https://shop.example${path}?x=1`)))).toEqual(nothing)
    expect(saidTo()).toEqual([{ said: `Nothing answers GET ${path}. ${where}`, route: 'unknown' }])
  })

  it('An address that is very long is told with its first 200 letters', async () => {
    const { ask, saidTo } = openToldShop()
    await ask('x'.repeat(300))
    const path = `/api/khalti/${'x'.repeat(188)}`
    expect(saidTo()).toEqual([
      { said: `Nothing answers GET ${path}. The routes below /api/khalti ${routes}`, route: 'unknown' },
    ])
  })

  it('A preflight for nothing is a 404, and the shop is told of the request that follows alone', async () => {
    const { ask, told } = openToldShop()
    expect(await wholeOf(await ask('refund', { method: 'OPTIONS' }))).toEqual(nothing)
    expect(told).toEqual([])
  })
})

describe('a handler that cannot answer', () => {
  it.each<[what: string, given: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['a request of node:http', { method: 'GET', url: '/', headers: { host: 'shop.example' } }],
    ['headers that are null', { headers: null }],
  ])('The handler rejects %s with what to put there, and the shop is told of it', async (_what, given) => {
    const { checkout, told } = openToldShop()
    const error = await checkout.handler(given as Request).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'KhaltiConfigError',
      message:
        'checkout.handler takes the Request of the web, and was given something else. In Express and node:http use toNodeListener(checkout.handler), under pages/api of Next.js toNextApiHandler(checkout.handler), in Hono checkout.handler(c.req.raw).',
    })
    expect(told).toEqual([{ error, route: 'unknown' }])
  })

  it('The handler of a checkout with an address that is none answers 500, and the shop is told why', async () => {
    const { ask, saidTo } = openToldShop({ checkout: { siteUrl: 'shop' } })
    expect(await wholeOf(await ask('initiate', post({})))).toEqual({
      status: 500,
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
      body: { error: 'Something went wrong in the shop. Please try again.', code: 'internal' },
    })
    expect(saidTo()).toEqual([{ said: expect.stringContaining('siteUrl is "shop"'), route: 'unknown' }])
  })
})
