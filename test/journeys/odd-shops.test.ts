import { KhaltiClient, rupees } from 'khalti-kit'
import { adminPages } from 'khalti-kit/admin'
import { CheckoutRefusal, createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { heldLookups } from '../support/held-lookups.ts'
import { openShop, post } from '../support/shop.ts'

/** A shop whose gateway says this of every payment. */
async function openWith(said: Record<string, unknown>) {
  const gateway = openShop()
  const shop = openShop({
    checkout: { payments: gateway.payments, admin: adminPages({ authorize: () => ({ name: 'Gita' }) }) },
    client: {
      fetch: async (input, init) => {
        if (!String(input).includes('/lookup/')) return gateway.simulator.fetch(input, init)
        const { pidx } = JSON.parse(String(init?.body))
        return Response.json({ pidx, total_amount: 85_000, status: 'Completed', transaction_id: 'T1', ...said })
      },
    },
  })
  const { pidx } = await shop.checkout.initiate(shop.order())
  await shop.checkout.settle(pidx)
  const page = async () => (await shop.ask(`admin/order?id=topi`)).text()
  return { ...shop, pidx, said, page }
}

describe('a customer who leaves', () => {
  it('What the shop’s own code throws is logged and kept without the secret key and without mobile numbers', async () => {
    const key = '0123456789abcdef0123456789abcdef'
    vi.stubEnv('KHALTI_SECRET_KEY', `Key ${key}`)
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
    const said = `It failed: ${key}, Authorization: Key live_fedcba9876543210, live_secret_key_68791341fdd94846, 9812345678`
    const shop = openShop({
      checkout: {
        onError: undefined,
        fulfil: () => Promise.reject(new Error(said)),
        on: { unpaid: () => Promise.reject(new Error(said)) },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(pidx)
    await shop.checkout.settle(pidx)
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    const view = await shop.checkout.order('topi')
    const kept = view?.events.filter(({ what }) => /fulfil-failed|not-told/.test(what)).map(({ text }) => text)
    const clean = 'It failed: [redacted], Authorization: Key [redacted], [redacted], 98XXXXX678'
    expect(kept).toEqual([`unpaid: ${clean}`, clean])
    expect(lines).toHaveLength(2)
    for (const line of lines) expect(line).toContain(`Error: ${clean}`)
    vi.unstubAllEnvs()
    vi.restoreAllMocks()
  })

  it('A customer who leaves ends no lookup that others share', async () => {
    const shop = openShop()
    const late = heldLookups(shop.simulator)
    const { checkout, ask, errors } = openShop({
      checkout: { payments: shop.payments },
      client: { fetch: late.fetch },
    })
    const { pidx } = await checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.pass(60_000)
    late.hold()
    const gone = new AbortController()
    const first = ask('initiate', { ...post({ orderId: 'topi' }), signal: gone.signal })
    await expect.poll(() => late.waiting).toBe(1)
    const second = ask('initiate', post({ orderId: 'topi' }))
    const status = ask(`status?pidx=${pidx}`)
    gone.abort()
    expect((await first).status).toBe(502)
    late.release()
    late.pass()
    expect((await (await second).json()).code).toBe('already-paid')
    expect(await (await status).json()).toMatchObject({ outcome: 'paid', orderId: 'topi' })
    expect(errors).toMatchObject([{ message: expect.stringContaining('aborted') }])
  })

  it('A customer who leaves before the lookup begins waits for none', async () => {
    const { checkout, order, pass } = openShop()
    await checkout.initiate(order())
    pass(60_000)
    const left = checkout.initiate(order(), { signal: AbortSignal.abort() })
    await expect(left).rejects.toMatchObject({ code: 'connection', reason: 'aborted' })
  })
})

describe('a path of the routes', () => {
  it.each([
    ['/भुक्तानी', '/%E0%A4%AD%E0%A5%81%E0%A4%95%E0%A5%8D%E0%A4%A4%E0%A4%BE%E0%A4%A8%E0%A5%80'],
    ['/my pay', '/my%20pay'],
    ['/a{b}', '/a%7Bb%7D'],
    ['/a/../b', '/b'],
    ['a\\b/', '/a/b'],
  ])('The routes below %s answer at the address that Khalti sends customers to', async (basePath, path) => {
    const asked: { return_url?: string }[] = []
    const gateway = openShop()
    const shop = openShop({
      checkout: { basePath, payments: gateway.payments },
      client: {
        fetch: (input, init) => {
          asked.push(JSON.parse(String(init?.body)))
          return gateway.simulator.fetch(input, init)
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    expect(asked[0]?.return_url).toBe(`https://shop.example${path}/return`)
    const landed = await shop.comeBack(gateway.simulator.pay(pidx))
    expect(landed).toBe('https://shop.example/orders/topi?outcome=paid')
  })
})

describe('money of which Khalti says no amount', () => {
  it.each([0, undefined])(
    'Money that came as %s has no received amount, and people see that it is unknown',
    async (total_amount) => {
      const { payment, pidx, page } = await openWith({ total_amount })
      expect(await payment(pidx)).toMatchObject({ state: 'hold', holdReason: 'wrong-amount' })
      expect(await payment(pidx)).not.toHaveProperty('receivedAmount')
      const seen = await page()
      expect(seen).toContain('<dt>Arrived</dt><dd>yes; Khalti does not say how much</dd>')
      expect(seen).toContain('Give money back')
      expect(seen).toContain('Hand it out all the same')
    },
  )

  it('Money of which a part went back, and no amount was ever said, can be given back further', async () => {
    const { page } = await openWith({ status: 'Partially Refunded', total_amount: undefined })
    const seen = await page()
    expect(seen).toContain('<dt>Arrived</dt><dd>yes; Khalti does not say how much</dd>')
    expect(seen).toContain('Give money back')
  })

  it('Money that came without an amount has the one that a later lookup names', async () => {
    const said: Record<string, unknown> = { total_amount: 0 }
    const shop = await openWith(said)
    Object.assign(shop.said, { total_amount: 50_000 })
    await shop.checkout.settle(shop.pidx)
    expect(await shop.payment(shop.pidx)).toMatchObject({ receivedAmount: 50_000 })
    const tooMuch = shop.checkout.refund(shop.pidx, { amount: 80_000 })
    await expect(tooMuch).rejects.toMatchObject({ fields: { amount: [expect.stringContaining('Only Rs 500.00')] } })
  })

  it('Money without a transaction cannot be sent back, and the refusal and the page say so', async () => {
    const { checkout, pidx, page } = await openWith({ transaction_id: null })
    await expect(checkout.refund(pidx)).rejects.toMatchObject({
      status: 409,
      code: 'not-paid',
      message: expect.stringContaining("Give the money back in Khalti's dashboard."),
    })
    const seen = await page()
    expect(seen).toContain('<dt>Arrived</dt><dd>Rs\u00a0850.00</dd>')
    expect(seen).not.toContain('Give money back')
  })
})

describe('a fulfil that throws what nobody expects', () => {
  it.each<[what: string, thrown: unknown, said: string]>([
    ['an error whose message is an object', Object.assign(new Error('x'), { message: { a: 1 } }), 'Error'],
    ['an error without a message', Object.assign(new Error('x'), { message: undefined }), 'Error'],
    ['an object without a prototype', Object.create(null), '{}'],
    ['an object that JSON cannot hold', { id: 1n }, 'something that cannot be shown'],
    [
      'a plain object',
      { code: '42P01', message: 'relation "orders" does not exist' },
      'relation "orders" does not exist',
    ],
    ['nothing', undefined, 'undefined'],
    [
      'an error with a cause',
      new Error('Failed query', { cause: new Error('no such table') }),
      'Failed query: no such table',
    ],
    ['an error with many', new AggregateError([new Error('one'), 'two'], 'All failed'), 'All failed: one: two'],
  ])('A fulfil that throws %s releases its claim, and the history says so', async (_what, thrown, said) => {
    let isBroken = true
    const { checkout, simulator, order } = openShop({
      checkout: {
        fulfil: () => {
          if (isBroken) throw thrown
        },
      },
    })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect((await checkout.order('topi'))?.events.at(-1)).toMatchObject({ what: 'fulfil-failed', text: said })
    isBroken = false
    expect(await checkout.settle(pidx)).toMatchObject({ fulfilled: true })
  })

  it('A callback that throws what cannot be shown holds nothing up', async () => {
    const { checkout, simulator, order } = openShop({
      checkout: {
        on: {
          unpaid: () => {
            throw Object.create(null)
          },
        },
      },
    })
    const { pidx } = await checkout.initiate(order())
    simulator.cancel(pidx)
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'unpaid' })
  })
})

describe('what the log says by default', () => {
  afterEach(() => void vi.restoreAllMocks())

  it('The log says what caused an error, and what each of many was', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
    const thrown = [
      new Error('Failed query', { cause: new Error('relation "orders" does not exist') }),
      new AggregateError([new Error('no route to ::1')], 'nothing answers'),
      { code: '42P01', message: 'no such relation' },
    ]
    for (const error of thrown) {
      const { ask } = openShop({ checkout: { onError: undefined, readOrder: () => Promise.reject(error) } })
      await ask('initiate', post({}))
    }
    expect(lines[0]).toMatch(
      /initiate: Error: Failed query\n(.*\n)*.*Caused by: Error: relation "orders" does not exist/,
    )
    expect(lines[1]).toMatch(/AggregateError: nothing answers\n(.*\n)*.*no route to ::1/)
    expect(lines[2]).toContain('initiate: no such relation')
  })

  it.each<[what: string, onError: unknown]>([
    ['is null', null],
    ['is no function', 'x'],
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the log is full'))],
  ])('The log has the error where onError %s, and the customer is answered', async (what, onError) => {
    const lines: string[] = []
    vi.spyOn(console, 'error').mockImplementation((line) => void lines.push(String(line)))
    const readOrder = () => Promise.reject(new Error('the database is away'))
    const { ask } = openShop({ checkout: { onError: onError as never, readOrder } })
    expect((await ask('initiate', post({}))).status).toBe(500)
    await vi.waitFor(() => expect(lines).toHaveLength(what === 'is null' ? 1 : 2), { timeout: 20_000 })
    expect(lines[0]).toMatch(/^khalti-kit checkout, initiate: Error: the database is away/)
    if (what !== 'is null') expect(lines[1]).toMatch(/initiate: Error: onError has failed itself\n(.*\n)*.*Caused by: /)
  })
})

describe('orders whose link Khalti never made', () => {
  it('An order whose link Khalti never made is on no page of orders, and takes no place there', async () => {
    const shop = openShop()
    const admin = adminPages({ authorize: () => ({ name: 'Gita' }) })
    await shop.checkout.initiate(shop.order())
    const { checkout, ask } = openShop({
      checkout: { payments: shop.payments, admin },
      client: { fetch: async () => new Response('', { status: 502 }) },
    })
    for (let index = 0; index < 29; index += 1) {
      shop.pass(1_000)
      await expect(checkout.initiate(shop.order({ id: `failed-${index}` }))).rejects.toMatchObject({ kind: 'server' })
    }
    const list = vi.spyOn(shop.payments, 'list')
    const page = await checkout.orders({ limit: 20 })
    expect(page).toMatchObject({ orders: [{ id: 'topi' }] })
    expect(page).not.toHaveProperty('next')
    expect(list).toHaveBeenCalledTimes(2)
    const first = await checkout.orders({ limit: 1 })
    expect(first).toMatchObject({ orders: [{ id: 'topi' }] })
    expect(first).not.toHaveProperty('next')
    expect(await (await ask('admin')).text()).toContain('Dhaka topi')
  })

  it('A list of all orders asks the store for no attention', async () => {
    const payments = memoryPayments()
    const list = vi.spyOn(payments, 'list')
    await openShop({ checkout: { payments } }).checkout.orders({ attention: false })
    expect(list).toHaveBeenCalledExactlyOnceWith({ limit: 51 })
  })
})

describe('an order that is not as it should be', () => {
  it.each<[what: string, field: string, change: object]>([
    ['a breakdown that is text', 'amount_breakdown', { breakdown: 'x' }],
    ['a breakdown with no row in it', 'amount_breakdown', { breakdown: [null] }],
    ['a breakdown in bigints', 'amount_breakdown', { breakdown: [{ label: 'a', amount: 85_000n }] }],
    ['products that are text', 'product_details', { products: 'x' }],
    ['a product that is none', 'product_details', { products: [null] }],
    ['a product in bigints', 'product_details', { products: [{ id: 'a', name: 'a', unitPrice: 1n, quantity: 1 }] }],
  ])('An order with %s is refused with a sentence', async (_what, field, change) => {
    const { checkout, order } = openShop()
    const bad = order(change as never)
    const refusal = { code: 'input', fields: { [field]: [expect.stringContaining('It is a list of rows')] } }
    await expect(checkout.initiate(bad)).rejects.toMatchObject(refusal)
    await expect(checkout.markPaid(bad, { method: 'cash' })).rejects.toMatchObject(refusal)
  })
})

describe('a shop with a mistake', () => {
  it.each([
    ['an address on a private network', { siteUrl: 'https://192.168.1.5:3000' }, 'private network'],
    ['an address that is too long', { siteUrl: `https://shop.example/${'x'.repeat(250)}` }, 'at most 255'],
  ])(
    'A shop with %s takes no payment, and customers are not told to check their details',
    async (_what, options, why) => {
      const { ask, errors } = openShop({
        checkout: options,
        client: { environment: 'production', secretKey: 'k'.repeat(32) },
      })
      const answer = await ask('initiate', post({ orderId: 'topi' }))
      expect([answer.status, (await answer.json()).code]).toEqual([500, 'internal'])
      expect(errors).toMatchObject([{ code: 'config', message: expect.stringContaining(why) }])
    },
  )

  it.each([[{}], [new Response()], [5]])(
    'A landing that gives %s leads to the shop, and the shop hears of it',
    async (given) => {
      const { ask, errors } = openShop({ checkout: { landing: () => given as never } })
      expect((await ask('return?pidx=nobody')).headers.get('location')).toBe('https://shop.example')
      expect(errors).toMatchObject([
        { message: expect.stringContaining('It gives a path or an address: text, or a URL.') },
      ])
    },
  )

  it('A landing may give a URL, of whichever class', async () => {
    const { ask } = openShop({ checkout: { landing: () => ({ href: 'https://shop.example/x' }) as never } })
    expect((await ask('return?pidx=nobody')).headers.get('location')).toBe('https://shop.example/x')
  })

  it.each([200, 399, 600, 400.5, undefined])('A CheckoutRefusal of status %s is refused', (status) => {
    expect(() => new CheckoutRefusal(status as never, 'No.')).toThrow(RangeError)
  })

  it('A body that something has read already is named as the cause', async () => {
    const { checkout, errors } = openShop()
    const request = new Request('https://shop.example/api/khalti/initiate', post({ orderId: 'topi' }))
    await request.json()
    expect((await checkout.handler(request)).status).toBe(500)
    expect(errors).toMatchObject([{ message: expect.stringContaining('has read the body of the request already') }])
  })

  it('A cron secret counts without blanks around it, and null as none', async () => {
    const secret = 'a secret of 16 characters'
    const headers = { authorization: `Bearer ${secret}` }
    expect((await openShop({ checkout: { cronSecret: `${secret}\n` } }).ask('reconcile', { headers })).status).toBe(200)
    expect((await openShop({ checkout: { cronSecret: null as never } }).ask('reconcile', { headers })).status).toBe(404)
    const { ask, errors } = openShop({ checkout: { cronSecret: 'गोप्य शब्द जुन लामो छ' } })
    expect((await ask('reconcile', { headers })).status).toBe(500)
    expect(errors).toMatchObject([{ message: expect.stringContaining('letters that no header carries') }])
  })

  it('An admin option of null is none', async () => {
    expect((await openShop({ checkout: { admin: null as never } }).ask('admin')).status).toBe(404)
  })

  it('A checkout without a client says so', async () => {
    const checkout = createCheckout({ payments: memoryPayments(), siteUrl: 'https://shop.example' } as never)
    await expect(checkout.initiate({ id: 'a', name: 'a', amount: rupees(10) })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining('has no `client`'),
    })
  })
})

describe('a checkout that could not hand anything out', () => {
  const order = { id: 'a', name: 'a', amount: rupees(10) }

  it.each<[title: string, options: object, message: string]>([
    ['has no fulfil', { fulfil: undefined }, 'createCheckout has no `fulfil`. Give it a function.'],
    ['has a fulfil that is no function', { fulfil: 'x' }, '`fulfil` is "x". It is a function.'],
    ['has an orderOf that is no function', { orderOf: 'x' }, '`orderOf` is "x". It is a function.'],
    [
      'has a store that is still to come',
      { payments: Promise.resolve(memoryPayments()) },
      "createCheckout's `payments` is a promise. Write `await` before what gives it.",
    ],
    [
      'has a store that stores nothing',
      { payments: {} },
      "createCheckout's `payments` is an object, without the function `read`. Give it a store, such as postgresPayments(pool).",
    ],
    [
      'has the options of a client in its place',
      { client: { secretKey: 'x' } },
      "createCheckout's `client` is an object, without the function `lookup`. Give it new KhaltiClient().",
    ],
    [
      'has a fulfill',
      { fulfil: undefined, fulfill() {} },
      'createCheckout has no `fulfil`. Give it a function. It has `fulfill`, which is spelt `fulfil` here.',
    ],
    [
      'has a store whose call was forgotten',
      { payments: memoryPayments },
      "createCheckout's `payments` is a function that was not called. Give it memoryPayments().",
    ],
    [
      'has a client whose call was forgotten',
      { client: KhaltiClient },
      "createCheckout's `client` is a function that was not called. Give it new KhaltiClient().",
    ],
  ])('A checkout that %s gives no link, and marks nothing as paid', async (_title, options, message) => {
    const shop = openShop()
    const { client, payments } = shop
    const whole = {
      client,
      payments,
      siteUrl: 'https://shop.example',
      readOrder: () => order,
      fulfil() {},
      landing: () => '/',
    }
    const checkout = createCheckout({ ...whole, ...options } as never)
    const refusal = { code: 'config', message }
    await expect(checkout.initiate(order)).rejects.toMatchObject(refusal)
    await expect(checkout.markPaid(order, { method: 'cash' })).rejects.toMatchObject(refusal)
    expect(shop.simulator.payments()).toEqual([])
  })

  it('A checkout whose admin is none of adminPages says so to the shop, and 500 to whoever asks', async () => {
    const { ask, errors } = openShop({ checkout: { admin: {} as never } })
    expect((await ask('admin')).status).toBe(500)
    const message =
      "createCheckout's `admin` is an object, without the function `answer`. Give it adminPages({ authorize })."
    expect(errors).toMatchObject([{ code: 'config', message }])
  })

  it.each(['landing', 'readOrder'])('A checkout without %s gives no link to a browser', async (name) => {
    const errors: unknown[] = []
    const shop = openShop({ checkout: { [name]: undefined, onError: (error: unknown) => void errors.push(error) } })
    const answer = await shop.ask('initiate', post({ orderId: 'topi' }))
    expect([answer.status, shop.simulator.payments()]).toEqual([500, []])
    expect(errors).toMatchObject([
      { code: 'config', message: `createCheckout has no \`${name}\`. Give it a function.` },
    ])
  })
})

describe('an order that the shop goes on changing', () => {
  const cart = () => ({ id: 'topi', name: 'Shawl', amount: rupees(850), products: [khaltiProduct()] })
  const khaltiProduct = () => ({ identity: 'a', name: 'Shawl', total_price: 85_000, quantity: 1, unit_price: 85_000 })

  it('An order that changes while its link is made gets the link of the order that was asked for', async () => {
    const own = cart()
    const asked: { amount?: number; product_details?: object[] }[] = []
    const gateway = openShop()
    const payments = {
      ...gateway.payments,
      async read(by: Parameters<typeof gateway.payments.read>[0]) {
        const found = await gateway.payments.read(by)
        own.id = 'another'
        own.amount = rupees(10)
        Object.assign(own.products[0] ?? {}, { name: 'Sticker' })
        return found
      },
    }
    const shop = openShop({
      checkout: { payments },
      client: {
        fetch: (input, init) => {
          asked.push(JSON.parse(String(init?.body)))
          return gateway.simulator.fetch(input, init)
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(own)
    expect(asked).toMatchObject([{ purchase_order_id: 'topi', amount: 85_000, product_details: [khaltiProduct()] }])
    const [payment] = await shop.checkout.find('topi')
    expect(payment).toMatchObject({ pidx, amount: 85_000, orderName: 'Shawl' })
    expect(await shop.checkout.initiate(cart())).toMatchObject({ pidx })
  })

  it('An order that changes while it is marked as paid is the one that was given', async () => {
    const { checkout, fulfilled } = openShop()
    const own = cart()
    const how = { method: 'cash', reference: 'r1', by: 'Hari' }
    const marked = checkout.markPaid(own, how)
    Object.assign(own, { id: 'another', amount: rupees(10) })
    Object.assign(how, { method: 'bank', by: 'Sita' })
    expect(await marked).toMatchObject({ payment: { pidx: 'cash:topi:r1', orderId: 'topi', amount: 85_000 } })
    expect(fulfilled).toHaveLength(1)
    expect(await checkout.order('topi')).toMatchObject({ events: [{ what: 'paid', by: 'Hari' }, {}, {}] })
  })

  it('An order whose words were cut in the middle of an emoji can be paid', async () => {
    const { checkout, simulator } = openShop()
    const name = 'Topi \ud83d'
    await checkout.initiate({
      ...cart(),
      name,
      breakdown: [{ label: 'all\0', amount: 85_000 }],
      products: [{ id: 'a\0', name, unitPrice: rupees(850), quantity: 1 }],
    })
    expect(simulator.payments()).toMatchObject([{ purchase_order_name: 'Topi \ufffd' }])
  })
})

describe('where a payment begins', () => {
  const openAt = (payment_url: string, origins?: string[]) =>
    openShop({
      checkout: { origins },
      client: { fetch: async () => Response.json({ pidx: 'x'.repeat(22), payment_url, expires_in: 1800 }) },
    })

  it('A form is sent to an address with letters that no header takes', async () => {
    const { ask } = openAt('https://test-pay.khalti.com/?name=टोपी')
    const answer = await ask('initiate', {
      ...post({ orderId: 'topi' }, { accept: 'text/html', 'sec-fetch-mode': 'navigate' }),
    })
    expect(answer.headers.get('location')).toBe(
      'https://test-pay.khalti.com/?name=%E0%A4%9F%E0%A5%8B%E0%A4%AA%E0%A5%80',
    )
  })

  it('An htmx page of another origin may read where to go', async () => {
    const origin = 'https://www.shop.example'
    const { ask } = openAt('https://test-pay.khalti.com/?pidx=x', [origin])
    const headers = { 'hx-request': 'true', 'sec-fetch-site': 'same-site', origin }
    const answer = await ask('initiate', post({ orderId: 'topi' }, headers))
    expect(answer.headers.get('hx-redirect')).toBe('https://test-pay.khalti.com/?pidx=x')
    expect(answer.headers.get('access-control-expose-headers')).toBe('HX-Redirect')
  })
})
