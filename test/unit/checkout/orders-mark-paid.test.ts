import { KhaltiInputError } from 'khalti-kit'
import type { Order, OtherMethod } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openKeptShop } from '../../support/kept-shop.ts'
import { link, minute, now } from '../../support/records.ts'
import { openShop } from '../../support/shop.ts'
import { openToldShop } from '../../support/told-shop.ts'

const cash = { method: 'cash', reference: 'slip-7' }

describe('what an order may not be marked as paid by', () => {
  const noName = { name: ['The order has no name.'] }
  const amountIs = (shown: string) => ({
    amount: [`The amount is ${shown}. It is in whole paisa, made by rupees() or paisa().`],
  })
  const noMethod = {
    method: ["The method is a word of small letters, such as 'cash' or 'esewa', and not 'khalti'."],
  }
  const noReference = {
    reference: ['The reference is 1 to 100 characters without a colon or control characters.'],
  }

  it.each<[order: object, other: object | undefined, fields: Record<string, string[]>]>([
    [{ name: undefined }, {}, noName],
    [{ name: 5 }, {}, noName],
    [{ name: '' }, {}, noName],
    [{ name: ' \n' }, {}, noName],
    [{ amount: 1.5 }, {}, amountIs('1.5')],
    [{ amount: -1 }, {}, amountIs('-1')],
    [{ amount: '5' }, {}, amountIs('"5"')],
    [{ amount: undefined }, {}, amountIs('undefined')],
    [{}, { method: undefined }, noMethod],
    [{}, { method: 5 }, noMethod],
    [{}, { method: '' }, noMethod],
    [{}, { method: 'khalti' }, noMethod],
    [{}, { method: '!cash' }, noMethod],
    [{}, { method: 'cash!' }, noMethod],
    [{}, { method: 'Cash' }, noMethod],
    [{}, { method: 'x'.repeat(33) }, noMethod],
    [{}, { reference: 5 }, noReference],
    [{}, { reference: null }, noReference],
    [{}, { reference: 'slip:7' }, noReference],
    [{}, { refrence: 'slip-7' }, { refrence: ['refrence is none of method, reference, by.'] }],
    [{}, { by: 5 }, { by: ['by is 5, not text.'] }],
    [
      { name: '', amount: -1 },
      { method: '', reference: '' },
      { ...noName, ...amountIs('-1'), ...noMethod, ...noReference },
    ],
  ])(
    'An order with %j is not marked as paid with %j, and the error says what is wrong',
    async (change, other, fields) => {
      const { checkout, order, fulfilled } = openShop()
      const wrong = [{ ...order(), ...change } as Order, { ...cash, ...other } as OtherMethod] as const
      const refused = await checkout.markPaid(...wrong).catch((error: unknown) => error)
      expect(refused).toEqual(new KhaltiInputError('The order was not marked as paid', fields))
      expect(refused).toMatchObject({ fields })
      expect([await checkout.order('topi'), fulfilled]).toEqual([undefined, []])
    },
  )

  it.each(['undefined', '[object Object]', 'NaN'])(
    'An order of the id %s, which is what a missing value becomes as text, is not marked as paid',
    async (id) => {
      const { checkout, order, fulfilled } = openShop()
      const refused = checkout.markPaid(order({ id }), cash)
      await expect(refused).rejects.toThrow(`The id of the order is "${id}": a missing value that was made text`)
      await expect(refused).rejects.toMatchObject({ code: 'input', fields: { id: [expect.any(String)] } })
      expect([await checkout.order(id), fulfilled]).toEqual([undefined, []])
    },
  )

  it('An order is not marked as paid without a word of how', async () => {
    const { checkout, order } = openShop()
    await expect(checkout.markPaid(order(), undefined as never)).rejects.toThrow(
      new KhaltiInputError('The order was not marked as paid', noMethod),
    )
  })

  it.each(['c', 'fone_pay-2', '1', 'x'.repeat(32)])('An order may be paid by "%s"', async (method) => {
    const { checkout, order } = openShop()
    expect(await checkout.markPaid(order(), { method })).toMatchObject({ fulfilled: true, payment: { method } })
  })

  it('An order that costs nothing may be marked as paid', async () => {
    const { checkout, order } = openShop()
    expect(await checkout.markPaid(order({ amount: 0 as never }), cash)).toMatchObject({ fulfilled: true })
  })
})

describe('a payment that came another way', () => {
  const paid = {
    pidx: 'cash:topi:slip-7',
    method: 'cash',
    orderId: 'topi',
    orderName: 'Dhaka topi',
    amount: 85_000,
    fingerprint: '9e8d124a9fd49eabd474134aecb429c7',
    environment: 'sandbox',
    paymentUrl: '',
    state: 'paid',
    transactionId: 'slip-7',
    receivedAmount: 85_000,
    receivedAt: new Date(now),
    createdAt: new Date(now),
    expiresAt: new Date(now),
    fulfilledAt: new Date(now),
  }

  it('A payment with a reference is found by it, and is the same one the second time', async () => {
    const { checkout, order, fulfilled } = openShop()
    const settled = { outcome: 'paid', fulfilled: true, payment: paid }
    expect(await checkout.markPaid(order(), cash)).toStrictEqual(settled)
    expect(await checkout.markPaid(order(), cash)).toStrictEqual(settled)
    expect([fulfilled.length, (await checkout.order('slip-7'))?.id]).toEqual([1, 'topi'])
  })

  it('A payment without a reference has no transaction', async () => {
    const { checkout, order } = openShop()
    const { payment } = await checkout.markPaid(order(), { method: 'cash' })
    const { transactionId: _, ...rest } = paid
    expect(payment).toStrictEqual({ ...rest, pidx: expect.stringMatching(/^cash:topi:[0-9a-f-]{36}$/) })
  })

  it('What fulfil throws is told of the payment, each time that the order is marked as paid', async () => {
    const { checkout, order, saidTo } = openToldShop({
      checkout: { fulfil: () => Promise.reject(new Error('no stock')) },
    })
    const told = { said: 'no stock', route: 'settle', pidx: 'cash:topi:slip-7', orderId: 'topi' }
    for (const count of [1, 2]) {
      const settled = await checkout.markPaid(order(), cash)
      expect([settled.outcome, settled.fulfilled, settled.error]).toEqual(['paid', false, new Error('no stock')])
      expect(saidTo()).toEqual(Array(count).fill(told))
    }
  })
})

describe('the links of an order that is marked as paid', () => {
  it('Links are looked at before the payment is recorded, and not any more when it is', async () => {
    const { checkout, order, lookups } = openShop({ checkout: { fulfil: () => Promise.reject(new Error('no stock')) } })
    const { pidx } = await checkout.initiate(order())
    await checkout.markPaid(order(), cash)
    expect(lookups).toEqual([pidx])
    await checkout.markPaid(order(), cash)
    expect(lookups).toEqual([pidx])
    await expect(checkout.markPaid(order(), { method: 'cash' })).rejects.toMatchObject({ code: 'already-paid' })
    expect(lookups).toEqual([pidx, pidx])
  })

  it('What fulfil throws for a link that was paid is told of that link, and the order is paid already', async () => {
    const shop = openToldShop({ checkout: { fulfil: () => Promise.reject(new Error('no stock')) } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await expect(shop.checkout.markPaid(shop.order(), cash)).rejects.toMatchObject({
      status: 409,
      code: 'already-paid',
      message: 'This order is already paid.',
    })
    expect(shop.saidTo()).toEqual([{ said: 'no stock', route: 'settle', pidx, orderId: 'topi' }])
  })

  it.each<[state: 'pending' | 'unpaid', what: string, kind: string]>([
    ['pending', 'does not know', 'not-found'],
    ['pending', 'cannot look up', 'server'],
    ['unpaid', 'cannot look up', 'server'],
  ])('A link that is %s and that Khalti %s keeps the order from being paid another way', async (state, _what, kind) => {
    const { checkout, order, simulator, fulfilled } = await openKeptShop([link({ state })])
    if (kind === 'server') simulator.failNext({ kind: '500', on: 'lookup' })
    await expect(checkout.markPaid(order(), cash)).rejects.toMatchObject({ code: 'api', kind })
    expect(fulfilled).toEqual([])
  })

  it('A link that is unpaid and that Khalti does not know is looked at, and those that are over are not', async () => {
    const { checkout, order, lookups } = await openKeptShop([
      link({ pidx: 'refunded', state: 'refunded', refundExtent: 'full' }),
      link({ pidx: 'unknown', state: 'hold', holdReason: 'unknown-payment' }),
      link({ pidx: 'unpaid', state: 'unpaid', expiresAt: now - minute }),
    ])
    expect(await checkout.markPaid(order(), cash)).toMatchObject({ fulfilled: true })
    expect(lookups).toEqual(['unpaid'])
  })
})
