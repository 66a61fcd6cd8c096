import { rupees } from 'khalti-kit'
import type { Order } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { post } from '../../support/shop.ts'
import { openToldShop } from '../../support/told-shop.ts'

const topi = { id: 'topi', name: 'Dhaka topi', amount: rupees(850) }

/** What the shop is told of an order with these fields, whose link is made all the same. */
async function saidOf(fields: object, times = 1) {
  const { ask, saidTo } = openToldShop({ checkout: { readOrder: () => ({ ...topi, ...fields }) as Order } })
  for (let time = 0; time < times; time += 1) expect((await ask('initiate', post({}))).status).toBe(200)
  return saidTo()
}

const said = (name: string, meant: string) => ({
  said: `An order has \`${name}\`, which is left out: it is spelt \`${meant}\`.`,
  route: 'initiate',
  orderId: 'topi',
})

describe('fields of an order that are spelt otherwise', () => {
  it.each<[name: string, value: unknown, meant: string]>([
    ['product', [], 'products'],
    ['Products', [], 'products'],
    ['product_details', [], 'products'],
    ['break_down', [], 'breakdown'],
    ['breakdowns', [], 'breakdown'],
    ['amount_breakdown', [], 'breakdown'],
    ['customers', {}, 'customer'],
    ['customer_info', {}, 'customer'],
    ['extras', {}, 'extra'],
  ])('The log says once that `%s` is left out, and the order is paid', async (name, value, meant) => {
    expect(await saidOf({ [name]: value }, 2)).toEqual([said(name, meant)])
  })

  it.each<[what: string, fields: object]>([
    [
      'of a row that are like none of an order',
      { created_at: 1, customerId: 7, items: [], total: 5, Name: 'x', ids: [] },
    ],
    ['that are empty', { product: undefined, customers: null }],
    ['beside the right one', { product: [], products: [] }],
    ['of a customer who is none', { customer: null }],
  ])('Fields %s are nothing to tell', async (_what, fields) => {
    expect(await saidOf(fields)).toEqual([])
  })

  it('An order that is marked as paid is told about too', async () => {
    const { checkout, saidTo } = openToldShop()
    await checkout.markPaid({ ...topi, product: [] } as Order, { method: 'cash' })
    expect(saidTo()).toEqual([{ ...said('product', 'products'), route: 'settle' }])
  })
})
