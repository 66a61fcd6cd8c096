import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, post, read } from '../../support/gateway.ts'

// Every answer here was seen on a real Django REST Framework, 3.14.0 on Django 4.2 and 3.18.3 on Django 5.2, on
// 2026-11-26, whose serializers have the documented fields. Khalti's own server was never asked.

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

  test.each(['Key\tright', '  Key   right  '])('accepts "%s", whose space is as good as any', async (authorization) => {
    const headers = { authorization, 'content-type': 'application/json' }
    expect(await send(JSON.stringify(goodRequest), '', { headers })).toMatchObject({ status: 200 })
  })
})

describe('OPTIONS', () => {
  const parses = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

  test.each([
    ['/api/v2/epayment/initiate/', 'POST, OPTIONS'],
    ['/api/v2/epayment/lookup/', 'POST, OPTIONS'],
    ['/api/merchant-transaction/x/refund/', 'POST, OPTIONS'],
    ['/api/v5/bank/', 'GET, OPTIONS'],
  ])('describes %s with HTTP 200 where asked for its options', async (route, allow) => {
    const headers = { authorization: 'Key x' }
    const answer = await read(createSimulator(), route, { method: 'OPTIONS', headers })
    expect(answer).toMatchObject({ status: 200, body: { description: '', renders: ['application/json'], parses } })
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
      "'utf-8' codec can't decode byte 0xe0 in position 3: invalid continuation byte",
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

  test('refuses JSON that is cut off within a letter', async () => {
    const answer = await send(bytes('{"a":"', 0xe0, 0xa4))
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringMatching(/^JSON parse error - /) } })
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

describe('a form', () => {
  const form = (more: Record<string, string>, rest = '') =>
    send(
      `${new URLSearchParams({ ...goodRequest, amount: '1300', ...more })}${rest}`,
      'application/x-www-form-urlencoded',
    )

  test.each<[string, Record<string, string>, string]>([
    ['a blank optional text', { bank: '', ttl: '' }, ''],
    ['a blank optional text of the customer', { 'customer_info.name': 'Ram', 'customer_info.email': '' }, ''],
    ['one text where an object belongs', { customer_info: 'Ram' }, ''],
    ['one text where rows belong', { amount_breakdown: '[]' }, ''],
    ['a mode over and over', {}, '&modes=KHALTI&modes=SCT'],
    ["PHP's list of modes, which nobody knows", {}, '&modes[]=&modes[]='],
    [
      'rows in any order',
      {
        'amount_breakdown[7]label': 'b',
        'amount_breakdown[2]label': 'a',
        'amount_breakdown[2]amount': '1000',
        'amount_breakdown[7]amount': '300',
      },
      '',
    ],
    ['names that an object has from birth', { '__proto__.x': '1', 'constructor[0]y': '2' }, ''],
  ])('accepts a form with %s', async (_what, more, rest) =>
    expect(await form(more, rest)).toMatchObject({ status: 200 }),
  )

  test.each<[string, Record<string, string>, string, unknown]>([
    ['the last of two amounts', {}, '&amount=x', { amount: ['A valid integer is required.'] }],
    ['NUL', { purchase_order_name: 'a\0b' }, '', { purchase_order_name: ['Null characters are not allowed.'] }],
    [
      'a field within a field of the customer',
      { 'customer_info.name.x': 'A' },
      '',
      { customer_info: { name: ['This field is required.'] } },
    ],
    [
      'a blank mode by its number',
      { 'modes[0]': 'A', 'modes[1]': '' },
      '',
      { modes: { 1: ['This field may not be blank.'] } },
    ],
    [
      'rows by number',
      { 'amount_breakdown[0]label': 'a', 'amount_breakdown[0]amount': 'x' },
      '',
      { amount_breakdown: [{ amount: ['A valid integer is required.'] }] },
    ],
    [
      'rows with a dot',
      { 'amount_breakdown[0].label': 'a' },
      '',
      { amount_breakdown: [{ label: ['This field is required.'], amount: ['This field is required.'] }] },
    ],
  ])('reads a form, and refuses it for %s', async (_what, more, rest, errors) => {
    expect(await form(more, rest)).toMatchObject({ status: 400, body: errors as object })
  })

  // Not as seen: plain Django REST Framework takes these rows for rows, and finds no fields in them.
  test("reads the rows of a form as PHP's http_build_query writes them", async () => {
    const simulator = createSimulator()
    const rows = { 'amount_breakdown[0][label]': 'Tea', 'amount_breakdown[0][amount]': '1299' }
    const body = (amount: string) => new URLSearchParams({ ...goodRequest, ...rows, amount })
    const headers = { authorization: 'Key x' }
    const wrong = await read(simulator, path, { method: 'POST', headers, body: body('1300') })
    expect(wrong).toMatchObject({ status: 400, body: { amount: ['Amount Breakdown mismatch.'] } })
    expect(await read(simulator, path, { method: 'POST', headers, body: body('1299') })).toMatchObject({ status: 200 })
    expect(simulator.payments()[0]?.request.amount_breakdown).toEqual([{ label: 'Tea', amount: '1299' }])
  })
})
