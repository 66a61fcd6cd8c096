import { rupees } from 'khalti-kit'
import { type CheckoutOptions, PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openToldShop } from '../../support/told-shop.ts'

/** A shop with one paid payment that is not settled yet. */
async function openPaid(checkout: Partial<CheckoutOptions>) {
  const shop = openToldShop({ checkout })
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  return { ...shop, pidx }
}

const where = (name: string) =>
  `Give createCheckout on.${name}, or look at the admin pages or checkout.orders({ attention: true }).`

const holding = {
  fulfil: () => {
    throw new PaymentHold('The stock is gone.')
  },
}

describe('news for which the shop has no callback', () => {
  it.each([
    ['no callbacks', undefined],
    ['no callback for it', { unpaid: () => {} }],
  ])('A payment that the shop holds is told to the log once, where there are %s', async (_what, on) => {
    const { checkout, pidx, saidTo, pass } = await openPaid({ ...holding, on })
    await checkout.settle(pidx)
    const said = `A person must look at this payment (hold: shop: The stock is gone). ${where('hold')}`
    const once = [{ said, route: 'settle', pidx, orderId: 'topi' }]
    expect(saidTo()).toEqual(once)
    await checkout.settle(pidx)
    pass(60_000)
    await checkout.settle(pidx)
    await checkout.reconcile()
    expect(saidTo()).toEqual(once)
  })

  it('An order that costs something else by orderOf is told with both amounts, at the return route', async () => {
    const { order, simulator, comeBack, saidTo, pidx } = await openPaid({
      on: undefined,
      orderOf: () => ({ id: 'topi', name: 'Dhaka topi', amount: 850 as never }),
    })
    expect(await comeBack(`https://shop.example/api/khalti/return?pidx=${pidx}`)).toMatch('outcome=hold')
    const text = 'changed: The order is not the one that was paid any more: 85000 paisa was paid, and orderOf gives 850'
    const said = `A person must look at this payment (hold: ${text}). ${where('hold')}`
    expect(saidTo()).toEqual([{ said, route: 'return', pidx, orderId: 'topi' }])
    expect([order().amount, simulator.payments().length]).toEqual([85_000, 1])
  })

  it('An order of another content at the same price is told without amounts', async () => {
    const { checkout, saidTo, pidx } = await openPaid({
      on: {},
      orderOf: (id) => ({ id, name: 'Bag', amount: rupees(850), breakdown: [{ label: 'Bag', amount: 85_000 }] }),
    })
    await checkout.settle(pidx)
    expect(saidTo()).toMatchObject([
      { said: expect.stringContaining('(hold: changed: The order is not the one that was paid any more). Give') },
    ])
  })

  it('A payment of a wrong amount is told to the log once, by the cron that finds it', async () => {
    const { checkout, simulator, pass, saidTo, order } = openToldShop({ checkout: { on: {} } })
    const { pidx } = await checkout.initiate(order())
    simulator.pay(pidx)
    simulator.failNext({ kind: 'wrong-amount', on: 'lookup', times: 3 })
    for (let hours = 0; hours < 3; hours += 1) {
      pass(3_600_000)
      await checkout.reconcile()
    }
    const said = `A person must look at this payment (hold: wrong-amount). ${where('hold')}`
    expect(saidTo()).toEqual([{ said, route: 'reconcile', pidx, orderId: 'topi' }])
  })

  it.each([
    ['that has on.hold', { hold: () => {}, refunded: () => {} }],
    ['without on.hold', {}],
  ])('A refund that Khalti denies a day later is told to the log of a shop %s', async (_which, on) => {
    const { checkout, simulator, pass, saidTo, pidx } = await openPaid({ on })
    await checkout.settle(pidx)
    await checkout.refund(pidx)
    simulator.answerWith(pidx, 'Completed')
    pass(25 * 3_600_000)
    await checkout.reconcile()
    const why = 'Khalti denies that the money has gone back, and says: completed'
    const said = `A person must look at this payment (${why}). Look at the admin pages or checkout.orders({ attention: true }).`
    expect(saidTo()).toEqual([{ said, route: 'reconcile', pidx, orderId: 'topi' }])
  })

  it('A second payment of an order is told to the log', async () => {
    const { checkout, simulator, order, saidTo } = openToldShop({ checkout: { on: {} } })
    const { pidx } = await checkout.initiate(order())
    await checkout.markPaid(order(), { method: 'cash' })
    simulator.pay(pidx)
    await checkout.settle(pidx)
    const said = `A person must look at this payment (paid-twice). ${where('paidTwice')}`
    expect(saidTo()).toEqual([{ said, route: 'settle', pidx, orderId: 'topi' }])
  })

  it('A refund of which nobody knows is told to the log beside its error', async () => {
    const { checkout, simulator, pidx, saidTo } = await openPaid({ on: {} })
    await checkout.settle(pidx)
    simulator.failNext({ kind: '500', on: 'refund' })
    await checkout.refund(pidx)
    const said = `A person must look at this payment (refund-unclear). ${where('refundUnclear')}`
    expect(saidTo()).toEqual([
      { said: expect.stringContaining('could not answer refund'), route: 'refund', pidx },
      { said, route: 'refund', pidx, orderId: 'topi' },
    ])
  })

  it('News that a callback hears, and news that needs no person, are not told to the log', async () => {
    const heard = await openPaid(holding)
    await heard.checkout.settle(heard.pidx)
    expect(heard.events).toMatchObject([{ name: 'hold' }])
    const refunded = await openPaid({ on: {} })
    await refunded.checkout.settle(refunded.pidx)
    await refunded.checkout.refund(refunded.pidx)
    const unpaid = openToldShop({ checkout: { on: {} } })
    const { pidx } = await unpaid.checkout.initiate(unpaid.order())
    unpaid.simulator.cancel(pidx)
    await unpaid.checkout.settle(pidx)
    expect([heard.saidTo(), refunded.saidTo(), unpaid.saidTo()]).toEqual([[], [], []])
  })
})
