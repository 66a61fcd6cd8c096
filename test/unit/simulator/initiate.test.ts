import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { idAlphabet } from '../../../src/wire/ids.ts'
import { wireSample, wireSamples } from '../../contract/wire-samples.ts'
import { goodRequest, post, read, start } from '../../support/gateway.ts'

const path = '/api/v2/epayment/initiate/'
const initiate = (change: Record<string, unknown> = {}, simulator = createSimulator()) =>
  post(simulator, path, { ...goodRequest, ...change })

describe('requests that were seen', () => {
  const seen = wireSamples.filter((sample) => sample.expect?.result === 'accepted by the simulator')
  test('knows at least six requests that were seen', () => expect(seen.length).toBeGreaterThanOrEqual(6))

  test.each(seen.map((sample) => [sample.id, sample] as const))(
    'accepts the request %s, which was seen',
    async (_, { body }) => {
      const answer = await post(createSimulator(), path, body)
      expect(answer).toMatchObject({ status: 200, body: { pidx: expect.any(String) } })
    },
  )
})

describe('a good answer', () => {
  test('answers initiate with the four fields as recorded', async () => {
    const now = () => new Date('2025-07-29T14:50:41.578Z')
    const { status, body, headers } = await initiate({}, createSimulator({ now }))
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(body).toEqual({
      pidx: expect.stringMatching(new RegExp(`^[${idAlphabet}]{22}$`)),
      payment_url: `https://test-pay.khalti.com/?pidx=${body.pidx}`,
      expires_at: '2025-07-29T21:05:41.578000+05:45',
      expires_in: 1800,
    })
    expect(Date.parse(body.expires_at)).toBe(now().getTime() + 1_800_000)
  })

  test.each([
    ['pidx', undefined, (pidx: string) => `https://test-pay.khalti.com/?pidx=${pidx}`],
    ['pidx-slash', 'http://127.0.0.1:8787/', (pidx: string) => `http://127.0.0.1:8787/?pidx=${pidx}/`],
    [
      'wallet',
      undefined,
      (pidx: string) =>
        `https://test-pay.khalti.com/wallet/?pidx=${pidx}&return_url=https%3A%2F%2Fshop.example%2Freturn&mode=wallet`,
    ],
  ] as const)('links to the page in the form "%s", and the page is there', async (paymentUrlForm, origin, url) => {
    const simulator = createSimulator({ paymentUrlForm, origin })
    const { pidx, payment_url } = await start(simulator)
    expect(payment_url).toBe(url(pidx))
    expect(await read(simulator, payment_url)).toMatchObject({ status: 200 })
  })

  test.each([
    [{ expiresIn: 60 }, 60],
    [{ live: true }, 3600],
    [{ live: true, expiresIn: 900 }, 900],
    [{ honourTtl: true }, 1000],
    [{}, 1800],
  ])('makes with %j a link that lives %i seconds', async (options, seconds) => {
    const { body } = await initiate({ ttl: 1000 }, createSimulator(options))
    expect(body.expires_in).toBe(seconds)
  })

  test('makes a new payment for an order id that was used before', async () => {
    const simulator = createSimulator()
    const [first, second] = [await start(simulator), await start(simulator)]
    expect(first.pidx).not.toBe(second.pidx)
    simulator.pay(first.pidx)
    simulator.pay(second.pidx)
    expect(simulator.payments().map(({ status }) => status)).toEqual(['Completed', 'Completed'])
  })
})

describe('documented refusals', () => {
  test.each([
    ['err-init-01', { return_url: '' }],
    ['err-init-02', { return_url: 'shop.example/return' }],
    ['err-init-04', { website_url: 'shop' }],
    ['err-init-05', { amount: 999 }],
    ['err-init-06', { amount: 'ten' }],
    ['err-init-07', { purchase_order_id: '  ' }],
    ['err-init-09', { amount_breakdown: [{ label: 'All', amount: 1299 }] }],
    ['err-init-12', { amount: 9999, modes: ['EBANKING'] }],
  ])('refuses in the documented words of %s', async (id, change) => {
    const sample = wireSample(id)
    expect(await initiate(change)).toMatchObject({ status: sample.http_status, body: sample.body })
  })

  test('puts a nested message under its field', async () => {
    const { status, body } = await initiate({ customer_info: {} })
    expect(status).toBe(400)
    expect(body).toEqual({ ...(wireSample('err-init-13').body as object), error_key: 'validation_error' })
  })

  test('keeps a merchant without KYC below Rs 200, where asked to', async () => {
    const simulator = createSimulator({ kycCap: true })
    expect(await initiate({ amount: 20_000 }, simulator)).toMatchObject({
      status: 400,
      body: wireSample('err-init-14').body,
    })
    expect(await initiate({ amount: 19_999 }, simulator)).toMatchObject({ status: 200 })
    expect(await initiate({ amount: 300_000 })).toMatchObject({ status: 200 })
  })
})

const requiredField = ['This field is required.']
const noNull = ['This field may not be null.']
const noBlank = ['This field may not be blank.']
const badUrl = ['Enter a valid URL.']
const badInteger = ['A valid integer is required.']

describe('each field, as Django REST Framework checks it', () => {
  test.each<[string, Record<string, unknown>, unknown]>([
    ['left out', { return_url: undefined, amount: undefined }, { return_url: requiredField, amount: requiredField }],
    ['null', { website_url: null, customer_info: null }, { website_url: noNull, customer_info: noNull }],
    ['text that is no text', { purchase_order_name: ['x'] }, { purchase_order_name: ['Not a valid string.'] }],
    ['a flag as text', { purchase_order_id: true }, { purchase_order_id: ['Not a valid string.'] }],
    ['a flag as amount', { amount: true }, { amount: badInteger }],
    ['half a paisa', { amount: 1300.5 }, { amount: badInteger }],
    ['a grouped amount', { amount: '1,300' }, { amount: badInteger }],
    ['an unsafe amount', { amount: 1e300 }, { amount: badInteger }],
    ['ftp', { return_url: 'ftp://shop.example/' }, { return_url: badUrl }],
    ['a custom scheme', { return_url: 'myapp://return' }, { return_url: badUrl }],
    ['script', { return_url: 'javascript:alert(1)' }, { return_url: badUrl }],
    ['an address with a space', { return_url: 'https://shop.example/a b' }, { return_url: badUrl }],
    ['a port of six digits', { return_url: 'https://shop.example:123456/' }, { return_url: badUrl }],
    [
      'blank customer fields',
      { customer_info: { name: 'A', email: '', phone: ' ' } },
      { customer_info: { email: noBlank, phone: noBlank } },
    ],
    [
      'a customer that is text',
      { customer_info: 'Ram' },
      { customer_info: { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] } },
    ],
    [
      'rows that are none',
      { amount_breakdown: 'all' },
      { amount_breakdown: { non_field_errors: ['Expected a list of items but got type "str".'] } },
    ],
    [
      'one bad row of two',
      { amount_breakdown: [{ label: 'A', amount: 1300 }, { amount: 'x' }] },
      { amount_breakdown: [{}, { label: requiredField, amount: badInteger }] },
    ],
    [
      'a product without a price',
      { product_details: [{ identity: 1, name: 'Tea', quantity: 1, unit_price: 1300 }] },
      { product_details: [{ total_price: requiredField }] },
    ],
    ['modes as text', { modes: 'KHALTI' }, { modes: ['Expected a list of items but got type "str".'] }],
    ['a blank mode', { modes: ['KHALTI', ''] }, { modes: { 1: noBlank } }],
  ])('refuses %s under its field, in the words of Django REST Framework', async (_, change, errors) => {
    const answer = await initiate(change)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ ...(errors as object), error_key: 'validation_error' })
  })

  test.each<[string, Record<string, unknown>]>([
    ['exactly Rs 10', { amount: 1000 }],
    ['an amount as text', { amount: ' 1300 ' }],
    ['an amount with zeros behind the point', { amount: '1300.00' }],
    ['exactly Rs 100 by bank', { amount: 10_000, modes: ['MOBILE_BANKING'] }],
    ['a number as order id', { purchase_order_id: 11 }],
    [
      'a discount row',
      {
        amount_breakdown: [
          { label: 'A', amount: 1500 },
          { label: 'Discount', amount: -200 },
        ],
      },
    ],
    ['no rows at all', { amount_breakdown: [] }],
    ['a customer with a name only', { customer_info: { name: 'Ram' } }],
    ['localhost', { return_url: 'http://localhost:3000/return', website_url: 'http://127.0.0.1:8000' }],
    ['a long address', { return_url: `https://shop.example/${'x'.repeat(300)}` }],
    [
      'a fraction of a price',
      { product_details: [{ identity: 1, name: 'Tea', total_price: '99999.5', quantity: 0.5, unit_price: 99999.5 }] },
    ],
    ['a port that no browser knows', { return_url: 'https://shop.example:99999/' }],
    ['fields nobody knows', { remarks: null, custom_data: { a: 1 } }],
  ])('accepts %s', async (_, change) => {
    expect(await initiate(change)).toMatchObject({ status: 200 })
  })
})

test('refuses a fraction of a price where whole product numbers are asked for', async () => {
  const tea = { identity: 1, name: 'Tea', total_price: 1300, quantity: 1, unit_price: 99999.5 }
  const simulator = createSimulator({ wholeProductNumbers: true })
  expect(await initiate({ product_details: [tea] }, simulator)).toMatchObject({
    status: 400,
    body: { product_details: [{ unit_price: badInteger }] },
  })
  expect(await initiate({ product_details: [{ ...tea, unit_price: 1300 }] }, simulator)).toMatchObject({ status: 200 })
})

describe('the body', () => {
  const send = (contentType: string | undefined, body: BodyInit) =>
    read(createSimulator(), path, {
      method: 'POST',
      body,
      headers: { authorization: 'Key x', ...(contentType ? { 'content-type': contentType } : {}) },
    })

  test('reads a form, with nested fields by name', async () => {
    const simulator = createSimulator()
    const form = new URLSearchParams({ ...goodRequest, amount: '10000', 'customer_info.name': 'Ram' })
    form.append('modes', 'EBANKING')
    form.append('modes', 'KHALTI')
    form.append('amount_breakdown[0]label', 'All')
    form.append('amount_breakdown[0]amount', '10000')
    const answer = await read(simulator, path, { method: 'POST', body: form, headers: { authorization: 'key x' } })
    expect(answer.status).toBe(200)
    expect(simulator.payments()[0]?.request).toMatchObject({
      customer_info: { name: 'Ram' },
      modes: ['EBANKING', 'KHALTI'],
      amount_breakdown: [{ label: 'All', amount: '10000' }],
    })
  })

  test('reads a multipart form', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(goodRequest)) form.append(name, String(value))
    expect(await send(undefined, form)).toMatchObject({ status: 200 })
  })

  test.each([
    ['broken JSON', 'application/json', '{"amount":', 400, /^JSON parse error - /],
    ['plain text', 'text/plain', 'hello', 415, /^Unsupported media type "text\/plain" in request\.$/],
  ])('refuses %s as a body', async (_, contentType, body, status, detail) => {
    expect(await send(contentType, body)).toMatchObject({ status, body: { detail: expect.stringMatching(detail) } })
  })

  test.each([
    ['[]', 'list'],
    ['"x"', 'str'],
    ['1.5', 'float'],
  ])('says that %s is no object', async (body, type) => {
    expect((await send('application/json', body)).body).toEqual({
      non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`],
      error_key: 'validation_error',
    })
  })

  test('misses every field in an empty body', async () => {
    const { status, body } = await send('application/json', '')
    expect(status).toBe(400)
    expect(Object.keys(body)).toContain('return_url')
  })
})

describe('the key', () => {
  const withKey = (authorization: string | undefined, secretKey?: string) =>
    post(createSimulator({ secretKey }), path, goodRequest, {
      headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    })

  test.each(['Key anything', 'key anything', 'KEY  anything'])('accepts "%s" where no key is set', async (value) => {
    expect(await withKey(value)).toMatchObject({ status: 200 })
  })

  test.each([undefined, '', 'anything', 'Bearer anything', 'Token anything', 'Keyanything'])(
    'takes "%s" for no key',
    async (value) => {
      const sample = wireSample('err-auth-02')
      expect(await withKey(value)).toMatchObject({ status: sample.http_status, body: sample.body })
    },
  )

  test('accepts only the key that was set', async () => {
    const sample = wireSample('err-auth-01')
    expect(await withKey('Key right', 'right')).toMatchObject({ status: 200 })
    expect(await withKey('Key wrong', 'right')).toMatchObject({ status: sample.http_status, body: sample.body })
  })
})

describe('addresses', () => {
  test.each([
    'https://dev.khalti.com/api/v2/epayment/initiate',
    'https://khalti.com/api/v2/epayment/initiate/',
    'http://127.0.0.1:8787/api/v2/epayment/initiate/?x=1',
  ])('answers at %s', async (url) => {
    expect(await post(createSimulator(), url, goodRequest)).toMatchObject({ status: 200 })
  })

  test('refuses other methods and paths, and asks for the key first', async () => {
    const simulator = createSimulator()
    const get = await read(simulator, path, { headers: { authorization: 'Key x' } })
    expect(get).toMatchObject({ status: 405, body: { detail: 'Method "GET" not allowed.' } })
    expect(get.headers.get('allow')).toBe('POST, OPTIONS')
    expect(await read(simulator, path)).toMatchObject({ status: 401 })
    expect(await post(simulator, '/api/v2/epayment/refund/', {})).toMatchObject({ status: 404, body: undefined })
  })

  test.each([
    { return_url: 'http://localhost:3000/return' },
    { return_url: 'http://192.168.1.4/return' },
    { website_url: 'http://127.0.0.1' },
    { website_url: 'http://[::1]:3000' },
    { return_url: 'shop.example/return' },
    { return_url: `https://shop.example/${'x'.repeat(250)}` },
  ])('breaks over %j as the live API does, where asked to', async (change) => {
    const sample = wireSample('err-init-16')
    const answer = await initiate(change, createSimulator({ live: true }))
    expect(answer).toMatchObject({ status: sample.http_status, text: '' })
  })

  test('takes public addresses as the live API, and says what is wrong with blank ones', async () => {
    const simulator = createSimulator({ live: true })
    expect(await initiate({}, simulator)).toMatchObject({ status: 200 })
    expect(await initiate({ return_url: '' }, simulator)).toMatchObject({ status: 400, body: { return_url: noBlank } })
  })
})
