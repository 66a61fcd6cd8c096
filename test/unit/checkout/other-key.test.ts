import { CheckoutRefusal } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openToldShop } from '../../support/told-shop.ts'

/** A shop with one paid order, and what else finds it than its pidx. */
async function openPaid() {
  const shop = openToldShop()
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  const { payment } = await shop.checkout.settle(pidx)
  return { ...shop, pidx, transactionId: String(payment?.transactionId) }
}

describe('settle with what is no pidx', () => {
  it.each<[what: string, pidx: unknown, shown: string]>([
    ['nothing', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 5, '5'],
    ['a link', { pidx: 'a' }, 'an object'],
    ['empty text', '', '""'],
    ['blanks', ' \n', '" \\n"'],
  ])('A settle of %s is unknown, and the log says once what it was given', async (_what, pidx, shown) => {
    const { checkout, lookups, saidTo } = openToldShop()
    for (const _ of [1, 2]) {
      expect(await checkout.settle(pidx as string)).toEqual({ outcome: 'unknown', fulfilled: false })
    }
    const said = `settle was given ${shown}. Pass the pidx of a payment.`
    expect([lookups, saidTo()]).toEqual([[], [{ said, route: 'settle' }]])
  })

  it.each<[what: string, of: 'topi' | 'transactionId']>([
    ["an order's id", 'topi'],
    ['a transaction id', 'transactionId'],
  ])('A settle of %s is unknown, and the log says once what it was given', async (_what, of) => {
    const { checkout, pidx, transactionId, saidTo, lookups } = await openPaid()
    const key = of === 'topi' ? of : transactionId
    const before = lookups.length
    for (const _ of [1, 2]) expect(await checkout.settle(key)).toEqual({ outcome: 'unknown', fulfilled: false })
    const is = of === 'topi' ? `"topi" is the id of an order` : `"${key}" is a transaction id`
    expect(saidTo()).toEqual([{ said: `Pass a pidx: ${is}, whose payments are ${pidx}.`, route: 'settle' }])
    expect(lookups).toHaveLength(before)
  })

  it('A settle of a pidx that nobody knows is unknown without a word', async () => {
    const { checkout, saidTo } = await openPaid()
    expect(await checkout.settle('HT6o6PEZRWFJ5ygavzHWd5')).toEqual({ outcome: 'unknown', fulfilled: false })
    expect(await checkout.settle('no\0pidx')).toEqual({ outcome: 'unknown', fulfilled: false })
    expect(saidTo()).toEqual([])
  })

  it('A store that fails when it is asked for another key takes nothing from the answer', async () => {
    const { checkout, payments, saidTo } = openToldShop()
    const { read } = payments
    payments.read = (by) => ('orderId' in by ? Promise.reject(new Error('no database')) : read(by))
    expect(await checkout.settle('topi')).toEqual({ outcome: 'unknown', fulfilled: false })
    expect(saidTo()).toEqual([{ said: 'no database', route: 'settle' }])
  })
})

describe('a refund by another key than a pidx', () => {
  it.each(['topi', 'transactionId'] as const)('The refusal names what the key is, where it is %s', async (of) => {
    const { checkout, pidx, transactionId } = await openPaid()
    const key = of === 'topi' ? of : transactionId
    const is = of === 'topi' ? `"topi" is the id of an order` : `"${key}" is a transaction id`
    const text = `There is no such payment. Pass a pidx: ${is}, whose payments are ${pidx}.`
    await expect(checkout.refund(key)).rejects.toEqual(new CheckoutRefusal(404, text, 'not-found'))
    await expect(checkout.refund(key)).rejects.toMatchObject({ status: 404, code: 'not-found' })
  })

  it('The refusal of a pidx that nobody knows names nothing else', async () => {
    const { checkout } = await openPaid()
    const short = new CheckoutRefusal(404, 'There is no such payment.', 'not-found')
    await expect(checkout.refund('HT6o6PEZRWFJ5ygavzHWd5')).rejects.toEqual(short)
    await expect(checkout.refund(undefined as never)).rejects.toEqual(short)
  })
})
