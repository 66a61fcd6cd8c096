import { KhaltiInputError, paisa, rupees } from 'khalti-kit'
import type { Order } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { canBeOrderId, fingerprintOf, orderField } from '../../../src/checkout/order.ts'
import { storedOf } from '../../../src/checkout/stored-order.ts'
import { paidLink, record } from '../../support/records.ts'
import { openShop, post } from '../../support/shop.ts'

/** An order that is changed into what no type allows. */
type Odd = { [Field in keyof Order]?: unknown }

/** What initiate says of an order, and that nothing went to Khalti. */
async function faultsOf(change: Odd) {
  const { checkout, order, simulator } = openShop()
  const error = await checkout.initiate({ ...order(), ...change } as Order).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(KhaltiInputError)
  expect(simulator.payments()).toEqual([])
  const { message, fields } = error as KhaltiInputError
  return { message, fields }
}

/** What Khalti is asked for. */
async function askedFor(change: Odd) {
  const { checkout, order, simulator } = openShop()
  await checkout.initiate({ ...order(), ...change } as Order)
  return simulator.payments()[0]?.request
}

const unpayable = (field: string, sentence: string) => ({
  message: `The order cannot be paid. ${sentence}`,
  fields: { [field]: [sentence] },
})

/** What the shop is told of an id that was no value before it was text. */
const lostId = (id: string) =>
  `The id of the order is ${JSON.stringify(id)}: a missing value that was made text. Does the page post { orderId }? Look the order up, or throw a CheckoutRefusal.`

describe('what an order may not be', () => {
  const noBreakdown = 'It is a list of rows, such as { label, amount }, with amounts that are numbers of paisa.'
  const noProducts =
    'It is a list of rows, such as { id, name, unitPrice, quantity }, with amounts that are numbers of paisa.'
  const row = { label: 'Topi', amount: 85_000 }
  const product = { id: 'p1', name: 'Topi', unitPrice: 85_000, quantity: 1 }

  it.each<[what: string, breakdown: unknown]>([
    ['text', 'Topi'],
    ['a number', 0],
    ['an object', row],
    ['a list with a null', [row, null]],
    ['a list with text', ['Topi', row]],
    ['a list with a bigint', [row, { label: 'Bag', amount: 0n }]],
  ])('A breakdown that is %s is refused with what it is', async (_what, breakdown) => {
    expect(await faultsOf({ breakdown })).toEqual(unpayable('amount_breakdown', noBreakdown))
  })

  it.each<[what: string, products: unknown]>([
    ['text', 'Topi'],
    ['an object', product],
    ['a list with an undefined', [product, undefined]],
    ['a list with a bigint', [{ ...product, unitPrice: 85_000n }, product]],
  ])('A list of products that is %s is refused with what it is', async (_what, products) => {
    expect(await faultsOf({ products })).toEqual(unpayable('product_details', noProducts))
  })

  it('A breakdown and products that are none are refused at once', async () => {
    expect(await faultsOf({ breakdown: 1, products: 1 })).toEqual({
      message: `The order cannot be paid. ${noBreakdown} ${noProducts}`,
      fields: { amount_breakdown: [noBreakdown], product_details: [noProducts] },
    })
  })

  it('An order that is none is refused with what an order is', async () => {
    const { checkout } = openShop()
    await expect(checkout.initiate('topi' as never)).rejects.toThrow(
      'The order cannot be paid. The order is missing. It is { id, name, amount }.',
    )
  })

  it.each([['x'.repeat(256)], ['to\0pi'], ['topi\ud83d']])(
    'An id such as %j is refused with what an id is',
    async (id) => {
      const sentence = 'The id of an order is text of 1 to 255 characters, without NUL and half surrogates.'
      expect(await faultsOf({ id })).toEqual(unpayable('id', sentence))
    },
  )

  it.each([
    ['undefined'],
    ['null'],
    ['NaN'],
    ['true'],
    ['false'],
    ['[object Object]'],
    ['[object Promise]'],
    [' undefined '],
  ])('An order of the id %j, which is what a missing value becomes as text, cannot be paid', async (id) => {
    expect(await faultsOf({ id })).toEqual(unpayable('id', lostId(id)))
  })

  it.each(['__proto__', 'constructor', 'None', 'undefined-1', 'cart-undefined', 'nullify', 'अर्डर', '😀', '0'])(
    'An order of the id %s can be paid',
    async (id) => {
      expect(await askedFor({ id })).toHaveProperty('purchase_order_id', id)
    },
  )

  it('A page that sends its order under another name gets no link, and the log says what to do', async () => {
    const { ask, errors, simulator } = openShop({
      checkout: { readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(850) }) },
    })
    const answer = await ask('initiate', post({ order_id: '1' }))
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: 'input' }])
    expect(errors).toEqual([new KhaltiInputError('The order cannot be paid', { id: [lostId('undefined')] })])
    expect(simulator.payments()).toEqual([])
  })

  it('An order that was stored under such an id is still read and settled', async () => {
    const id = 'undefined'
    const { checkout, payments, now, fulfilled } = openShop()
    const links = [paidLink({ pidx: `cash:${id}:1`, method: 'cash' })]
    await payments.write(storedOf(record(links, { orderId: id }), 0, now()))
    expect(await checkout.order(id)).toMatchObject({ id })
    expect(await checkout.settle(`cash:${id}:1`)).toMatchObject({ fulfilled: true })
    expect(fulfilled).toMatchObject([{ payment: { orderId: id } }])
  })

  it.each<[id: unknown, isOne: boolean]>([
    ['x', true],
    ['😀'.repeat(255), true],
    ['', false],
    ['😀'.repeat(256), false],
    ['\ude00', false],
    [5, false],
    [undefined, false],
  ])('Whether %j can be the id of an order is %s', (id, isOne) => {
    expect(canBeOrderId(id)).toBe(isOne)
  })

  it.each(['name', 'email', 'phone'])('A customer whose %s is a number is refused by that name', async (field) => {
    const customer = { name: 'Sita', [field]: 5 }
    const sentence = `The ${field} of the customer is not text.`
    expect(await faultsOf({ customer })).toEqual(unpayable(`customer_info.${field}`, sentence))
  })
})

describe('what Khalti is told of an order', () => {
  it.each<[what: string, customer: unknown, info: unknown]>([
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['a blank name', { name: '  ', email: 'sita@example.com', phone: '9800000001' }, undefined],
    ['a name that is null', { name: null, phone: '9800000001' }, undefined],
    ['a name with blanks around it', { name: ' Sita ' }, { name: 'Sita' }],
    ['a name and blanks', { name: 'Sita', email: ' ', phone: '' }, { name: 'Sita' }],
    [
      'all that there is',
      { name: 'Sita', email: ' sita@example.com ', phone: '+९७७ ९८०-०००-०००१' },
      { name: 'Sita', email: 'sita@example.com', phone: '9800000001' },
    ],
  ])('A customer of whom there is %s is told as it should be', async (_what, customer, info) => {
    expect((await askedFor({ customer }))?.customer_info).toEqual(info)
  })

  it.each([[null], [undefined], [[]]])('An order whose products are %j can be paid', async (products) => {
    expect(await askedFor({ products })).toHaveProperty('amount', 85_000)
  })

  it.each([[null], [undefined], [[]]])('An order whose breakdown is %j can be paid', async (breakdown) => {
    expect(await askedFor({ breakdown })).not.toHaveProperty('amount_breakdown')
  })

  it('Only names that begin with merchant_ are sent as they are', async () => {
    const asked = await askedFor({ extra: { merchant_a: '1', b_merchant_b: '2', c: '3' } })
    expect(asked).toMatchObject({ merchant_a: '1', merchant_b_merchant_b: '2', merchant_c: '3' })
  })
})

describe("Khalti's names for the fields of an order", () => {
  it.each([
    ['customer_info', 'customer'],
    ['customer_info.phone', 'customer.phone'],
    ['purchase_order_id', 'id'],
    ['purchase_order_name', 'name'],
    ['amount_breakdown', 'breakdown'],
    ['amount_breakdown.0.label', 'breakdown.0.label'],
    ['product_details', 'products'],
    ['product_details.1.purchase_order_id', 'products.1.purchase_order_id'],
    ['amount', 'amount'],
    ['', ''],
  ])('The field "%s" of Khalti is called "%s" in an order', (field, name) => {
    expect(orderField(field)).toBe(name)
  })

  const ours = 'Something went wrong in the shop. Please try again.'
  const theirs = 'Please check your details.'

  it.each<[field: string, change: Odd, fields: object, error?: string]>([
    ['id', { id: '' }, { id: ['purchase_order_id is blank. Khalti needs it.'] }],
    ['name', { name: ' ' }, { name: ['purchase_order_name is blank. Khalti needs it.'] }],
    [
      'breakdown',
      { breakdown: [{ label: 'VAT', amount: 1 }] },
      { breakdown: ['amount_breakdown adds up to 1 paisa, but amount is 85000. The rows must add up to it.'] },
    ],
    [
      'products',
      { products: 5 },
      {
        products: [
          'It is a list of rows, such as { id, name, unitPrice, quantity }, with amounts that are numbers of paisa.',
        ],
      },
    ],
    ['customer', { customer: { name: 5 } }, { 'customer.name': ['The name of the customer is not text.'] }, theirs],
    ['amount', { amount: 1, customer: { name: 'Sita' } }, { amount: [expect.stringContaining('amount is 1.')] }],
  ])(
    "The page is told of a wrong %s by the order's own name of it, and the customer of what is theirs alone",
    async (...row) => {
      const [_field, change, fields, error = ours] = row
      const { ask, order } = openShop({ checkout: { readOrder: () => ({ ...order(), ...change }) as Order } })
      const answer = await ask('initiate', post({}))
      expect([answer.status, await answer.json()]).toEqual([400, { error, code: 'input', fields }])
    },
  )
})

describe('the fingerprint that records keep', () => {
  const products = [{ id: 'p1', name: 'Topi', unitPrice: rupees(850), quantity: 1 }]
  const breakdown = [{ label: 'Topi', amount: 85_000 }]

  it.each<[what: string, cart: Partial<Order>, digest: string]>([
    ['no more than an amount', {}, '9e8d124a9fd49eabd474134aecb429c7'],
    ['a breakdown', { breakdown }, 'fc2788f5c49d1b7fe8be87e3db13f384'],
    ['products', { products }, '9e52aa14c58f720225a157e87468fc61'],
  ])('The fingerprint of a cart with %s is the one of records of older versions', async (_what, cart, digest) => {
    expect(await fingerprintOf({ id: 'topi', name: 'Topi', amount: paisa(85_000), ...cart })).toBe(digest)
  })

  it('Every fingerprint has 32 digits', async () => {
    for (let amount = 1_000; amount < 1_050; amount += 1) {
      expect(await fingerprintOf({ id: 'topi', name: 'Topi', amount: paisa(amount) })).toMatch(/^[0-9a-f]{32}$/)
    }
  })
})
