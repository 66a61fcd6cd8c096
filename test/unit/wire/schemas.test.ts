import {
  amountBreakdownRowSchema,
  bankListResponseSchema,
  bankSchema,
  customerInfoSchema,
  errorResponseSchema,
  type KhaltiSchema,
  paymentInitiateResponseSchema,
  paymentLookupRequestSchema,
  paymentLookupResponseSchema,
  paymentRequestSchema,
  productDetailSchema,
  refundRequestSchema,
  refundResponseSchema,
} from 'khalti-kit/schemas'
import { describe, expect, it } from 'vitest'

/** A schema of the door `khalti-kit/schemas`, with a message that has every field that it knows. */
interface Known {
  schema: KhaltiSchema<unknown, unknown>
  message: Record<string, unknown>
}

const bank = {
  idx: 'ayCEFuEpkmkjBj3WVWRh32',
  name: 'Agricultural Development Bank',
  short_name: 'ADBL',
  logo: 'https://khalti.example/adbl.png',
  swift_code: 'ADBLNPKA',
  has_ebanking: true,
  has_mobile_checkout: false,
}
const row = { label: 'VAT', amount: -300 }
const product = { identity: '7', name: 'Topi', total_price: 1300, quantity: 1, unit_price: 1300 }
const customer = { name: 'Gita', email: 'gita@example.com', phone: '9800000001' }

const known = {
  bank: { schema: bankSchema, message: bank },
  'list of banks': {
    schema: bankListResponseSchema,
    message: { total_pages: 2, current_page: 1, next: 'https://khalti.example/?page=2', records: [bank] },
  },
  refusal: {
    schema: errorResponseSchema,
    message: { detail: 'Invalid token.', error_key: 'validation_error', status_code: 401 },
  },
  customer: { schema: customerInfoSchema as KhaltiSchema<unknown, unknown>, message: customer },
  'row of a price': { schema: amountBreakdownRowSchema, message: row },
  product: { schema: productDetailSchema, message: product },
  'request for a link': {
    schema: paymentRequestSchema,
    message: {
      return_url: 'https://shop.example/return',
      website_url: 'https://shop.example',
      amount: 1300,
      purchase_order_id: 'A-42',
      purchase_order_name: 'Topi',
      customer_info: customer,
      amount_breakdown: [row],
      product_details: [product],
      modes: ['EBANKING'],
      bank: bank.idx,
      ttl: 1000,
    },
  },
  link: {
    schema: paymentInitiateResponseSchema,
    message: {
      pidx: 'bZQLD9wRVWo4CdESSfuSsB',
      payment_url: 'https://test-pay.khalti.com/?pidx=bZQLD9wRVWo4CdESSfuSsB',
      expires_at: '2026-11-26T12:30:00+05:45',
      expires_in: 1800,
    },
  },
  'request for a lookup': {
    schema: paymentLookupRequestSchema as KhaltiSchema<unknown, unknown>,
    message: { pidx: 'bZQLD9wRVWo4CdESSfuSsB' },
  },
  lookup: {
    schema: paymentLookupResponseSchema,
    message: {
      pidx: 'bZQLD9wRVWo4CdESSfuSsB',
      total_amount: 1300,
      status: 'Completed',
      transaction_id: 'GFq9PFS7b2iYvL8Lir9oXe',
      fee: 0,
      refunded: false,
      error_key: 'khalti_error',
    },
  },
  'request for a refund': { schema: refundRequestSchema, message: { amount: 300, mobile: '9800000001' } },
  refund: { schema: refundResponseSchema, message: { detail: 'Transaction refund successful.' } },
} satisfies Record<string, Known>

type Name = keyof typeof known

const readWith = (name: Name, change: object) => known[name].schema.safeParse({ ...known[name].message, ...change })

describe('a message of Khalti', () => {
  it.each(Object.keys(known) as Name[])('A %s is read as it is, with every field that it may have', (name) => {
    expect(readWith(name, {}).data).toEqual(known[name].message)
  })

  it.each(['bank', 'list of banks', 'refusal', 'customer', 'row of a price', 'product', 'link', 'lookup'] as Name[])(
    'A %s keeps a field that nobody has heard of',
    (name) => {
      expect(readWith(name, { new_field: { deep: [1] } }).data).toHaveProperty('new_field', { deep: [1] })
    },
  )

  it('A request for a link keeps what the shop wants to get back', () => {
    expect(readWith('request for a link', { merchant_extra: 'A-42' }).data).toHaveProperty('merchant_extra', 'A-42')
  })

  it('A request for a lookup sends nothing else', () => {
    expect(readWith('request for a lookup', { new_field: 1 }).data).toEqual(known['request for a lookup'].message)
  })

  it('A request for a refund with a misspelt amount is refused, since it would give all of it back', () => {
    const { success, error } = refundRequestSchema.safeParse({ amout: 5000 })
    expect(success).toBe(false)
    expect(error?.issues.map(({ message }) => message)).toEqual(['amout is none of amount, mobile.'])
  })
})

const no = [null, undefined, true, {}, []]

describe('a field that a message must have', () => {
  const required: [Name, string, unknown[]][] = [
    ['bank', 'idx', [7, ...no]],
    ['bank', 'name', [7, ...no]],
    ['list of banks', 'records', [7, {}, null, undefined, [{ idx: '7' }]]],
    ['customer', 'name', [7, ...no]],
    ['customer', 'email', [7, null]],
    ['customer', 'phone', [7, null]],
    ['row of a price', 'label', [7, ...no]],
    ['row of a price', 'amount', ['', 0.5, ...no]],
    ['product', 'identity', no],
    ['product', 'name', [7, ...no]],
    ['product', 'total_price', ['', 0.5, ...no]],
    ['product', 'quantity', ['', 0.5, ...no]],
    ['product', 'unit_price', ['', 0.5, ...no]],
    ['request for a link', 'return_url', [7, ...no]],
    ['request for a link', 'website_url', [7, ...no]],
    ['request for a link', 'amount', ['', 0.5, ...no]],
    ['request for a link', 'purchase_order_id', [7, ...no]],
    ['request for a link', 'purchase_order_name', [7, ...no]],
    ['request for a link', 'customer_info', [7, {}, null]],
    ['request for a link', 'amount_breakdown', [7, [{}], null]],
    ['request for a link', 'product_details', [7, [{}], null]],
    ['request for a link', 'modes', ['EBANKING', [7], null]],
    ['request for a link', 'bank', [7, null]],
    ['request for a link', 'ttl', ['soon', 0.5, null]],
    ['link', 'pidx', ['', '../etc', 'a b', ' a', 'a\n', 'x'.repeat(65), 7, ...no]],
    [
      'link',
      'payment_url',
      ['', 'ftp://khalti.com', ' https://khalti.com', 'https://', 'https:///pay', 'https:// a', 'https:/a', 7, ...no],
    ],
    ['request for a lookup', 'pidx', ['', 'a/b', 7, ...no]],
    ['lookup', 'pidx', [7, ...no]],
    ['lookup', 'total_amount', ['', 'much', 0.5, true, {}]],
    ['lookup', 'status', ['', ' ', '\n', 7, ...no]],
    ['lookup', 'transaction_id', [7, true, {}]],
    ['lookup', 'refunded', ['yes', '', 'untrue', 'falsely', 1, {}]],
    ['request for a refund', 'amount', ['', 0.5, null]],
    ['request for a refund', 'mobile', [7, null]],
  ]
  const cases = required.flatMap(([name, field, values]) => values.map((value) => [name, field, value] as const))

  it.each(cases)('A %s whose %s is %j is refused, by the name of the field', (name, field, value) => {
    const { success, error } = readWith(name, { [field]: value })
    expect(success).toBe(false)
    expect(error?.issues[0]?.path[0]).toBe(field)
  })
})

it.each([
  { detail: 'Invalid token.', status_code: 401 },
  { detail: 'Not found.', error_key: 'validation_error' },
  { amount: ['Too much.'] },
  { non_field_errors: ['x'] },
  { status_code: '400' },
  { detail: ['Not allowed.'] },
  { error: 'Insufficient balance.' },
  { errors: { amount: 'Too much.' } },
  { error: { toString: 1, valueOf: 1 } },
  { non_field_error: 'Insufficient balance.' },
  { error_key: 'validation_error' },
  { status: false, message: 'Refund failed' },
  { success: false },
  { detail: 'Transaction refund', status: 'Failed' },
])('An error is no answer that a refund went through: %j', (body) => {
  expect(refundResponseSchema.safeParse(body).success).toBe(false)
})

it.each([
  { detail: 'Transaction refund successful.', status_code: 200 },
  {},
  { detail: 7, more: 'x', records: [], rows: [{}] },
  { detail: 'Transaction refund successful.', status: 'Refunded', success: true, error: null, errors: '' },
  { detail: 'Transaction refund successful.', errors: [], error_key: false },
  { detail: 'Refund successful. Last error: none.' },
  { detail: 'Transaction refund successful.', idx: { toString: 1, valueOf: 1 } },
])('An answer to a refund is read with what else it has: %j', (body) => {
  expect(refundResponseSchema.safeParse(body).success).toBe(true)
})

describe('a field that a message need not have', () => {
  const optional: [Name, string, unknown[]][] = [
    ['bank', 'short_name', [7, {}]],
    ['bank', 'logo', [7, {}]],
    ['bank', 'swift_code', [7, {}]],
    ['bank', 'has_ebanking', ['yes', 1]],
    ['bank', 'has_mobile_checkout', ['yes', 1]],
    ['list of banks', 'total_pages', ['many', 0.5, null]],
    ['list of banks', 'current_page', ['last', 0.5, null]],
    ['list of banks', 'next', [2, {}]],
    ['refusal', 'detail', [7, null]],
    ['refusal', 'error_key', [7, null]],
    ['refusal', 'status_code', ['401', null]],
    ['link', 'expires_at', [7, null, 'soon', '']],
    ['link', 'expires_in', ['soon', 0.5, null]],
    ['lookup', 'total_amount', [null]],
    ['lookup', 'fee', ['free', '1e3', '0x10', '1.', null, {}]],
    ['lookup', 'refunded', [null]],
    ['lookup', 'error_key', [7, null]],
    ['refund', 'detail', [7, null]],
  ]
  const cases = optional.flatMap(([name, field, values]) =>
    [...values, undefined].map((value) => [name, field, value] as const),
  )

  it.each(cases)('A %s whose %s is %j is read without it', (name, field, value) => {
    expect(readWith(name, { [field]: value }).data).toEqual({ ...known[name].message, [field]: undefined })
  })

  const nullable = ['short_name', 'logo', 'swift_code', 'has_ebanking', 'has_mobile_checkout']
  it.each(nullable)('A bank whose %s is null is read as it is', (field) => {
    expect(readWith('bank', { [field]: null }).data).toEqual({ ...bank, [field]: null })
  })

  it('A list of banks whose next page is null is read as it is: it is the last one', () => {
    expect(readWith('list of banks', { next: null }).data).toHaveProperty('next', null)
  })

  it.each(['email', 'phone'])('A customer need not have the field %s', (field) => {
    expect(readWith('customer', { [field]: undefined }).success).toBe(true)
  })

  const offered = ['customer_info', 'amount_breakdown', 'product_details', 'modes', 'bank', 'ttl']
  it.each(offered)('A request for a link need not have the field %s', (field) => {
    expect(readWith('request for a link', { [field]: undefined }).success).toBe(true)
  })

  it.each(['amount', 'mobile'])('A request for a refund need not have the field %s', (field) => {
    expect(readWith('request for a refund', { [field]: undefined }).success).toBe(true)
  })
})

describe('a value that Khalti writes in more than one way', () => {
  it.each<[Name, string, unknown, unknown]>([
    ['request for a link', 'amount', '1000', 1000],
    ['request for a link', 'amount', '1000.0', 1000],
    ['request for a link', 'amount', ' 1000.00 ', 1000],
    ['row of a price', 'amount', '-5', -5],
    ['row of a price', 'amount', '  -5  ', -5],
    ['lookup', 'total_amount', '1300', 1300],
    ['lookup', 'fee', '12.25', 12.25],
    ['lookup', 'fee', 12.25, 12.25],
    ['lookup', 'fee', '  -12.5  ', -12.5],
    ['lookup', 'fee', '12', 12],
    ['lookup', 'refunded', 'True', true],
    ['lookup', 'refunded', 'true', true],
    ['lookup', 'refunded', 'FALSE', false],
    ['lookup', 'refunded', true, true],
    ['lookup', 'transaction_id', null, null],
    ['lookup', 'transaction_id', undefined, null],
    ['lookup', 'transaction_id', '', ''],
    ['product', 'identity', 7, 7],
    ['link', 'payment_url', 'HTTP://localhost:4000/pay', 'HTTP://localhost:4000/pay'],
    ['link', 'pidx', 'a', 'a'],
    ['link', 'pidx', `_-${'x'.repeat(62)}`, `_-${'x'.repeat(62)}`],
  ])('A %s whose %s is %j is read with %j', (name, field, given, read) => {
    const { data } = readWith(name, { [field]: given })
    expect((data as Record<string, unknown> | undefined)?.[field]).toBe(read)
  })

  it.each(['1e3', '0x10', '10x', 'x10', '1.5', '1.', '.0', '1 0', '-', ' ', 2 ** 53, '9007199254740993', Number.NaN])(
    'An amount written as %j is refused: what it says is not sure',
    (amount) => {
      expect(readWith('row of a price', { amount }).success).toBe(false)
    },
  )
})

describe('what a form hears of a request', () => {
  const said: [Name, object, string][] = [
    ['customer', { name: 7 }, 'Pass text.'],
    ['row of a price', { amount: 'much' }, 'Pass a whole number.'],
    ['product', { identity: null }, 'Pass text or a number.'],
    ['request for a link', { amount: 13.5 }, 'Pass a whole number.'],
    ['request for a link', { return_url: undefined }, 'Pass text.'],
    ['request for a link', { customer_info: 'Gita' }, 'Pass an object such as { name }, or leave it out.'],
    ['request for a link', { amount_breakdown: 7 }, 'Pass a list of objects.'],
    ['request for a link', { amount_breakdown: [7] }, 'Pass an object such as { label, amount }.'],
    [
      'request for a link',
      { product_details: [7] },
      'Pass an object such as { identity, name, total_price, quantity, unit_price }.',
    ],
    ['request for a link', { modes: 'EBANKING' }, "Pass a list such as ['EBANKING']."],
    [
      'request for a lookup',
      { pidx: 'a/b' },
      'Pass the pidx that initiate gave: letters, digits, _ and -, at most 64.',
    ],
    ['request for a lookup', { pidx: 7 }, 'Pass the pidx that initiate gave: letters, digits, _ and -, at most 64.'],
    ['request for a refund', { amount: 0.5 }, 'Pass a whole number.'],
    ['request for a refund', { mobile: 7 }, 'Pass text.'],
  ]

  it.each(said)('A %s with %j is refused with a sentence that says what to pass', (name, change, sentence) => {
    expect(readWith(name, change).error?.issues.map(({ message }) => message)).toEqual([sentence])
  })

  it.each([
    ['request for a link', 'Pass an object such as { amount, return_url }.'],
    ['request for a lookup', 'Pass an object such as { pidx }.'],
    ['request for a refund', 'Pass an object.'],
  ] as [Name, string][])('Instead of a %s, text is refused with a sentence, too', (name, sentence) => {
    expect(known[name].schema.safeParse('x').error?.issues.map(({ message }) => message)).toEqual([sentence])
  })
})
