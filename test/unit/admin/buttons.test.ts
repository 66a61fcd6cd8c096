import type { OrderView, Payment, Refund } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { noon, openDesk, paymentWith, refundWith, viewWith, waysOf } from '../../support/admin-desk.ts'

const held = { state: 'hold', holdReason: 'shop', fulfilledAt: undefined } as const
const cash = { method: 'cash', pidx: 'one' } as const
const other = paymentWith({ pidx: 'other', fulfilledAt: noon })
const back = (state: Refund['state']) => ({ refunds: [refundWith({ state, pidx: 'other' })] })

/** What can be done with a payment, by the buttons of its card. */
async function buttonsOf(payment: Partial<Payment>, change: Partial<OrderView> = {}) {
  const view = viewWith({ payments: [paymentWith(payment)], ...change })
  const page = await (await openDesk({ views: [view] }).ask('/order?id=topi')).text()
  return waysOf(page)
    .filter((way) => /: Payment/.test(way))
    .map((way) => /\/(\w+)/.exec(way)?.[1])
}

describe('the buttons of a payment', () => {
  it.each<[what: string, payment: Partial<Payment>, order: Partial<OrderView>, buttons: string[]]>([
    ['that was handed out', {}, {}, ['look', 'refund']],
    ['whose money is here, not handed out', { fulfilledAt: undefined }, {}, ['look', 'refund']],
    ['that is held with its money', held, {}, ['look', 'accept', 'refund']],
    ['that is held, of which no money came', { ...held, receivedAt: undefined }, {}, ['look']],
    ['that is held without a transaction', { ...held, transactionId: undefined }, {}, ['look', 'accept']],
    ['that is held, of which a part went back', { ...held, refundExtent: 'partial' }, {}, ['look', 'refund']],
    ['that is held, of which all went back', { ...held, refundExtent: 'full' }, {}, ['look']],
    ['that is held in an order which was handed out', held, { fulfilledAt: noon }, ['look', 'refund']],
    ['that is held while another refund is under way', held, back('sent'), ['look']],
    ['that is held while another refund is unclear', held, back('unclear'), ['look']],
    ['that is held, with another refund done', held, back('done'), ['look', 'accept', 'refund']],
    ['that is held, with another refund refused', held, back('refused'), ['look', 'accept', 'refund']],
    ['that is not paid yet', { state: 'pending', receivedAt: undefined, fulfilledAt: undefined }, {}, ['look']],
    ['that was given back', { state: 'refunded', refundExtent: 'full' }, {}, ['look']],
    ['a part of which was given back', { state: 'refunded', refundExtent: 'partial' }, {}, ['look', 'refund']],
    ['in cash that was handed out', cash, {}, ['refund']],
    ['in cash not handed out', { ...cash, fulfilledAt: undefined }, {}, ['look', 'refund']],
    ['in cash without a receipt', { ...cash, transactionId: undefined }, {}, ['refund']],
    ['in cash that was given back', { ...cash, refundExtent: 'full' }, {}, []],
    ['in cash that is held', { ...cash, ...held }, {}, ['look', 'accept', 'refund']],
  ])('A payment %s has just the buttons that may be pressed', async (_what, payment, order, buttons) => {
    expect(await buttonsOf(payment, order)).toEqual(buttons)
  })

  it('The buttons of a payment carry the order and the payment, and say its number among the payments', async () => {
    const view = viewWith({
      payments: [paymentWith({ ...held, pidx: 'two' }), paymentWith({ pidx: 'one', fulfilledAt: undefined })],
    })
    const page = await (await openDesk({ views: [view] }).ask('/order?id=topi')).text()
    expect(waysOf(page)).toEqual([
      'post /look order=topi pidx=two Look again: Payment 2',
      '/accept?order=topi&pidx=two Hand it out all the same: Payment 2',
      '/refund?order=topi&pidx=two Give money back: Payment 2',
      'post /look order=topi pidx=one Look again: Payment 1',
      '/refund?order=topi&pidx=one Give money back: Payment 1',
    ])
    const nepali = await (await openDesk({ views: [view] }).ask('/order?id=topi&lang=ne')).text()
    expect(waysOf(nepali).map((way) => way.replace(/ .*/, ''))).toContain('/refund?order=topi&pidx=two&lang=ne')
  })

  it('An unclear refund has two links that name it, and a refund that has ended or is under way has none', async () => {
    const refunds = (['sent', 'unclear', 'done', 'refused'] as const).map((state) => refundWith({ state, id: state }))
    const page = await (
      await openDesk({ views: [viewWith({ refunds, payments: [other, paymentWith()] })] }).ask('/order?id=topi')
    ).text()
    expect(waysOf(page).filter((way) => way.includes('/resolve'))).toEqual([
      '/resolve?order=topi&pidx=one&id=unclear&how=done It went back',
      '/resolve?order=topi&pidx=one&id=unclear&how=not-done It did not go back',
    ])
  })

  it('What needs a person has a form that carries the reasons which it shows', async () => {
    const view = viewWith({ attention: ['paid-twice'], reasons: ['paid-twice:two'] })
    const page = await (await openDesk({ views: [view] }).ask('/order?id=topi')).text()
    expect(waysOf(page)[0]).toBe('post /attended order=topi reasons=["paid-twice:two"]')
    expect(page).toMatch(/<input id="note" name="note"[^>]* maxlength="300"/)
    expect(page).not.toMatch(/<input id="note"[^>]* required/)
  })
})
