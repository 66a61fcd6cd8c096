import { type CheckoutOptions, CheckoutRefusal } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { post } from '../../support/shop.ts'
import { openToldShop, plain, wholeOf } from '../../support/told-shop.ts'

afterEach(() => void vi.unstubAllEnvs())

const urlencoded = 'application/x-www-form-urlencoded'

/** A shop that keeps what `readOrder` was given, and refuses it. */
function openReading() {
  const inputs: Record<string, unknown>[] = []
  const readOrder: CheckoutOptions['readOrder'] = (input) => {
    inputs.push(input)
    throw new CheckoutRefusal(410, 'Sold out.')
  }
  const shop = openToldShop({ checkout: { readOrder } })
  const send = (type: string | undefined, body: BodyInit | null, headers: Record<string, string> = {}) =>
    shop.ask('initiate', { method: 'POST', headers: { ...headers, ...(type && { 'content-type': type }) }, body })
  return { ...shop, inputs, send }
}

const refusal = (status: number, error: string, code: string) => ({ status, headers: plain, body: { error, code } })
const soldOut = refusal(410, 'Sold out.', 'refused')
const noObject = refusal(400, 'The request is not a JSON object.', 'body')
const noForm = refusal(400, 'The form cannot be read.', 'body')
const noType = refusal(415, 'Send application/json or a plain form.', 'content-type')
const tooLarge = refusal(413, 'The request is larger than 64 KiB.', 'too-large')
const inShop = refusal(500, 'Something went wrong in the shop. Please try again.', 'internal')

describe('what a request may send', () => {
  it.each<[what: string, type: string | undefined, body: BodyInit | null, answer: object]>([
    ['JSON that is null', 'application/json', 'null', noObject],
    ['JSON that is a list', 'application/json', '[{}]', noObject],
    ['JSON that is text', 'application/json', '"topi"', noObject],
    ['JSON that is cut off', 'application/json', '{"orderId":', noObject],
    ['JSON of which there is nothing', 'application/json', null, noObject],
    ['a multipart form that is cut off', 'multipart/form-data; boundary=b', '--b\r\nContent', noForm],
    ['a multipart form without a boundary', 'multipart/form-data', 'x', noForm],
    ['plain text', 'text/plain', '{}', noType],
    ['a type that only begins like one', 'application/json-seq', '{}', noType],
    ['no type', undefined, new Uint8Array([123, 125]), noType],
    ['a byte too many', 'application/json', JSON.stringify('x'.repeat(65_535)), tooLarge],
  ])('A request with %s is refused before readOrder is asked', async (_what, type, body, answer) => {
    const { inputs, told, send } = openReading()
    expect(await wholeOf(await send(type, body, { 'sec-fetch-mode': 'cors' }))).toEqual(answer)
    expect([inputs, told]).toEqual([[], []])
  })

  it.each<[what: string, type: string, body: string, input: object]>([
    ['JSON with a blank behind its type', 'application/json ; charset=utf-8', '{"a":1}', { a: 1 }],
    ['JSON in capitals', 'Application/JSON', '{"a":1}', { a: 1 }],
    ['JSON whose type was set twice', 'application/json, application/json', '{"a":1}', { a: 1 }],
    [
      'JSON of as many bytes as it may have',
      'application/json',
      `{"a":"${'x'.repeat(65_528)}"}`,
      { a: 'x'.repeat(65_528) },
    ],
  ])('A script may send %s', async (_what, type, body, input) => {
    const { inputs, send } = openReading()
    expect(await wholeOf(await send(type, body))).toEqual(soldOut)
    expect(inputs).toEqual([input])
  })

  it('A form whose type has a blank behind it is a form', async () => {
    const { inputs, send } = openReading()
    const answer = await send(`${urlencoded} ; charset=UTF-8`, 'a=1&a=2&b=')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://shop.example/orders/?outcome=error'])
    expect(inputs).toEqual([{ a: '1', b: '' }])
  })

  it('A form that sends nothing is one without fields', async () => {
    const { inputs, send } = openReading()
    expect((await send(urlencoded, null)).status).toBe(303)
    expect(inputs).toEqual([{}])
  })

  it.each<[what: string, type: string, body: string, input: string]>([
    [
      'JSON',
      'application/json',
      '{"__proto__":{"isAdmin":true},"a":{"__proto__":1,"b":[{"__proto__":2}]}}',
      '{"a":{"b":[{}]}}',
    ],
    ['a form', urlencoded, '__proto__=1&a=2', '{"a":"2"}'],
    [
      'a multipart form',
      'multipart/form-data; boundary=b',
      ['__proto__', 'a']
        .map((name) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n2\r\n`)
        .join('')
        .concat('--b--'),
      '{"a":"2"}',
    ],
  ])('A field called __proto__ is left out of %s, wherever it stands', async (_what, type, body, input) => {
    const { inputs, send } = openReading()
    await send(type, body)
    expect(inputs.map((one) => JSON.stringify(one))).toEqual([input])
    expect(Object.getPrototypeOf(inputs[0])).toBe(Object.prototype)
  })
})

describe('a body that is too large', () => {
  const json = { 'content-type': 'application/json' }
  /** A body of `count` times 40,000 bytes, that notes what becomes of it. */
  function bodyOf(count: number) {
    let left = count
    const seen = { isCanceled: false, isRead: false }
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1
        if (left >= 0) return controller.enqueue(new Uint8Array(40_000))
        seen.isRead = true
        controller.close()
      },
      cancel() {
        seen.isCanceled = true
      },
    })
    return { body, seen }
  }
  const sendTo = async (body: ReadableStream, headers = {}) => {
    const { checkout, told } = openReading()
    const init = { method: 'POST', headers: { ...json, ...headers }, body, duplex: 'half' }
    const answer = await wholeOf(await checkout.handler(new Request('https://shop.example/api/khalti/initiate', init)))
    return { answer, told }
  }

  it('What a framework refuses to read because it is too large is no error of the shop', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new Error('exceeds limit of 524288')) })
    expect(await sendTo(body, { 'content-length': '900000' })).toEqual({ answer: tooLarge, told: [] })
  })

  it('The rest is read into nothing: canceled, some frameworks end the connection before the answer is there', async () => {
    const { body, seen } = bodyOf(25)
    expect((await sendTo(body)).answer).toEqual(tooLarge)
    await expect.poll(() => seen).toEqual({ isCanceled: false, isRead: true })
  })

  it('What has no end is read no further than a megabyte or so', async () => {
    const { body, seen } = bodyOf(Number.POSITIVE_INFINITY)
    expect((await sendTo(body)).answer).toEqual(tooLarge)
    await expect.poll(() => seen).toEqual({ isCanceled: true, isRead: false })
  })
})

describe('a body that somebody has read before', () => {
  const wasRead =
    'Something has read the body of the request already. Call the handler before anything reads it, or read request.clone() there.'

  it.each<[how: string, read: (request: Request) => unknown]>([
    ['as a whole', (request) => request.text()],
    [
      'in part, and let go of',
      async ({ body }) => {
        const reader = body?.getReader()
        await reader?.read()
        reader?.releaseLock()
      },
    ],
    ['by somebody who has only begun', ({ body }) => body?.getReader()],
  ])('A body that was read %s is an error of the shop, which is told what to do', async (_how, read) => {
    const { checkout, told } = openReading()
    const request = new Request('https://shop.example/api/khalti/initiate', post({ orderId: 'topi' }))
    await read(request)
    expect(await wholeOf(await checkout.handler(request))).toEqual(inShop)
    expect(told).toEqual([{ error: new TypeError(wasRead), route: 'initiate' }])
  })
})

describe('what readOrder gives', () => {
  const openGiving = (given: unknown) => openToldShop({ checkout: { readOrder: () => given as never } })

  it.each([[undefined], [null]])('An order that is %s is refused with what an order is', async (given) => {
    const { ask, told } = openGiving(given)
    expect(await wholeOf(await ask('initiate', post({})))).toEqual({
      status: 400,
      headers: plain,
      body: {
        error: 'Something went wrong in the shop. Please try again.',
        code: 'input',
        fields: { order: ['The order is missing. It is { id, name, amount }.'] },
      },
    })
    expect(told).toEqual([{ error: expect.objectContaining({ code: 'input' }), route: 'initiate' }])
  })

  it('A page in production does not get what is wrong with the order itself', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const { ask, told } = openGiving({ id: 'topi', name: 'Topi', amount: 500 })
    const { ask: askTyped } = openGiving({
      id: 'topi',
      name: 'Topi',
      amount: 1000,
      customer: { name: 'Sita', phone: 7 },
    })
    const details = { error: 'Please check your details.', code: 'input' }
    expect((await wholeOf(await ask('initiate', post({})))).body).toEqual({
      error: 'Something went wrong in the shop. Please try again.',
      code: 'input',
      fields: {},
    })
    expect(told).toEqual([{ error: expect.objectContaining({ code: 'input' }), route: 'initiate', orderId: 'topi' }])
    const phone = ['The phone of the customer is not text.']
    expect((await wholeOf(await askTyped('initiate', post({})))).body).toEqual({
      ...details,
      fields: { 'customer.phone': phone },
    })
  })

  it.each<[what: string, id: unknown, place: object]>([
    ['with its id', 'topi', { orderId: 'topi' }],
    ['without an id, where it has an empty one', '', {}],
    ['without an id, where it has a number', 5, {}],
  ])('The shop is told of an order that cannot be paid, %s', async (_what, id, place) => {
    const { ask, told } = openGiving({ id, name: 'Topi', amount: 1 })
    expect((await ask('initiate', post({}))).status).toBe(400)
    expect(told).toEqual([{ error: expect.objectContaining({ code: 'input' }), route: 'initiate', ...place }])
  })
})

describe('a readOrder that does not end', () => {
  afterEach(() => void vi.useRealTimers())

  it('A readOrder that does not end is given up after half a minute, by its name', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const asked = vi.fn(() => new Promise<never>(() => {}))
    const { ask, saidTo } = openToldShop({ checkout: { readOrder: asked } })
    const answer = ask('initiate', post({}))
    await vi.waitFor(() => expect(asked).toHaveBeenCalled(), { timeout: 20_000, interval: 1 })
    await vi.advanceTimersByTimeAsync(30_000)
    expect(await wholeOf(await answer)).toEqual(inShop)
    expect(saidTo()).toEqual([
      {
        said: 'readOrder has not ended within 30 s. Whatever it waits for, it should give up sooner.',
        route: 'initiate',
      },
    ])
  })
})

describe('the address of a payment', () => {
  const pidx = 'x'.repeat(22)
  const openAt = (payment_url: string) =>
    openToldShop({ client: { fetch: async () => Response.json({ pidx, payment_url, expires_in: 1800 }) } })
  const navigates = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }

  it.each([
    ['as Khalti has written it', 'https://test-pay.khalti.com:443?pidx=x', 'https://test-pay.khalti.com:443?pidx=x'],
    [
      'with the letters encoded that no header takes',
      'https://test-pay.khalti.com/टो?pidx=x',
      'https://test-pay.khalti.com/%E0%A4%9F%E0%A5%8B?pidx=x',
    ],
  ])('A browser and htmx are sent to the address %s', async (_how, address, location) => {
    const { ask, told } = openAt(address)
    expect(await wholeOf(await ask('initiate', post({ orderId: 'topi' }, navigates)))).toEqual({
      status: 303,
      headers: { ...plain, location },
      body: '',
    })
    expect(await wholeOf(await ask('initiate', post({ orderId: 'topi' }, { 'hx-request': 'true' })))).toEqual({
      status: 200,
      headers: { ...plain, 'hx-redirect': location },
      body: {},
    })
    expect(told).toEqual([])
  })

  it('A script is given the address as Khalti has written it, with the number and the end of the payment', async () => {
    const { ask } = openAt('https://test-pay.khalti.com/टो?pidx=x')
    expect(await wholeOf(await ask('initiate', post({ orderId: 'topi' })))).toEqual({
      status: 200,
      headers: plain,
      body: {
        pidx,
        payment_url: 'https://test-pay.khalti.com/टो?pidx=x',
        expires_at: '2026-11-23T06:45:00.000Z',
        expires_in: 1800,
      },
    })
  })
})

describe('an order that has a payment already', () => {
  it('A request for an order whose payment is held is told that the shop checks it', async () => {
    const { checkout, ask, order, simulator } = openToldShop()
    const { pidx } = await checkout.initiate(order())
    simulator.answerWith(pidx, 'Odd')
    await checkout.settle(pidx)
    const sentence = 'The shop is checking a payment of this order. Please do not pay again.'
    expect(await wholeOf(await ask('initiate', post({ orderId: 'topi' })))).toEqual(
      refusal(409, sentence, 'in-progress'),
    )
    await expect(checkout.markPaid(order(), { method: 'cash' })).rejects.toMatchObject({
      message: sentence,
      code: 'in-progress',
    })
  })

  it('A link has one time of its end, however often it is asked for', async () => {
    const { ask } = openToldShop()
    const asked = async () => (await wholeOf(await ask('initiate', post({ orderId: 'topi' })))).body.expires_at
    const first = await asked()
    expect(first).toBe(new Date(first).toISOString())
    expect(await asked()).toBe(first)
  })
})
