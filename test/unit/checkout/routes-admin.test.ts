import type { AdminPages } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openToldShop, wholeOf } from '../../support/told-shop.ts'

/** What the pages have no headers of their own for. */
const unstored = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }

/** Pages that only say that they were asked, and for what. */
const pages: AdminPages = {
  answer: async ({ method }, { base, path }) => Response.json({ method, base, path }),
}

const openPages = (answer: AdminPages['answer'] = pages.answer, siteUrl = 'https://shop.example') =>
  openToldShop({ checkout: { admin: { answer }, siteUrl, origins: ['https://app.shop.example'] } })

describe('the path of the admin pages', () => {
  it.each([
    ['admin', ''],
    ['admin/', ''],
    ['admin/order', '/order'],
    ['admin/order/', '/order'],
    ['admin/admin/x', '/admin/x'],
  ])('The pages are asked for %s as the path "%s"', async (at, path) => {
    const { ask, told } = openPages()
    expect(await wholeOf(await ask(at))).toEqual({
      status: 200,
      headers: unstored,
      body: { method: 'GET', base: '/api/khalti/admin', path },
    })
    expect(told).toEqual([])
  })

  it.each(['x/admin', 'x/admin/order', 'administration', 'administration/order'])(
    'The pages are not asked for %s',
    async (at) => {
      const { ask, saidTo } = openPages()
      expect(await wholeOf(await ask(at))).toEqual({
        status: 404,
        headers: { ...unstored, vary: 'Origin' },
        body: { error: 'There is nothing here.', code: 'not-found' },
      })
      expect(saidTo()).toEqual([
        { said: expect.stringContaining(`Nothing answers GET /api/khalti/${at}. `), route: 'unknown' },
      ])
    },
  )

  it('The path of siteUrl stands before the base of the pages', async () => {
    const { ask } = openPages(undefined, 'https://shop.example/np')
    expect(await (await ask('admin')).json()).toEqual({ method: 'GET', base: '/np/api/khalti/admin', path: '' })
  })

  it('A checkout without pages has nothing at admin, and tells nobody', async () => {
    const { ask, told } = openToldShop()
    expect(await wholeOf(await ask('admin'))).toEqual({
      status: 404,
      headers: unstored,
      body: { error: 'There is nothing here.', code: 'not-found' },
    })
    expect(told).toEqual([])
  })
})

describe('the methods of the admin pages', () => {
  it.each(['GET', 'HEAD', 'POST'])('The pages are asked by %s', async (method) => {
    const asked: string[] = []
    const { ask } = openPages(async (request) => {
      asked.push(request.method)
      return new Response(null, { status: 204 })
    })
    expect(await wholeOf(await ask('admin', { method }))).toEqual({ status: 204, headers: unstored, body: '' })
    expect(asked).toEqual([method])
  })

  it.each(['PUT', 'DELETE', 'OPTIONS'])('The pages are not asked by %s', async (method) => {
    const { ask } = openPages()
    expect(await wholeOf(await ask('admin', { method }))).toEqual({
      status: 405,
      headers: { ...unstored, allow: 'GET, HEAD, POST' },
      body: { error: 'This takes GET or POST.', code: 'method' },
    })
  })
})

describe('a form that is posted to the admin pages', () => {
  const refused = {
    status: 403,
    headers: unstored,
    body: { error: 'This can only be done from the admin pages themselves.', code: 'origin' },
  }
  const advice = (from: string) =>
    `A form of the admin pages was sent from ${from}, and was refused: only https://shop.example may. Open the pages at the address that siteUrl names.`

  it.each<[from: string, headers: Record<string, string>]>([
    ['the pages themselves', { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' }],
    [
      'the pages behind a proxy that has another name',
      { 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' },
    ],
    ['an old browser on the pages', { origin: 'https://shop.example' }],
    ['what is no browser', {}],
  ])('A form from %s is taken', async (_from, headers) => {
    const { ask, told } = openPages(undefined, 'https://shop.example/np')
    const answer = await ask('admin/look', { method: 'POST', headers })
    expect([answer.status, (await answer.json()).path, told]).toEqual([200, '/look', []])
  })

  it.each<[from: string, headers: Record<string, string>, named: string]>([
    [
      'another origin of the shop',
      { 'sec-fetch-site': 'same-site', origin: 'https://app.shop.example' },
      'https://app.shop.example',
    ],
    ['an old browser on a foreign page', { origin: 'https://evil.example' }, 'https://evil.example'],
    ['a page that hides its origin', { 'sec-fetch-site': 'cross-site', origin: 'null' }, 'null'],
    ['a browser that names no origin', { 'sec-fetch-site': 'cross-site' }, 'another site'],
    ['an origin that is very long', { origin: `https://${'x'.repeat(300)}` }, `https://${'x'.repeat(192)}`],
  ])('A form from %s is refused before the pages see it, and the shop is told', async (_from, headers, named) => {
    const { ask, saidTo } = openPages(() => Promise.reject(new Error('asked')), 'https://shop.example/np')
    expect(await wholeOf(await ask('admin/look', { method: 'POST', headers }))).toEqual(refused)
    expect(saidTo()).toEqual([{ said: advice(named), route: 'admin' }])
  })

  it.each(['GET', 'HEAD'])('A link on a foreign page leads to the pages by %s, and nobody is told', async (method) => {
    const { ask, told } = openPages()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect([(await ask('admin/order', { method, headers })).status, told]).toEqual([200, []])
  })
})

describe('what the admin pages answer', () => {
  it('Whether an answer may be stored, and what its address is told to, is not for the pages to say', async () => {
    const headers = { 'cache-control': 'max-age=60', 'referrer-policy': 'same-origin', 'x-own': 'yes' }
    const { ask } = openPages(async () => new Response('page', { status: 202, headers }))
    expect(await wholeOf(await ask('admin'))).toEqual({
      status: 202,
      headers: { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-own': 'yes' },
      body: 'page',
    })
  })

  it('A Response that the pages throw is answered as if they had given it', async () => {
    const headers = { location: '/login', 'referrer-policy': 'same-origin' }
    const { ask, told } = openPages(() => Promise.reject(new Response(null, { status: 303, headers })))
    expect(await wholeOf(await ask('admin'))).toEqual({
      status: 303,
      headers: { 'cache-control': 'no-store', ...headers, 'referrer-policy': 'no-referrer' },
      body: '',
    })
    expect(told).toEqual([])
  })

  it('An error that the pages throw is told with the route admin, and its words are for nobody else', async () => {
    const error = new Error('hunter2')
    const { ask, told } = openPages(() => Promise.reject(error))
    expect(await wholeOf(await ask('admin'))).toEqual({
      status: 500,
      headers: unstored,
      body: { error: 'Something went wrong in the shop. Please try again.', code: 'internal' },
    })
    expect(told).toEqual([{ error, route: 'admin' }])
  })

  it('An error that the pages report is told with the route admin and what it is about', async () => {
    const error = new Error('Khalti is away')
    const { ask, told } = openPages(async (_request, desk) => {
      desk.report(error, { pidx: 'p', orderId: 'topi' })
      desk.report(error)
      return new Response('page')
    })
    await ask('admin')
    expect(told).toEqual([
      { error, route: 'admin', pidx: 'p', orderId: 'topi' },
      { error, route: 'admin' },
    ])
  })

  it('A form is read for the pages, and one that is none is refused', async () => {
    const { ask } = openPages(async (_request, { readForm }) => Response.json(await readForm()))
    const asForm = { 'content-type': 'application/x-www-form-urlencoded' }
    const read = await ask('admin', { method: 'POST', headers: asForm, body: 'order=topi&note=a%20b' })
    expect(await read.json()).toEqual({ order: 'topi', note: 'a b' })
    expect(await wholeOf(await ask('admin', { method: 'POST', body: 'order=topi' }))).toEqual({
      status: 415,
      headers: unstored,
      body: { error: 'Send application/json or a plain form.', code: 'content-type' },
    })
  })
})
