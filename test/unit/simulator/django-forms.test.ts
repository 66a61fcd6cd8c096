import { describe, expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, read, start } from '../../support/gateway.ts'

// Seen on the Django REST Framework of django.test.ts, but for what says otherwise.

const path = '/api/v2/epayment/initiate/'
const headers = { authorization: 'Key x', 'content-type': 'application/x-www-form-urlencoded' }

describe('a form', () => {
  const form = (more: Record<string, string>, rest = '', simulator = createSimulator()) => {
    const body = `${new URLSearchParams({ ...goodRequest, amount: '1300', ...more })}${rest}`
    return read(simulator, path, { method: 'POST', headers, body })
  }

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
      'a text behind the name of a row in the manner of PHP',
      { 'amount_breakdown[0][label]x': 'a', 'amount_breakdown[0]amount': '1300' },
      '',
      { amount_breakdown: [{ label: ['This field is required.'] }] },
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

  /** The request as the simulator keeps it, without what a good request has. */
  async function kept(more: Record<string, string>) {
    const simulator = createSimulator()
    expect(await form(more, '', simulator)).toMatchObject({ status: 200 })
    const entries = Object.entries(simulator.payments()[0]?.request ?? {})
    return Object.fromEntries(entries.filter(([name]) => !Object.hasOwn(goodRequest, name)))
  }

  test.each<[string, Record<string, string>]>([
    ['a dot in a name that nobody knows', { 'note.x': '1' }],
    ['a number in a name that nobody knows', { 'extra[0]y': '2' }],
    ['a name that ends like the customer', { 'x-customer_info.name': 'Ram' }],
    ['a name that ends like a mode', { 'x-modes[0]': 'SCT' }],
    ['a name that ends like a row', { 'x-amount_breakdown[0]label': 'Tea' }],
    ['an optional text', { bank: 'UZmPqTDkdhKmukdZe2gVWZ', ttl: '60' }],
  ])('leaves %s in a form as it is', async (_what, more) => {
    expect(await kept(more)).toStrictEqual(more)
  })

  test.each<[string, Record<string, string>, object]>([
    ['a customer by number', { 'customer_info[0]name': 'Ram' }, {}],
    ['rows with no number', { 'amount_breakdown.label': 'Tea' }, {}],
    ['one text where the customer belongs', { customer_info: 'Ram' }, {}],
    ['a field of a mode', { 'modes[0]': 'SCT', 'modes[0]x': 'KHALTI' }, { modes: ['SCT'] }],
    [
      'a blank phone of the customer',
      { 'customer_info.name': 'Ram', 'customer_info.phone': '' },
      { customer_info: { name: 'Ram' } },
    ],
  ])('drops from a form %s', async (_what, more, rest) => {
    expect(await kept(more)).toStrictEqual(rest)
  })

  test('puts the modes of a form in the order of their numbers', async () => {
    const more = { 'modes[1]': 'B', 'modes[2]': 'C', 'modes[0]': 'A' }
    expect(await kept(more)).toStrictEqual({ modes: ['A', 'B', 'C'] })
  })

  test('puts the rows of a form in the order of their numbers, not of their digits', async () => {
    const more = {
      'amount_breakdown[10]label': 'b',
      'amount_breakdown[10]amount': '300',
      'amount_breakdown[2]label': 'a',
      'amount_breakdown[2]amount': '1000',
    }
    const rows = [
      { label: 'a', amount: '1000' },
      { label: 'b', amount: '300' },
    ]
    expect(await kept(more)).toStrictEqual({ amount_breakdown: rows })
  })

  test('reads the products of a form as rows', async () => {
    const tea = { identity: '1', name: 'Tea', total_price: '1300', quantity: '1', unit_price: '1300' }
    const more = Object.fromEntries(Object.entries(tea).map(([name, value]) => [`product_details[0]${name}`, value]))
    expect(await kept(more)).toStrictEqual({ product_details: [tea] })
  })

  test('takes a blank text of a form for one that was sent, where it has to be sent', async () => {
    const body = { purchase_order_name: ['This field may not be blank.'] }
    expect(await form({ purchase_order_name: '' })).toMatchObject({ status: 400, body })
  })

  test('takes a blank mobile number in the form of a refund for none', async () => {
    const simulator = createSimulator()
    const { pidx } = await start(simulator)
    simulator.pay(pidx, { transactionId: 'T1' })
    const init = { headers, body: 'mobile=' }
    expect(await read(simulator, '/api/merchant-transaction/T1/refund/', { method: 'POST', ...init })).toMatchObject({
      status: 200,
    })
  })

  test('keeps the fields of a multipart form, and of a file its name', async () => {
    const simulator = createSimulator()
    const body = new FormData()
    for (const [name, value] of Object.entries(goodRequest)) body.append(name, String(value))
    body.append('photo', new File(['x'], 'a.txt'))
    await read(simulator, path, { method: 'POST', headers: { authorization: 'Key x' }, body })
    expect(simulator.payments()[0]?.request).toStrictEqual({ ...goodRequest, amount: '1300', photo: { file: 'a.txt' } })
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
