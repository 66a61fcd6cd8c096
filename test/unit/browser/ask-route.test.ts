import { afterEach, describe, expect, it, vi } from 'vitest'
import { askRoute, type RouteOptions } from '../../../src/browser/ask-route.ts'
import { KhaltiPaymentError } from '../../../src/browser/khalti-payment-error.ts'
import { openShop } from '../../support/shop.ts'
import { type Answer, type Asked, answering, link } from './answering.ts'

// Node, so that nothing here can lean on a browser.
afterEach(() => vi.unstubAllGlobals())

function ask(options: RouteOptions & { body?: string } = {}) {
  const { body, ...rest } = options
  const accept = ({ payment_url }: Partial<typeof link>) => payment_url !== undefined
  return askRoute<typeof link>({ path: '/initiate', body, accept }, rest, new AbortController().signal)
}

const headersOf = (asked: Asked[]) => asked.map(({ init }) => Object.fromEntries(new Headers(init.headers)))

async function failure(answer: Answer, options: RouteOptions = {}) {
  answering(answer)
  return ask({ body: '{}', ...options }).then(
    () => expect.unreachable(),
    (error) => error,
  )
}

describe('a question to a route', () => {
  it('A question to a route goes by POST as JSON where it has a body', async () => {
    const asked = answering({ json: link })
    await expect(ask({ body: '{"orderId":"A-42"}' })).resolves.toEqual(link)
    expect(asked[0]).toMatchObject({
      url: '/api/khalti/initiate',
      init: { method: 'POST', body: '{"orderId":"A-42"}' },
    })
    expect(headersOf(asked)).toEqual([{ 'content-type': 'application/json' }])
  })

  it.each(['content-type', 'Content-Type', 'CONTENT-TYPE'])(
    'A question to a route is read by the checkout, also where the shop says as %s that it is JSON',
    async (name) => {
      const asked = answering({ json: link })
      await ask({ body: '{"orderId":"topi"}', headers: { [name]: 'application/json', Authorization: 'Bearer 1' } })
      const { checkout } = openShop()
      const answer = await checkout.handler(new Request('https://shop.example/api/khalti/initiate', asked[0]?.init))
      expect(answer.status).toBe(200)
    },
  )

  it('A question to a route goes by GET, past the cache and without a preflight, where it has none', async () => {
    const asked = answering({ json: link })
    await ask()
    expect(asked[0]?.init).toMatchObject({ cache: 'no-store' })
    expect(new Request('https://shop.example', asked[0]?.init).method).toBe('GET')
    expect([...new Headers(asked[0]?.init.headers)]).toEqual([])
  })

  it('A question to a route goes to another endpoint, with cookies where the developer says so', async () => {
    const asked = answering({ json: link })
    await ask({ endpoint: 'https://api.shop.example/khalti', credentials: 'include' })
    expect(asked[0]).toMatchObject({
      url: 'https://api.shop.example/khalti/initiate',
      init: { credentials: 'include' },
    })
  })

  it.each([
    ['an object', { authorization: 'Bearer 1' }],
    ['a function', () => ({ authorization: 'Bearer 1' })],
    ['an async function', async () => ({ authorization: 'Bearer 1' })],
  ])('A question to a route takes the headers of %s along, for GET and POST', async (_, headers) => {
    const asked = answering({ json: link })
    await ask({ headers })
    await ask({ headers, body: '{}' })
    expect(headersOf(asked)).toEqual([
      { authorization: 'Bearer 1' },
      { authorization: 'Bearer 1', 'content-type': 'application/json' },
    ])
  })

  it('A question to a route asks a headers function before every request, so that tokens can be renewed', async () => {
    const asked = answering({ json: link })
    let token = 0
    const headers = () => ({ authorization: `Bearer ${++token}` })
    await ask({ headers })
    await ask({ headers })
    expect(headersOf(asked)).toEqual([{ authorization: 'Bearer 1' }, { authorization: 'Bearer 2' }])
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('session expired'))],
    [
      'throws',
      () => {
        throw new Error('session expired')
      },
    ],
  ])("A question to a route is not sent where headers() %s, which is the app's own failure", async (_, headers) => {
    const asked = answering({ json: link })
    const error = await ask({ headers }).catch((reason) => reason)
    expect(error).toMatchObject({
      code: 'internal',
      message: 'headers failed: Error: session expired',
      cause: new Error('session expired'),
    })
    expect(error.status).toBeUndefined()
    expect(asked).toEqual([])
  })
})

describe('the error of a question', () => {
  it('The error of a question is of one class, with a name that survives a minifier and the way to its documentation', async () => {
    const error = await failure({ status: 404, html: '' })
    expect(error).toBeInstanceOf(KhaltiPaymentError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ name: 'KhaltiPaymentError', docs: 'errors.md#checkout-no-route' })
  })

  it('The error of a question says what the route says, with its code, status, fields and hint', async () => {
    const fields = { 'customer.phone': ['Enter a valid phone number.'] }
    const json = { error: 'Please check your phone.', code: 'input', fields, hint: 'amount 850 is Rs 8.50' }
    const error = await failure({ status: 400, json })
    expect(error).toMatchObject({ message: json.error, code: 'input', status: 400, fields, hint: json.hint })
  })

  it.each([
    ['a web page', { status: 404, html: '<!doctype html><title>404</title>' }],
    ['JSON of another server', { status: 404, json: { error: 'Not Found' } }],
    ['JSON with a code and no sentence', { status: 404, json: { code: 'not-found' } }],
    ['an empty body', { status: 404, html: '' }],
  ])(
    'The error of a question says what to mount, in words for every framework, when a 404 has %s',
    async (_, answer) => {
      const error = await failure(answer)
      expect(error).toMatchObject({ code: 'no-route', status: 404 })
      const remedy = 'mount the checkout there or set endpoint'
      expect(error.message).toBe(`No Khalti route at /api/khalti/initiate (404): ${remedy}`)
    },
  )

  it.each([
    ['a web page with 200', { html: '<!doctype html><div id="root"></div>' }],
    ['a link with 500', { status: 500, json: link }],
    ['a web page with 502', { status: 502, html: '<h1>Bad Gateway</h1>' }],
    ['JSON of another kind', { json: { ok: true } }],
    ['null', { json: null }],
    ['a number', { json: 42 }],
  ])('The error of a question does not take %s for an answer', async (_, answer) => {
    const error = await failure(answer as Answer)
    expect(error).toMatchObject({ code: 'no-route', status: 'status' in answer ? answer.status : 200 })
  })

  const asJson = { headers: { 'content-type': 'application/json' } }

  it('The error of a question speaks of the connection where the answer is cut off on its way', async () => {
    const broken = new TypeError('terminated')
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"pidx":"p1",'))
        controller.error(broken)
      },
    })
    vi.stubGlobal('fetch', async () => new Response(body, asJson))
    await expect(ask()).rejects.toMatchObject({ code: 'network', cause: broken })
  })

  it('The error of a question speaks of the connection where the browser takes what was cut off for the end, as WebKit does', async () => {
    vi.stubGlobal('fetch', async () => new Response('{"pidx":"p1",', asJson))
    await expect(ask()).rejects.toMatchObject({ code: 'network' })
  })

  it('The error of a question that is aborted comes at once', async () => {
    answering()
    const abort = new AbortController()
    const asked = askRoute({ path: '/status', accept: () => true }, {}, abort.signal)
    abort.abort()
    await expect(asked).rejects.toMatchObject({ code: 'network' })
  })

  it('The error of a question asks about the connection where nothing answered', async () => {
    const error = await failure('no connection')
    const message = 'No answer from /api/khalti/initiate (offline?): TypeError: Failed to fetch'
    expect(error).toMatchObject({ code: 'network', message, cause: expect.any(TypeError) })
    expect(error.status).toBeUndefined()
  })
})
