import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, post, read } from '../../support/gateway.ts'

// Every answer here was seen on a real Django REST Framework, 3.14.0 on Django 4.2 and 3.18.3 on Django 5.2, on
// 2026-11-26, whose serializers have the documented fields; messages about rows stand in a list as in 3.14.0, where
// 3.18.3 has an object by number. Khalti's own server was never asked.

const path = '/api/v2/epayment/initiate/'

function send(body: BodyInit | null, contentType = 'application/json', more: RequestInit = {}) {
  const headers = { authorization: 'Key right', ...(contentType === '' ? {} : { 'content-type': contentType }) }
  return read(createSimulator({ secretKey: 'right' }), path, { method: 'POST', headers, body, ...more })
}

describe('the Authorization header', () => {
  test.each([
    ['Key', 'Invalid token header. No credentials provided.'],
    ['key ', 'Invalid token header. No credentials provided.'],
    ['Key a b', 'Invalid token header. Token string should not contain spaces.'],
    ['Key Key right', 'Invalid token header. Token string should not contain spaces.'],
    ['Key r\u00efght', 'Invalid token header. Token string should not contain invalid characters.'],
    ['Key wrong', 'Invalid token.'],
    ['Token a b', 'Authentication credentials were not provided.'],
    ['Keyright', 'Authentication credentials were not provided.'],
  ])('refuses "%s" in the words "%s"', async (authorization, detail) => {
    const answer = await send(JSON.stringify(goodRequest), '', { headers: { authorization } })
    expect(answer).toMatchObject({ status: 401, body: { detail, status_code: 401 } })
    expect(answer.headers.get('www-authenticate')).toBe('Key')
  })

  test.each(['Key\tright', '  Key   right  ', 'Key\vright', '\fKey right\v'])(
    'accepts "%s", whose space is as good as any',
    async (authorization) => {
      const headers = { authorization, 'content-type': 'application/json' }
      expect(await send(JSON.stringify(goodRequest), '', { headers })).toMatchObject({ status: 200 })
    },
  )
})

// Compared with Django REST Framework 3.14, 2026-11-27: a view that has `get` answers HEAD.
describe('HEAD', () => {
  test('answers HEAD for the banks as GET, without their list', async () => {
    const simulator = createSimulator()
    const path = '/api/v5/bank/?payment_type=ebanking'
    const [head, get] = [await read(simulator, path, { method: 'HEAD' }), await read(simulator, path)]
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'))
  })

  test('answers HEAD with 405 where there is only POST, and POST where there is only GET', async () => {
    const headers = { authorization: 'Key secret' }
    const lookup = await read(createSimulator(), '/api/v2/epayment/lookup/', { method: 'HEAD', headers })
    expect(lookup).toMatchObject({ status: 405 })
    expect(lookup.headers.get('allow')).toBe('POST, OPTIONS')
    const banks = await read(createSimulator(), '/api/v5/bank/', { method: 'POST', headers })
    expect(banks).toMatchObject({ status: 405 })
    expect(banks.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
  })
})

describe('OPTIONS', () => {
  const parses = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

  test.each([
    ['/api/v2/epayment/initiate/', 'Initiate', 'POST, OPTIONS'],
    ['/api/v2/epayment/lookup/', 'Lookup', 'POST, OPTIONS'],
    ['/api/merchant-transaction/x/refund/', 'Refund', 'POST, OPTIONS'],
    ['/api/v5/bank/', 'Banks', 'GET, HEAD, OPTIONS'],
  ])('describes %s with HTTP 200 as %s where asked for its options', async (route, name, allow) => {
    const headers = { authorization: 'Key x' }
    const answer = await read(createSimulator(), route, { method: 'OPTIONS', headers })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ name, description: '', renders: ['application/json'], parses })
    expect(answer.headers.get('allow')).toBe(allow)
  })

  test('asks for the key before it tells its options, and uses up no fault', async () => {
    const simulator = createSimulator()
    simulator.failNext({ kind: '500', on: 'initiate' })
    expect(await read(simulator, path, { method: 'OPTIONS' })).toMatchObject({ status: 401 })
    expect(await post(simulator, path, goodRequest)).toMatchObject({ status: 500 })
  })
})

describe('a field', () => {
  const badUrl = ['Enter a valid URL.']
  const badInteger = ['A valid integer is required.']
  const noNul = ['Null characters are not allowed.']

  test.each<[string, unknown, unknown]>([
    ...[5, true, {}, [], ['https://shop.example']].map((value): [string, unknown, unknown] => [
      'return_url',
      value,
      badUrl,
    ]),
    ['return_url', 'http://1.2.3.256/', badUrl],
    ['return_url', 'http://01.2.3.4/', badUrl],
    ['return_url', 'http://[1:2:3]/', badUrl],
    ['return_url', `http://${'a.'.repeat(130)}example`, badUrl],
    ['return_url', 'http://shop.example/\0', noNul],
    ['purchase_order_name', 'a\0b', noNul],
    ['purchase_order_name', '\ud83d', ['Surrogate characters are not allowed: U+D83D.']],
    ['purchase_order_name', '\x1c\x85', ['This field may not be blank.']],
    ['amount', '9'.repeat(1001), ['String value too large.']],
    ['amount', '1300.\u0966', badInteger],
    ['amount', '1__300', badInteger],
    ['amount', '\u00b3000', badInteger],
    ['amount', '1300\0', badInteger],
    ['modes', ['a\0'], { 0: noNul }],
    ['amount_breakdown', [null], [['This field may not be null.']]],
    [
      'product_details',
      [{ identity: 1, name: 'a', total_price: '1,5', quantity: 1, unit_price: 1 }],
      [{ total_price: ['A valid number is required.'] }],
    ],
    [
      'product_details',
      [{ identity: 1, name: 'a', total_price: false, quantity: true, unit_price: 1 }],
      [{ total_price: ['A valid number is required.'], quantity: ['A valid number is required.'] }],
    ],
  ])('refuses in the field %s the value %j', async (name, value, errors) => {
    const answer = await send(JSON.stringify({ ...goodRequest, [name]: value }))
    expect(answer).toMatchObject({ status: 400, body: { [name]: errors } })
  })

  test.each<[string, unknown]>([
    ...[
      '\u0967\u0969\u0966\u0966',
      '\uff11\uff13\uff10\uff10',
      '1\u096900',
      '\u0663\u0660\u0660\u0660',
      '\u{1d7cf}\u{1d7d1}\u{1d7ce}\u{1d7ce}',
    ].map((value): [string, unknown] => ['amount', value]),
    ['amount', '1_300'],
    ['amount', '\u2003+1300.00 '],
    ['return_url', 'http://LOCALHOST:3000/x'],
    ['return_url', 'http://\u0928\u0947\u092a\u093e\u0932.\u0928\u0947\u092a\u093e\u0932/'],
    ['return_url', 'http://user:pa%20ss@shop.example'],
    ['return_url', 'http://[1:2:3:4:5:6:7:8]:3000/'],
    ['purchase_order_name', '\ufeff'],
    ...['1e3', '.5', '\u0967', ' 5 '].map((total_price): [string, unknown] => [
      'product_details',
      [{ identity: 1, name: 'a', total_price, quantity: 1, unit_price: 1 }],
    ]),
  ])('accepts in the field %s the value %j', async (name, value) => {
    expect(await send(JSON.stringify({ ...goodRequest, [name]: value }))).toMatchObject({ status: 200 })
  })

  test('reads the digits of every script as the number they are', async () => {
    const simulator = createSimulator()
    await post(simulator, path, { ...goodRequest, amount: '\u0967\u0968\u0969\u096a\u096b\u096c\u096d' })
    expect(simulator.payments()[0]?.amount).toBe(1_234_567)
  })
})

describe('a body', () => {
  const bytes = (...parts: (string | number)[]) =>
    new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [part])))

  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    [
      'a byte that starts nothing',
      bytes('{"a":"', 0xff, '"}'),
      "'utf-8' codec can't decode byte 0xff in position 6: invalid start byte",
    ],
    [
      'half a surrogate',
      bytes('{"a":"', 0xed, 0xa0, 0xbd, '"}'),
      "'utf-8' codec can't decode byte 0xed in position 6: invalid continuation byte",
    ],
    [
      'a letter that goes nowhere',
      bytes('"\u00e9', 0xe0, 0xa4, '"'),
      "'utf-8' codec can't decode bytes in position 3-4: invalid continuation byte",
    ],
    [
      'the half of an emoji',
      bytes('"', 0xf0, 0x9f, 0x98, '"'),
      "'utf-8' codec can't decode bytes in position 1-3: invalid continuation byte",
    ],
    [
      'one byte of an accent',
      bytes('"', 0xc3, '"'),
      "'utf-8' codec can't decode byte 0xc3 in position 1: invalid continuation byte",
    ],
    [
      'a mark of its order before a byte that starts nothing',
      bytes(0xef, 0xbb, 0xbf, 0xff),
      "'utf-8' codec can't decode byte 0xff in position 3: invalid start byte",
    ],
    [
      'a mark of its order',
      bytes(0xef, 0xbb, 0xbf, '{}'),
      'Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)',
    ],
  ])('refuses JSON with %s by its name', async (_what, body, reason) => {
    expect(await send(body)).toMatchObject({ status: 400, body: { detail: `JSON parse error - ${reason}` } })
  })

  test('finds no data in JSON that is null', async () => {
    expect(await send('null')).toMatchObject({ status: 400, body: { non_field_errors: ['No data provided'] } })
  })

  test('refuses JSON that is cut off within a letter, and names no letter', async () => {
    const answer = await send(bytes('{"a":"', 0xe0, 0xa4))
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/^JSON parse error - [A-Z]/) } })
  })

  test('leaves out half a letter behind the JSON', async () => {
    expect(await send(bytes(JSON.stringify(goodRequest), 0xe0, 0xa4))).toMatchObject({ status: 200 })
  })

  test('refuses a body of an unsaid kind', async () => {
    expect(await send(bytes('{}'), '')).toMatchObject({
      status: 415,
      body: { detail: 'Unsupported media type "" in request.' },
    })
  })

  test.each([
    ['5', 'int'],
    ['true', 'bool'],
  ])('finds in the JSON %s no dictionary, but %s', async (json, type) => {
    expect(await send(json)).toMatchObject({
      status: 400,
      body: { non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`] },
    })
  })

  test.each([
    ['multipart/form-data', 'None'],
    ['multipart/form-data; boundary=', ''],
    [`multipart/form-data; boundary=${'b'.repeat(202)}`, 'b'.repeat(202)],
  ])('refuses %s for its boundary', async (contentType, boundary) => {
    expect(await send('x', contentType)).toMatchObject({
      status: 400,
      body: { detail: `Multipart form parse error - Invalid boundary in multipart: ${boundary}` },
    })
  })

  test('refuses a broken multipart form', async () => {
    const answer = await send('--B\r\nContent-Disposition: form-data; name="a', 'multipart/form-data; boundary=B')
    expect(answer).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^Multipart form parse error - /) },
    })
  })

  test('finds no text where a multipart form has a file', async () => {
    const form = new FormData()
    for (const [name, value] of Object.entries(goodRequest)) form.append(name, String(value))
    form.set('purchase_order_id', new File(['x'], 'a.txt'))
    expect(await send(form, '')).toMatchObject({ status: 400, body: { purchase_order_id: ['Not a valid string.'] } })
  })
})
