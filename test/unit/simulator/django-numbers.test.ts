import { expect, test } from 'vitest'
import { createSimulator } from '../../../src/testing.ts'
import { goodRequest, post } from '../../support/gateway.ts'

// Seen on the Django REST Framework of django.test.ts.

const initiate = (change: object) =>
  post(createSimulator(), '/api/v2/epayment/initiate/', { ...goodRequest, ...change })
const costing = (total_price: unknown) => ({
  product_details: [{ identity: 1, name: 'Tea', total_price, quantity: 1, unit_price: 1 }],
})

test.each([
  ...['1_000', '1.55', '1_0.5_55', '.55', '.5_55', '1.', '1e10', '1E3', '1e+3', '1e-3', '1e1_00', '-5', '+5'],
])('reads "%s" as a price, as Python does', async (price) => {
  expect(await initiate(costing(price))).toMatchObject({ status: 200 })
})

test.each([...['_5', '5_', '1__0', '1._5', '1_.5', '0x10', 'e5', '1e', '1e_5', '.', '1 5', ''], [5], {}])(
  'refuses %j as a price',
  async (price) => {
    const product_details = [{ total_price: ['A valid number is required.'] }]
    expect(await initiate(costing(price))).toMatchObject({ status: 400, body: { product_details } })
  },
)

test('reads a number of a thousand digits, and says that a longer one is too large', async () => {
  const tooLarge = ['String value too large.']
  expect(await initiate(costing('5'.padStart(1000, '0')))).toMatchObject({ status: 200 })
  expect(await initiate(costing('5'.padStart(1001, '0')))).toMatchObject({
    status: 400,
    body: { product_details: [{ total_price: tooLarge }] },
  })
  expect(await initiate({ amount: '1300'.padStart(1000, '0') })).toMatchObject({ status: 200 })
  expect(await initiate({ amount: '1300'.padStart(1001, '0') })).toMatchObject({
    status: 400,
    body: { amount: tooLarge },
  })
})

test('refuses an amount in a list, although JavaScript would read it', async () => {
  expect(await initiate({ amount: [1300] })).toMatchObject({
    status: 400,
    body: { amount: ['A valid integer is required.'] },
  })
})

test('calls an object where rows belong a dict', async () => {
  expect(await initiate({ amount_breakdown: {} })).toMatchObject({
    status: 400,
    body: { amount_breakdown: { non_field_errors: ['Expected a list of items but got type "dict".'] } },
  })
})
