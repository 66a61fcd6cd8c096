import { rupees } from 'khalti-kit'
import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it, vi } from 'vitest'
import { openShop, post } from '../support/shop.ts'

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
  body: new URLSearchParams(fields).toString(),
})

describe('every answer', () => {
  it('Every answer is found below basePath only, with or without one slash at its end', async () => {
    const shop = openShop({ checkout: { basePath: '/pay' } })
    const at = (path: string) =>
      shop.checkout.handler(new Request(`https://shop.example${path}`, post({ orderId: 'topi' })))
    expect((await at('/pay/initiate')).status).toBe(200)
    expect((await at('/pay/initiate/')).status).toBe(200)
    for (const path of ['/api/khalti/initiate', '/pay/initiate//', '/pay', '/x/pay/initiate', '/pay/initiate/x']) {
      const answer = await at(path)
      expect([path, answer.status, (await answer.json()).code]).toEqual([path, 404, 'not-found'])
    }
  })

  it('Every answer refuses other methods and says which it takes', async () => {
    const shop = openShop()
    for (const [path, method, allow] of [
      ['initiate', 'GET', 'POST, OPTIONS'],
      ['return', 'POST', 'GET, HEAD, OPTIONS'],
      ['status', 'DELETE', 'GET, OPTIONS'],
      ['reconcile', 'PUT', 'GET, POST, OPTIONS'],
    ] as const) {
      const answer = await shop.ask(path, { method })
      expect([answer.status, answer.headers.get('allow'), (await answer.json()).code]).toEqual([405, allow, 'method'])
    }
  })

  it('Every answer works detached from its checkout', async () => {
    const { handler } = openShop().checkout
    expect((await handler(new Request('https://shop.example/api/khalti/status?pidx=x'))).status).toBe(404)
  })
})

describe('POST initiate', () => {
  it('POST initiate answers a script with the link', async () => {
    const shop = openShop()
    const answer = await shop.ask('initiate', post({ orderId: 'topi', amount: 1000 }))
    const link = await answer.json()
    expect([answer.status, Object.keys(link).sort()]).toEqual([
      200,
      ['expires_at', 'expires_in', 'payment_url', 'pidx'],
    ])
    expect(shop.simulator.payments()).toMatchObject([{ pidx: link.pidx, amount: 85_000 }])
  })

  it('POST initiate sends a plain form on to the payment page', async () => {
    const shop = openShop()
    const answer = await shop.ask('initiate', form({ orderId: 'topi', name: 'Sita' }))
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe(shop.simulator.payments()[0]?.payment_url)
  })

  it('POST initiate lands a plain form that failed', async () => {
    const answer = await openShop().ask('initiate', form({ orderId: 'nothing' }))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.example/orders/?outcome=error'])
  })

  it.each<[string, RequestInit, number, string]>([
    ['JSON that is cut off', post('{"orderId":'), 400, 'body'],
    ['a JSON list', post('[]'), 400, 'body'],
    ['an empty body', post(''), 400, 'body'],
    ['another content type', post('x', { 'content-type': 'text/plain' }), 415, 'content-type'],
    ['a body over 64 KiB', post({ orderId: 'x'.repeat(65_536) }), 413, 'too-large'],
    ['an order that the shop refuses', post({ orderId: 'nothing' }), 404, 'refused'],
  ])('POST initiate refuses %s', async (_title, init, status, code) => {
    const answer = await openShop().ask('initiate', init)
    expect([answer.status, await answer.json()]).toEqual([status, { error: expect.any(String), code }])
  })

  it('POST initiate answers each failure with a status, a sentence and a code, and tells the shop of its own', async () => {
    const cases: [string, () => ReturnType<typeof openShop>, number, string][] = [
      [
        'refused',
        () => openShop({ checkout: { readOrder: () => Promise.reject(new CheckoutRefusal(410, 'Sold out.')) } }),
        410,
        'refused',
      ],
      [
        'a bug',
        () => openShop({ checkout: { readOrder: () => Promise.reject(new Error('db password is hunter2')) } }),
        500,
        'internal',
      ],
      [
        'a cheap order',
        () => openShop({ checkout: { readOrder: () => ({ id: 'a', name: 'b', amount: rupees(1) }) } }),
        400,
        'input',
      ],
      ['no key', () => openShop({ client: { secretKey: '' } }), 500, 'internal'],
      [
        'a gateway that is down',
        () => openShop({ client: { fetch: () => Promise.reject(new TypeError('x')) } }),
        502,
        'gateway',
      ],
      [
        'a gateway that is slow',
        () => openShop({ client: { fetch: () => new Promise(() => {}), timeoutMs: 20 } }),
        504,
        'timeout',
      ],
    ]
    for (const [title, open, status, code] of cases) {
      const shop = open()
      const answer = await shop.ask('initiate', post({ orderId: 'topi' }))
      const text = await answer.text()
      expect([title, answer.status, JSON.parse(text).code]).toEqual([title, status, code])
      expect(text).not.toContain('hunter2')
      expect(shop.errors).toHaveLength(code === 'refused' ? 0 : 1)
    }
  })

  it.each([
    ['development', true],
    ['production', false],
    ['test', false],
  ])(
    'POST initiate tells developers the cause of a failure under NODE_ENV=development alone: %s',
    async (env, isTold) => {
      const shop = openShop({ simulator: { secretKey: 'another' } })
      vi.stubEnv('NODE_ENV', env)
      const body = await (await shop.ask('initiate', post({ orderId: 'topi' }))).json()
      vi.unstubAllEnvs()
      expect(body.error).toBe('The shop cannot use Khalti right now. Please tell the shop.')
      expect(typeof body.hint).toBe(isTold ? 'string' : 'undefined')
    },
  )

  it("POST initiate names the customer's fields as the order does", async () => {
    const refusing = async () => Response.json({ customer_info: { phone: ['Enter a valid phone.'] } }, { status: 400 })
    const answer = await openShop({ client: { fetch: refusing } }).ask('initiate', post({ orderId: 'topi' }))
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { code: 'input', fields: { 'customer.phone': ['Enter a valid phone.'] } },
    ])
  })
})

describe('another origin of ours', () => {
  const origin = 'https://app.shop.example'

  it('Another origin of ours may read answers with the cookies of its customer, and no other may', async () => {
    const shop = openShop({ checkout: { origins: [origin] } })
    const allowed = await shop.ask('status?pidx=x', { headers: { origin } })
    expect(allowed.headers.get('access-control-allow-origin')).toBe(origin)
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true')
    expect(allowed.headers.get('vary')).toBe('Origin')
    const other = await shop.ask('status?pidx=x', { headers: { origin: 'https://evil.example' } })
    expect(other.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('Another origin of ours is told by a preflight what it may send', async () => {
    const shop = openShop({ checkout: { origins: [origin] } })
    const answer = await shop.ask('initiate', { method: 'OPTIONS', headers: { origin } })
    expect([answer.status, answer.headers.get('access-control-allow-methods')]).toEqual([204, 'POST, OPTIONS'])
  })
})

describe('GET return', () => {
  it('GET return settles the payment and lands the customer', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    expect(await shop.comeBack(shop.simulator.pay(pidx))).toBe('https://shop.example/orders/topi?outcome=paid')
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('GET return lands a canceled payment', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    expect(await shop.comeBack(shop.simulator.cancel(pidx))).toBe('https://shop.example/orders/topi?outcome=unpaid')
  })

  it('GET return asks Khalti once for two callbacks of a payment that is fulfilled', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = shop.simulator.pay(pidx)
    expect(await shop.comeBack(back)).toContain('outcome=paid')
    expect(await shop.comeBack(back)).toContain('outcome=paid')
    expect([shop.lookups.length, shop.fulfilled.length]).toEqual([1, 1])
  })

  it('GET return lands as pending where the lookup fails, without trying again', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = shop.simulator.pay(pidx)
    shop.simulator.failNext({ kind: '502', on: 'lookup' })
    expect(await shop.comeBack(back)).toContain('topi?outcome=pending')
    expect([shop.lookups.length, shop.errors.length]).toEqual([1, 1])
  })

  it.each(['return', 'return?pidx=4H7AhoXDJWg5WjrcPT9ixW', 'return?message=Could%20not', 'return?pidx=%00'])(
    'GET return lands %s as an error, and never as JSON',
    async (path) => {
      const answer = await openShop().ask(path)
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        'https://shop.example/orders/?outcome=error',
      ])
    },
  )

  it('GET return reads a query that Khalti has garbled', async () => {
    const shop = openShop({ simulator: { queryJoin: '/?', redirectVariant: 'server' } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    const back = new URL(shop.simulator.pay(pidx))
    const garbled = `https://shop.example/api/khalti/return?payment=success/?${back.search.slice(1)}`
    expect(await shop.comeBack(garbled)).toContain('outcome=paid')
  })
})

describe('landing', () => {
  it('A landing that throws ends at the shop', async () => {
    const landing = () => {
      throw new Error('no page')
    }
    const answer = await openShop({ checkout: { landing } }).ask('return')
    expect(answer.headers.get('location')).toBe('https://shop.example')
  })
})

describe('GET status', () => {
  it('GET status tells a page how a payment stands, and nothing about the payer', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order({ customer: { name: 'Sita', phone: '9800000001' } }))
    const known = { pidx, orderId: 'topi', orderName: 'Dhaka topi', amount: 85_000 }
    expect(await (await shop.ask(`status?pidx=${pidx}`)).json()).toEqual({ outcome: 'pending', ...known })
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    expect(await (await shop.ask(`status?pidx=${pidx}`)).json()).toEqual({
      outcome: 'paid',
      ...known,
      transactionId: expect.any(String),
    })
  })

  it('GET status says why a payment is unpaid or held', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(one.pidx)
    expect(await (await shop.ask(`status?pidx=${one.pidx}`)).json()).toMatchObject({
      outcome: 'unpaid',
      reason: 'canceled',
    })
    const two = await shop.checkout.initiate(shop.order({ id: 'other' }))
    shop.simulator.answerWith(two.pidx, 'Ambiguous')
    expect(await (await shop.ask(`status?pidx=${two.pidx}`)).json()).toMatchObject({
      outcome: 'hold',
      reason: 'unknown-status',
    })
  })

  it('GET status asks Khalti again right after a lookup that failed, the one of the return route included', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.simulator.failNext({ kind: '500', on: 'lookup', times: 2 })
    const landed = await shop.ask(`return?pidx=${pidx}`)
    expect(landed.headers.get('location')).toBe('https://shop.example/orders/topi?outcome=pending')
    expect((await shop.ask(`status?pidx=${pidx}`)).status).toBe(502)
    expect(await (await shop.ask(`status?pidx=${pidx}`)).json()).toMatchObject({ outcome: 'paid' })
    expect(shop.lookups).toHaveLength(3)
  })

  it('GET status lets polls of one payment share a lookup', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    await Promise.all(Array.from({ length: 10 }, () => shop.ask(`status?pidx=${pidx}`)))
    await shop.ask(`status?pidx=${pidx}`)
    expect(shop.lookups).toEqual([pidx])
  })

  it('GET status answers for a fulfilled payment from the record', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    await shop.ask(`status?pidx=${pidx}`)
    expect(shop.lookups).toEqual([pidx])
  })

  it('GET status knows nothing of a payment that was not made here', async () => {
    const answer = await openShop().ask('status?pidx=4H7AhoXDJWg5WjrcPT9ixW')
    expect([answer.status, (await answer.json()).code]).toEqual([404, 'not-found'])
  })

  it('GET status answers 502 where the lookup fails', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.failNext({ kind: '500', on: 'lookup' })
    const answer = await shop.ask(`status?pidx=${pidx}`)
    expect([answer.status, (await answer.json()).code]).toEqual([502, 'gateway'])
  })
})

describe('reconcile over HTTP', () => {
  const secret = 'a secret of 16 characters or more'

  it.each(['GET', 'POST'])('Reconcile over HTTP works with the secret by %s', async (method) => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    const answer = await shop.ask('reconcile', { method, headers: { authorization: `Bearer ${secret}` } })
    expect(await answer.json()).toMatchObject({ checked: 1, paid: 1 })
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('Reconcile over HTTP is not there without a secret, and an error with one that is too short', async () => {
    expect((await openShop({ checkout: { cronSecret: undefined } }).ask('reconcile')).status).toBe(404)
    expect((await openShop({ checkout: { cronSecret: 'short' } }).ask('reconcile')).status).toBe(500)
  })
})
