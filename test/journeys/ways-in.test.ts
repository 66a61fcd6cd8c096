import { HTTPException } from 'hono/http-exception'
import { adminPages } from 'khalti-kit/admin'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const urlencoded = 'application/x-www-form-urlencoded'
const fields = { orderId: 'topi', name: 'Sita' }

/** A body of a multipart form, with its content type. */
function multipart(values: Record<string, string | Blob>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(values)) form.append(name, value)
  return form
}

/** A post with no header that a test does not name. */
const send = (headers: Record<string, string>, body: BodyInit = new URLSearchParams(fields).toString()) => ({
  method: 'POST',
  headers,
  body,
})

/** What a page's script gets: the headers a browser, or a library in it, puts on the request. */
const scripts: [who: string, headers: Record<string, string>, body?: BodyInit][] = [
  ['fetch with JSON', { 'content-type': 'application/json', 'sec-fetch-mode': 'cors' }, JSON.stringify(fields)],
  ['fetch with URLSearchParams', { 'content-type': `${urlencoded};charset=UTF-8`, 'sec-fetch-mode': 'cors' }],
  ['fetch from the same origin', { 'content-type': urlencoded, 'sec-fetch-mode': 'same-origin', accept: '*/*' }],
  ["jQuery's $.post", { 'content-type': urlencoded, 'x-requested-with': 'XMLHttpRequest', accept: '*/*' }],
  [
    "jQuery's $.post that takes HTML too",
    { 'content-type': urlencoded, 'x-requested-with': 'XMLHttpRequest', accept: 'text/html, */*; q=0.01' },
  ],
  ['axios in an old browser', { 'content-type': urlencoded, accept: 'application/json, text/plain, */*' }],
  // Over plain http no browser sends Sec-Fetch headers, and a form's request says text/html in each of them.
  ['fetch with URLSearchParams on a plain http page', { 'content-type': urlencoded, accept: '*/*' }],
  ["jQuery's $.post to another origin in an old browser", { 'content-type': urlencoded, accept: '*/*' }],
  ['a script of a native app', { 'content-type': 'application/json' }, JSON.stringify(fields)],
]

/** What a browser shows. */
const forms: [who: string, headers: Record<string, string>, body?: BodyInit][] = [
  ['a plain form', { 'content-type': urlencoded, 'sec-fetch-mode': 'navigate', accept: 'text/html' }],
  ['a plain form of a browser without Sec-Fetch', { 'content-type': urlencoded, accept: 'text/html,*/*;q=0.8' }],
  ['a plain form that says nothing of itself', { 'content-type': urlencoded }],
  // Android's WebView names its app on every request, whatever is asked for.
  ...['com.shop.app', 'com.facebook.katana'].map((app): (typeof scripts)[number] => [
    `a plain form in the WebView of ${app}`,
    { 'content-type': urlencoded, 'sec-fetch-mode': 'navigate', accept: 'text/html', 'x-requested-with': app },
  ]),
]

describe('what asks for a payment', () => {
  it.each(scripts)('%s is answered with JSON', async (_who, headers, body) => {
    const shop = openShop()
    const answer = await shop.ask('initiate', send({ 'sec-fetch-site': 'same-origin', ...headers }, body))
    const [payment] = shop.simulator.payments()
    const { pidx, payment_url } = await answer.json()
    expect([answer.status, pidx, payment_url]).toEqual([200, payment?.pidx, payment?.payment_url])
  })

  it.each(scripts)('%s is answered with JSON where the order is refused', async (_who, headers) => {
    const body = headers['content-type']?.includes('json') ? '{"orderId":"x"}' : 'orderId=x'
    const answer = await openShop().ask('initiate', send(headers, body))
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'refused' }])
  })

  it.each(forms)('%s is sent on to the payment page', async (_who, headers, body) => {
    const shop = openShop()
    const answer = await shop.ask('initiate', send(headers, body))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, shop.simulator.payments()[0]?.payment_url])
  })

  it.each(forms)('%s ends on a page of the shop where the order is refused', async (_who, headers) => {
    const answer = await openShop().ask('initiate', send(headers, 'orderId=x'))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.example/orders/?outcome=error'])
  })

  it('htmx is told where to go by HX-Redirect, and gets a refusal as a status', async () => {
    const shop = openShop()
    const headers = { 'content-type': urlencoded, 'hx-request': 'true', 'sec-fetch-mode': 'cors', accept: '*/*' }
    const answer = await shop.ask('initiate', send(headers))
    expect([answer.status, answer.headers.get('hx-redirect')]).toEqual([200, shop.simulator.payments()[0]?.payment_url])
    expect((await shop.ask('initiate', send(headers, 'orderId=x'))).status).toBe(404)
  })

  it('A multipart form is read like a plain one, and its files are left out', async () => {
    let seen: unknown
    const shop = openShop({
      checkout: {
        readOrder: (input) => {
          seen = input
          return shop.order()
        },
      },
    })
    const body = multipart({ ...fields, picture: new Blob(['x']) })
    const answer = await shop.ask('initiate', { method: 'POST', headers: { 'sec-fetch-mode': 'navigate' }, body })
    expect([answer.status, answer.headers.get('location')]).toEqual([303, shop.simulator.payments()[0]?.payment_url])
    expect(seen).toEqual(fields)
  })

  it('A multipart form that is cut off is refused as a body that cannot be read', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=b', 'sec-fetch-mode': 'cors' }
    const answer = await openShop().ask('initiate', send(headers, '--b\r\nContent-Disposition: form'))
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'body' }])
  })

  it('A field that comes twice counts with its first value', async () => {
    let seen: unknown
    const shop = openShop({
      checkout: {
        readOrder: (input) => {
          seen = input
          return shop.order()
        },
      },
    })
    await shop.ask('initiate', send({ 'content-type': urlencoded }, 'orderId=topi&orderId=other'))
    expect(seen).toEqual({ orderId: 'topi' })
  })
})

describe('a page of another origin', () => {
  it.each([
    ['a tracer of Sentry', 'sentry-trace,baggage'],
    ['OpenTelemetry', 'content-type,traceparent,tracestate'],
    ['a token', 'authorization,content-type'],
  ])('a preflight allows the headers of %s', async (_who, wanted) => {
    const shop = openShop({ checkout: { origins: ['https://app.shop.example'] } })
    const headers = {
      origin: 'https://app.shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': wanted,
    }
    const answer = await shop.ask('initiate', { method: 'OPTIONS', headers })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-headers')).toBe(wanted)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.shop.example')
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('A preflight from a stranger opens nothing', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-headers': 'x' }
    const answer = await openShop().ask('initiate', { method: 'OPTIONS', headers })
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it.each([['capacitor://localhost'], ['ionic://localhost'], ['http://localhost'], ['https://app.shop.example']])(
    '%s may post and read answers where it is named in origins',
    async (origin) => {
      const shop = openShop({ checkout: { origins: [origin] } })
      const headers = { 'content-type': 'application/json', origin, 'sec-fetch-site': 'cross-site' }
      const answer = await shop.ask('initiate', send(headers, JSON.stringify(fields)))
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, origin])
      const other = await openShop().ask('initiate', send(headers, JSON.stringify(fields)))
      expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null])
    },
  )

  it.each([
    ['a page of www.', { origin: 'https://www.shop.example' }, /https:\/\/www\.shop\.example.*add it to origins/],
    ['a page that hides its origin', { origin: 'null' }, /strict-origin-when-cross-origin/],
    ['a cross-site form that hides its origin', { 'sec-fetch-site': 'cross-site' }, /hides its origin/],
  ])('the shop is told what to do about %s that was refused', async (_who, headers, advice) => {
    const shop = openShop()
    const answer = await shop.ask('initiate', send({ 'content-type': urlencoded, 'x-requested-with': 'x', ...headers }))
    expect([answer.status, (await answer.json()).code]).toEqual([403, 'origin'])
    expect(shop.errors.map(String)).toEqual([expect.stringMatching(advice)])
    expect(shop.simulator.payments()).toEqual([])
  })
})

describe("what readOrder throws for the shop's framework", () => {
  const from = (thrown: unknown) => openShop({ checkout: { readOrder: () => Promise.reject(thrown) } })
  const asForm = send({ 'content-type': urlencoded, 'sec-fetch-mode': 'navigate' })
  const asScript = send({ 'content-type': 'application/json', 'sec-fetch-mode': 'cors' }, JSON.stringify(fields))

  it.each([
    ['a form', asForm],
    ['a script', asScript],
  ])('a Response that readOrder throws is the answer to %s', async (_who, init) => {
    const shop = from(new Response('log in', { status: 401, headers: { 'x-login': '/login' } }))
    const answer = await shop.ask('initiate', init)
    expect([answer.status, await answer.text(), answer.headers.get('x-login')]).toEqual([401, 'log in', '/login'])
    expect(shop.errors).toEqual([])
  })

  it('A Response.redirect that readOrder throws is passed on, though nobody can change its headers', async () => {
    const shop = from(Response.redirect('https://shop.example/login', 302))
    const answer = await shop.ask('initiate', asForm)
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'https://shop.example/login'])
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('A Response that readOrder throws keeps each of its cookies', async () => {
    const thrown = new Response('log in', { status: 401 })
    for (const cookie of ['a=1; Path=/', 'b=2; Path=/']) thrown.headers.append('set-cookie', cookie)
    const answer = await from(thrown).ask('initiate', asScript)
    expect(answer.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/'])
  })

  it('A Response that readOrder throws is stored by nobody', async () => {
    for (const headers of [{}, { 'cache-control': 'max-age=60' }]) {
      const answer = await from(new Response(null, { status: 401, headers })).ask('initiate', asScript)
      expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
        'no-store',
        'no-referrer',
      ])
    }
  })

  it.each([
    ['a form', asForm],
    ['a script', asScript],
  ])("Next's redirect that readOrder throws goes on to Next from %s", async (_who, init) => {
    const redirect = Object.assign(new Error('NEXT_REDIRECT'), { digest: 'NEXT_REDIRECT;replace;/login;307;' })
    const shop = from(redirect)
    await expect(shop.ask('initiate', init)).rejects.toBe(redirect)
    expect(shop.errors).toEqual([])
  })

  // As SvelteKit, h3 and Nest have them.
  class Redirect {
    status = 303
    location = '/login'
  }
  class HttpError {
    status = 404
    body = { message: 'No such order' }
  }
  class H3Error extends Error {
    static __h3_error__ = true
    statusCode = 401
  }
  class HTTPError extends Error {
    override name = 'HTTPError'
    status = 401
  }
  class UnauthorizedException extends Error {
    status = 401
    getResponse = () => ({ statusCode: 401, message: 'Log in' })
  }

  it.each<[what: string, thrown: unknown]>([
    ["SvelteKit's redirect", new Redirect()],
    ["SvelteKit's error", new HttpError()],
    ["Hono's HTTPException", new HTTPException(401, { message: 'Log in' })],
    ["Nest's UnauthorizedException", new UnauthorizedException()],
    ['createError of h3 and Nuxt', new H3Error('Log in')],
    ['HTTPError of h3 2', new HTTPError('Log in')],
  ])('%s that readOrder or authorize throws goes on to the framework', async (_what, thrown) => {
    const shop = from(thrown)
    await expect(shop.ask('initiate', asForm)).rejects.toBe(thrown)
    await expect(shop.ask('initiate', asScript)).rejects.toBe(thrown)
    const staff = openShop({ checkout: { admin: adminPages({ authorize: () => Promise.reject(thrown) }) } })
    await expect(staff.ask('admin')).rejects.toBe(thrown)
    expect([...shop.errors, ...staff.errors]).toEqual([])
  })

  it.each<[what: string, thrown: unknown]>([
    ['an error of an HTTP client', Object.assign(new Error('404'), { status: 404, body: { message: 'gone' } })],
    ['an error with a location', Object.assign(new Error('302'), { status: 302, location: '/x' })],
    ['HTTPError of ky', Object.assign(new Error('404'), { name: 'HTTPError', response: new Response() })],
    ["an answer of ts-rest's client", { status: 404, body: { message: 'gone' }, headers: new Headers() }],
    ['an object with a status alone', { status: 404 }],
    ['an object with a location alone', { location: '/login', body: { message: 'x' } }],
    ['an error that has a response to give, and no status', Object.assign(new Error(), { getResponse() {} })],
    ['an object without a constructor', Object.create(null)],
    ['nothing', undefined],
    ['null', null],
  ])("%s that readOrder throws is no framework's, and is hidden", async (_what, thrown) => {
    const shop = from(thrown)
    const answer = await shop.ask('initiate', asScript)
    expect([answer.status, (await answer.json()).code]).toEqual([500, 'internal'])
    expect(shop.errors).toEqual([thrown])
  })

  it('an error with a digest of its own is no redirect, and is hidden like any other', async () => {
    const shop = from(Object.assign(new Error('hunter2'), { digest: '12345' }))
    const answer = await shop.ask('initiate', asScript)
    expect([answer.status, (await answer.json()).code]).toEqual([500, 'internal'])
    expect(shop.errors).toHaveLength(1)
  })

  it.each([undefined, null, ''])(
    'A CheckoutRefusal whose message is %s has a sentence all the same',
    async (message) => {
      const answer = await from(new CheckoutRefusal(402, message as never)).ask('initiate', asScript)
      expect(await answer.json()).toEqual({ error: 'The shop has refused this payment.', code: 'refused' })
    },
  )

  it('A CheckoutRefusal goes to a script with its status, and to a form as its landing', async () => {
    const shop = from(new CheckoutRefusal(402, 'Log in first.'))
    expect((await shop.ask('initiate', asScript)).status).toBe(402)
    expect((await shop.ask('initiate', asForm)).headers.get('location')).toContain('outcome=error')
  })
})
