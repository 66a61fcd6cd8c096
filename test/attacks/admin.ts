import { runInNewContext } from 'node:vm'
import { adminPages } from 'khalti-kit/admin'
import { describe, expect, it } from 'vitest'
import { hiddenFields, openAdmin, session } from '../support/admin.ts'
import { openShop } from '../support/shop.ts'
import { openNextRecipe, recipeKey } from './recipes/next-recipe.ts'

const pages = ['', '/orders', '/orders.csv', '/order?id=topi', '/refund?order=topi&pidx=PIDX', '/nowhere']
const forms = ['/look', '/accept', '/attended', '/resolve', '/refund']

/** A shop with a held payment that could be handed out, looked at, refunded and attended to. */
async function openTempting() {
  const shop = openAdmin({ checkout: { origins: ['https://app.shop.example'] } })
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
  await shop.checkout.settle(pidx)
  const view = await shop.checkout.order('topi')
  const before = JSON.stringify(view)
  // Whoever has these has answered the questions before the deeds as well.
  const answers = { reasons: JSON.stringify(view?.reasons), id: 'forged' }
  const fields = { order: 'topi', pidx, amount: '1', mobile: '', reason: '', how: 'done', note: 'x', ...answers }
  const unchanged = async () => JSON.stringify(await shop.checkout.order('topi')) === before
  return { ...shop, pidx, fields, unchanged }
}

describe("the recipe's admin page", () => {
  it('The recipe hides the button from strangers, and its route gives money back to whoever posts', async () => {
    const shop = openNextRecipe()
    const pidx = await shop.link('mala')
    const transactionId = new URL(shop.simulator.pay(pidx)).searchParams.get('transaction_id')
    // pages/api/admin/refund.ts. The page above it says `if (!user.isAdmin) router.push('/')`, in the browser.
    const refund = async (request: Request) => {
      const { transaction_id } = await request.json()
      const address = `https://dev.khalti.com/api/merchant-transaction/${transaction_id}/refund/`
      return shop.simulator.fetch(address, { method: 'POST', headers: { authorization: `Key ${recipeKey}` } })
    }
    const body = JSON.stringify({ transaction_id: transactionId })
    await refund(new Request('https://shop.example/api/admin/refund', { method: 'POST', body }))
    expect(shop.simulator.payments()).toMatchObject([{ refundedAmount: 1_000 }])
  })
})

describe('without a session', () => {
  it.each(pages)('A stranger who asks for admin%s gets a 401 that tells nothing', async (path) => {
    const { ask, pidx } = await openTempting()
    const response = await ask(`admin${path.replace('PIDX', pidx)}`)
    // The digits of a nonce may be those of the amount.
    const text = (await response.text()).replaceAll(/nonce="\w+"/g, '')
    expect(response.status).toBe(401)
    expect(text).not.toMatch(/topi|Rs |850|pidx/)
    expect(text).not.toContain(pidx)
  })

  it.each(forms)('A stranger who posts to admin%s changes nothing', async (path) => {
    const { send, fields, unchanged } = await openTempting()
    expect((await send(path, fields, { cookie: '' })).status).toBe(401)
    expect(await unchanged()).toBe(true)
  })

  it.each([
    ['null', null],
    ['a person without a name', {}],
    ['an empty name', { name: ' ' }],
    ['a name that is no text', { name: 7 }],
    ['true', true],
    ['a function whose call was forgotten', async function staffOf() {}],
    ['an error in place of throwing it', new TypeError('not signed in')],
    ['a DOMException in place of throwing it', new DOMException('The session was not read.', 'AbortError')],
    ['an error of another realm', runInNewContext("new TypeError('not signed in')")],
    ["an error of a library's own making", Object.create(new Error('not signed in'), { name: { value: 'ZodError' } })],
  ])('An authorize that gives %s lets nobody in', async (_what, who) => {
    const admin = adminPages({ authorize: () => who as never })
    expect((await openShop({ checkout: { admin } }).ask('admin')).status).toBe(401)
  })

  it.each([undefined, {}, { authorize: 'x' }, { authorise: () => ({ name: 'Gita' }) }])(
    'A server with admin pages but without authorize does not start: %j',
    (options) => {
      const message = 'adminPages needs `authorize`, a function that says who asks. There is no default.'
      expect(() => adminPages(options as never)).toThrow(new TypeError(message))
    },
  )

  it('A broken authorize lets nobody in, and the shop hears of it', async () => {
    const admin = adminPages({ authorize: () => Promise.reject(new Error('the session store is down')) })
    const shop = openShop({ checkout: { admin } })
    expect((await shop.ask('admin')).status).toBe(500)
    expect(shop.errors).toHaveLength(1)
  })

  it("A Response of the shop's own, returned or thrown, is passed on", async () => {
    const login = () => Response.redirect('https://shop.example/login', 303)
    const throws = () => {
      throw login()
    }
    for (const authorize of [login, throws]) {
      const response = await openShop({ checkout: { admin: adminPages({ authorize }) } }).ask('admin/order?id=topi')
      expect([response.status, response.headers.get('location')]).toEqual([303, 'https://shop.example/login'])
    }
  })

  it.each<[string, number]>([
    ['https://login.example/?next="><script>', 401],
    ['/login', 401],
    ['javascript:alert(1)', 303],
    ['https://[', 303],
  ])(
    'A redirect of authorize to %s, behind a form of a browser, is a link where it is a web address: %s',
    async (location, status) => {
      const redirect = () => new Response(null, { status: 303, headers: { location } })
      const throws = () => {
        throw redirect()
      }
      const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', origin: 'https://shop.example' }
      for (const authorize of [redirect, throws]) {
        const { ask } = openShop({ checkout: { admin: adminPages({ authorize }) } })
        const answer = await ask('admin/look', {
          method: 'POST',
          headers,
          body: new URLSearchParams({ order: 'topi' }),
        })
        const link = /<a href="([^"]*)">Please sign in/.exec(await answer.text())?.[1]
        expect([answer.status, link]).toEqual([status, status === 401 ? expect.any(String) : undefined])
        expect(link ?? '').not.toContain('<')
      }
    },
  )

  it.each<Record<string, string>>([{}, { 'cache-control': 'public, max-age=99', 'referrer-policy': 'same-origin' }])(
    'A Response of authorize with %j is stored by nobody, and tells nobody its address',
    async (headers) => {
      const login = () =>
        new Response('Who are you?', { status: 401, headers: { ...headers, 'www-authenticate': 'Basic' } })
      const throws = () => {
        throw login()
      }
      for (const authorize of [login, throws]) {
        const answer = await openShop({ checkout: { admin: adminPages({ authorize }) } }).ask('admin')
        expect([answer.status, await answer.text()]).toEqual([401, 'Who are you?'])
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'cache-control': 'no-store',
          'referrer-policy': 'no-referrer',
          'www-authenticate': 'Basic',
        })
      }
    },
  )

  it('A page of the shop in place of the admin pages is stored by nobody', async () => {
    const admin = { answer: async () => Response.json({}) }
    const answer = await openShop({ checkout: { admin } }).ask('admin')
    expect([answer.headers.get('cache-control'), answer.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
  })

  it('A checkout without admin pages answers every method there with the same 404', async () => {
    const shop = openShop()
    for (const method of ['GET', 'POST', 'PUT', 'OPTIONS']) {
      for (const path of ['admin', 'admin/', 'admin/order?id=topi', 'admin/orders.csv']) {
        expect((await shop.ask(path, { method })).status).toBe(404)
      }
    }
  })
})

describe('from another origin', () => {
  const foreign: [string, Record<string, string>][] = [
    ['a cross-site page', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a sister site', { 'sec-fetch-site': 'same-site', origin: 'https://blog.shop.example' }],
    ['an old browser on another site', { 'sec-fetch-site': '', origin: 'https://evil.example' }],
    ['a page that hides its origin', { 'sec-fetch-site': '', origin: 'null' }],
    ['a page that hides its origin in a new browser', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ["the shop's own front end elsewhere", { 'sec-fetch-site': 'same-site', origin: 'https://app.shop.example' }],
  ]
  it.each(foreign.flatMap(([who, headers]) => forms.map((path) => [path, who, headers] as const)))(
    'A post to admin%s by %s is refused, whatever the cookie says',
    async (path, _who, headers) => {
      const { send, fields, unchanged, errors } = await openTempting()
      expect((await send(path, fields, headers)).status).toBe(403)
      expect(await unchanged()).toBe(true)
      expect(errors).toHaveLength(1)
    },
  )

  it('No other origin may read the pages, not even one that may start payments', async () => {
    const admin = adminPages({ authorize: () => ({ name: 'Gita' }) })
    const shop = openShop({ checkout: { admin, origins: ['https://app.shop.example'] } })
    for (const path of ['admin', 'admin/orders.csv']) {
      const { headers } = await shop.ask(path, { headers: { origin: 'https://app.shop.example' } })
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    const asked = await shop.ask('admin/refund', { method: 'OPTIONS', headers: { origin: 'https://app.shop.example' } })
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([405, null])
  })

  it('A form of the pages themselves is taken, also from a browser that says only its origin', async () => {
    const { send, fields } = await openTempting()
    const response = await send('/look', fields, { 'sec-fetch-site': '' })
    expect(response.status).toBe(303)
  })
})

describe('a forged form', () => {
  it.each(forms)('A form to admin%s that names what is not there gets the same 404', async (path) => {
    const { send, open, fields, unchanged, checkout, order, simulator } = await openTempting()
    const other = await checkout.initiate(order({ id: 'other' }))
    simulator.pay(other.pidx)
    await checkout.settle(other.pidx)
    const same = await (await open('/nowhere')).text()
    // What was searched stands in the field again, and is all that differs.
    const searched = await (await open('/order?id=nobody')).text()
    expect(plain(searched.replace('value="nobody"', 'value=""'))).toBe(plain(same))
    const lies: Record<string, string>[] = [
      { order: 'nobody' },
      { order: '' },
      { order: fields.pidx },
      { order: '__proto__' },
      { order: 'a\0b' },
    ]
    // An order can be attended to without naming a payment.
    if (path !== '/attended') lies.push({ pidx: other.pidx }, { pidx: '' }, { pidx: 'HT6o6PEZRWFJ5ygavzHWd5' })
    for (const lie of lies) {
      const response = await send(path, { ...fields, ...lie })
      expect([lie, response.status]).toEqual([lie, 404])
      expect(plain(await response.text())).toBe(plain(same))
    }
    expect(await unchanged()).toBe(true)
  })

  it('An unclear refund is settled only by its own id, for its own payment, in words that exist', async () => {
    const { sell, send, simulator, checkout } = openAdmin()
    const { pidx } = await sell()
    simulator.failNext({ kind: '500', on: 'refund' })
    const { id } = await checkout.refund(pidx, { amount: 100 })
    for (const lie of [{ id: 'other' }, { id: '' }, { how: 'maybe' }, { how: '' }, { pidx: 'other' }]) {
      const response = await send('/resolve', { order: 'topi', pidx, id, how: 'done', ...lie })
      expect([lie, response.status]).toEqual([lie, 404])
    }
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'unclear' }])
  })

  it.each([
    ['amount', { amount: '851' }, 400],
    ['no amount', { amount: '' }, 404],
    ['a negative amount', { amount: '-1' }, 404],
    ['an id with markup', { id: '<b>' }, 400],
    ['an id that is too long', { id: 'x'.repeat(101) }, 400],
  ])('A refund with a forged %s gives nothing back', async (_what, lie, status) => {
    const { sell, send, givenBack, checkout } = openAdmin()
    const { pidx } = await sell()
    const fields = { order: 'topi', pidx, amount: '1', mobile: '', reason: '', id: 'form-1', ...lie }
    const response = await send('/refund', fields)
    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain('<b>')
    expect(givenBack(pidx)).toBe(0)
    expect((await checkout.order('topi'))?.refunds).toEqual([])
  })

  it('An address cannot make the page of an order say what is not so', async () => {
    const { sell, read } = openAdmin()
    await sell()
    for (const lie of ['did=attended&did=x', 'refund=none', 'did=<b>', 'did=refund', 'did=__proto__']) {
      expect(await read(`/order?id=topi&${lie}`)).not.toMatch(/went back|Noted|<b>/)
    }
    expect(await read('/order?id=topi&did=accept')).toContain('The order was handed out.')
  })

  it.each([
    ['JSON that is none', 'application/json', '{', 400],
    ['a type that is none', 'text/plain', 'order=topi', 415],
    ['a form of a megabyte', 'application/x-www-form-urlencoded', `order=${'x'.repeat(1_000_000)}`, 413],
  ])('A forged form %s is refused with a page', async (_what, type, body, status) => {
    const { ask } = openAdmin()
    const headers = { cookie: session, 'content-type': type, 'sec-fetch-site': 'same-origin' }
    const response = await ask('admin/attended', { method: 'POST', headers, body })
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=utf-8'])
  })
})

describe('a wrong method', () => {
  it.each([
    ['PUT', '', 405],
    ['DELETE', '/order', 405],
    ['OPTIONS', '/refund', 405],
    ['GET', '/look', 405],
    ['GET', '/accept', 404],
    ['GET', '/attended', 405],
    ['GET', '/resolve', 404],
    ['POST', '', 405],
    ['POST', '/orders.csv', 405],
    ['POST', '/order', 405],
    ['POST', '/nowhere', 404],
    ['GET', '//evil.example', 404],
    ['GET', '/../initiate', 405],
  ])('A wrong method %s admin%s is answered with %i', async (method, path, status) => {
    const { ask } = openAdmin()
    const headers = { cookie: session, 'sec-fetch-site': 'same-origin' }
    expect((await ask(`admin${path}`, { method, headers })).status).toBe(status)
  })

  it('HEAD of a page gives its headers and no body', async () => {
    const { ask } = openAdmin()
    for (const path of ['', '/orders.csv']) {
      const response = await ask(`admin${path}`, { method: 'HEAD', headers: { cookie: session } })
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })
})

describe('what others write', () => {
  const evil = `"><script>alert(1)</script><img src=x onerror='alert(2)'>{{7*7}}`

  it('Markup in every text that a customer or Khalti can fill stands on the pages as text', async () => {
    const shop = openAdmin({
      checkout: {
        fulfil: ({ orderId }) => {
          if (orderId.startsWith('broken')) throw new Error(evil)
        },
      },
      client: {
        fetch: async (input, init) => {
          if (String(input).includes('/refund/')) return Response.json({ detail: evil }, { status: 400 })
          return shop.simulator.fetch(input, init)
        },
      },
    })
    const id = `id${evil}`
    const { pidx } = await shop.sell({ id, name: evil })
    const broken = await shop.sell({ id: `broken${evil}`, name: evil })
    await shop.checkout.refund(pidx, { amount: 100, reason: evil, by: evil })
    await shop.checkout.attended(id, { by: evil, note: evil })
    await shop.checkout.markPaid(shop.order({ id: 'cash', name: evil }), {
      method: evil.slice(0, 20).replace(/[^\w-]/g, ''),
      by: evil,
    })
    const q = encodeURIComponent
    const paths = [
      '',
      '/orders',
      `/order?id=${q(id)}`,
      `/order?id=${broken.pidx}`,
      '/order?id=cash',
      `/refund?order=${q(id)}&pidx=${pidx}`,
    ]
    paths.push(
      `/order?id=${q(evil)}`,
      `/orders?after=${q(evil)}`,
      `/order?id=${pidx}&did=${q(evil)}&lang=${q(evil)}`,
      `/${q(evil)}`,
    )
    for (const path of paths) {
      const page = await (await shop.open(path, { 'accept-language': evil.replace(/[^ -~]/g, '') })).text()
      expect([path, /<script|<img|onerror='/.test(page)]).toEqual([path, false])
    }
    for (const fields of [
      { amount: evil, mobile: evil, reason: evil },
      { amount: '1', mobile: '', reason: evil },
    ]) {
      const page = await (await shop.send('/refund', { order: id, pidx, ...fields })).text()
      expect(page).not.toMatch(/<script|<img|onerror='/)
      expect(hiddenFields(page).order).not.toContain('<')
    }
  })

  it('Every page is never stored, never framed, runs no script, loads nothing, and lets its forms say where they are from', async () => {
    const { open, sell } = openAdmin()
    const { pidx } = await sell()
    for (const path of pages.filter((page) => page !== '/orders.csv')) {
      const response = await open(path.replace('PIDX', pidx))
      const { headers } = response
      const text = await response.text()
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'nonce-\w+'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      )
      expect(Object.fromEntries(headers)).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'x-content-type-options': 'nosniff',
      })
      // It stands before all else that the browser asks for or sends.
      expect(text).toMatch(/<head>\s*<meta charset="utf-8">\s*<meta name="referrer" content="same-origin">/)
    }
  })
})

/** A page without what is new on each: its nonce. */
const plain = (page: string) => page.replace(/nonce="\w+"/g, '').replace(/<footer>[\s\S]*<\/footer>/, '')
