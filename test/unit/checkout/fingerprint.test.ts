import { paisa, rupees } from 'khalti-kit'
import type { Order } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../../src/checkout/order.ts'

const tea = { id: 'p1', name: 'Tea', unitPrice: rupees(500), quantity: 2 }
const english: Order = {
  id: 'a',
  name: 'Tea',
  amount: rupees(900),
  breakdown: [
    { label: 'Tea', amount: 100_000 },
    { label: 'Discount', amount: -10_000 },
  ],
  products: [tea],
}
const rows = english.breakdown ?? []

describe('the fingerprint of an order', () => {
  it('The fingerprint is of the same cart in another language, whatever the names say', async () => {
    const nepali: Order = { ...english, name: 'चिया', products: [{ ...tea, name: 'चिया' }] }
    expect(await fingerprintOf(nepali)).toBe(await fingerprintOf(english))
  })

  it("The fingerprint is the same in our words for products and in Khalti's", async () => {
    const products = [{ identity: 'p1', name: 'चिया', unit_price: 50_000, quantity: 2, total_price: 100_000 }]
    expect(await fingerprintOf({ ...english, products })).toBe(await fingerprintOf(english))
  })

  it.each<[what: string, change: Partial<Order>]>([
    ['the amount', { amount: rupees(901) }],
    ['an amount of the breakdown', { breakdown: [{ label: 'Tea', amount: 90_000 }] }],
    ['a label of the breakdown', { breakdown: rows.map((row) => ({ ...row, label: `${row.label}s` })) }],
    ['the order of the breakdown', { breakdown: rows.toReversed() }],
    ["a product's id", { products: [{ ...tea, id: 'p2' }] }],
    ["a product's price", { products: [{ ...tea, unitPrice: paisa(50_001) }] }],
    ["a product's quantity", { products: [{ ...tea, quantity: 3 }] }],
    ["a product's total", { products: [{ ...tea, totalPrice: rupees(900) }] }],
    ['the number of products', { products: [tea, tea] }],
  ])('The fingerprint changes with %s', async (_what, change) => {
    expect(await fingerprintOf({ ...english, ...change })).not.toBe(await fingerprintOf(english))
  })

  it('The fingerprint goes by the names of products that have no id, so that one is not taken for another', async () => {
    const named = (name: string): Order => ({ ...english, products: [{ ...tea, id: '', name }] })
    expect(await fingerprintOf(named('Coffee'))).not.toBe(await fingerprintOf(named('Tea')))
  })

  it('The fingerprint goes by the id of a product that is 0, whatever its name', async () => {
    const zero = (name: string): Order => ({ ...english, products: [{ ...tea, id: 0 as never, name }] })
    expect(await fingerprintOf(zero('चिया'))).toBe(await fingerprintOf(zero('Tea')))
  })

  it.each([null, undefined])('The fingerprint goes by the name of a product whose id is %s', async (id) => {
    const named = (name: string): Order => ({ ...english, products: [{ ...tea, id: id as never, name }] })
    expect(await fingerprintOf(named('Coffee'))).not.toBe(await fingerprintOf(named('Tea')))
  })
})
