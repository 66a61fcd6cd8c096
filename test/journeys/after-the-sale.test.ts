import { rupees } from 'khalti-kit'
import { PaymentHold } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { openShop, type ShopSettings } from '../support/shop.ts'

const minutes = 60_000
const days = 24 * 60 * minutes

/** A shop with a payment that is paid and fulfilled. */
async function openSold(settings?: ShopSettings) {
  const shop = openShop(settings)
  const { pidx } = await shop.checkout.initiate(shop.order())
  shop.simulator.pay(pidx)
  await shop.checkout.settle(pidx)
  shop.lookups.length = 0
  const givenBack = () => shop.simulator.payments().find((payment) => payment.pidx === pidx)?.refundedAmount ?? 0
  return { ...shop, pidx, givenBack }
}

describe('refund', () => {
  it('Refund gives all of it back, tells the shop, and needs no lookup', async () => {
    const { checkout, pidx, givenBack, events, lookups } = await openSold()
    const refund = await checkout.refund(pidx, { reason: 'torn', by: 'Gita' })
    expect(refund).toMatchObject({ pidx, amount: 85_000, state: 'done', reason: 'torn', by: 'Gita' })
    expect(givenBack()).toBe(85_000)
    expect(lookups).toEqual([])
    expect(events).toMatchObject([
      {
        name: 'refunded',
        payment: { state: 'refunded', refundExtent: 'full', refundedAmount: 85_000, fulfilledAt: expect.any(Date) },
        previous: { state: 'paid' },
        refund: { id: refund.id, state: 'done' },
      },
    ])
    await expect(checkout.refund(pidx)).rejects.toMatchObject({ status: 409, code: 'refunded' })
  })

  it('Refund gives parts back until nothing is left, and never more than was paid', async () => {
    const { checkout, pidx, givenBack } = await openSold()
    await checkout.refund(pidx, { amount: 10_000 })
    await checkout.refund(pidx, { amount: 5_000 })
    await expect(checkout.refund(pidx, { amount: 70_001 })).rejects.toMatchObject({
      code: 'input',
      fields: { amount: [expect.stringMatching(/Only Rs 700.00/)] },
    })
    expect(await checkout.refund(pidx)).toMatchObject({ amount: 70_000, state: 'done' })
    expect(givenBack()).toBe(85_000)
    expect((await checkout.find('topi'))[0]).toMatchObject({ refundExtent: 'full', refundedAmount: 85_000 })
  })

  it('The status route tells a part that went back from all of it', async () => {
    const { ask, checkout, pidx } = await openSold()
    const status = async () => (await ask(`status?pidx=${pidx}`)).json()
    expect(await status()).toMatchObject({ outcome: 'paid' })
    await checkout.refund(pidx, { amount: 10_000 })
    expect(await status()).toMatchObject({ outcome: 'refunded', reason: 'partial' })
    await checkout.refund(pidx)
    const { outcome, reason } = await status()
    expect([outcome, reason]).toEqual(['refunded', undefined])
  })

  it('A refund is one refund for one id, also from two tabs at once', async () => {
    const { checkout, pidx, givenBack } = await openSold()
    const tabs = await Promise.allSettled([1, 2, 3].map(() => checkout.refund(pidx, { amount: 10_000, id: 'form-7' })))
    expect(tabs.every(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await checkout.refund(pidx, { amount: 10_000, id: 'form-7' })).toMatchObject({ state: 'done' })
    expect(givenBack()).toBe(10_000)
  })

  it('A refund is never sent twice where its answer was lost: it is unclear, told, and blocks further ones', async () => {
    const { checkout, simulator, pidx, givenBack, events } = await openSold()
    simulator.failNext({ kind: 'reset-after', on: 'refund' })
    expect(await checkout.refund(pidx, { amount: 10_000 })).toMatchObject({ state: 'unclear' })
    expect(givenBack()).toBe(10_000)
    expect(events).toMatchObject([{ name: 'refundUnclear', refund: { state: 'unclear', amount: 10_000 } }])
    await expect(checkout.refund(pidx, { amount: 10_000 })).rejects.toMatchObject({ code: 'refund-in-progress' })
    expect((await checkout.order('topi'))?.attention).toEqual(['refund-unclear'])
    // "Partially Refunded" where nothing had gone back before leaves no doubt.
    await checkout.settle(pidx)
    expect((await checkout.order('topi'))?.refunds).toMatchObject([{ state: 'done' }])
    expect((await checkout.order('topi'))?.attention).toEqual([])
    expect((await checkout.find('topi'))[0]).toMatchObject({ refundExtent: 'partial', refundedAmount: 10_000 })
    await checkout.refund(pidx, { amount: 75_000 })
    expect(givenBack()).toBe(85_000)
  })

  it.each([
    ['done', 'done', 10_000],
    ['not-done', 'refused', 0],
  ] as const)('A refund is resolved by a person who has looked: %s', async (how, state, refundedAmount) => {
    const { checkout, simulator, pidx } = await openSold()
    simulator.failNext({ kind: '500', on: 'refund' })
    const { id } = await checkout.refund(pidx, { amount: 10_000 })
    expect(await checkout.resolveRefund(pidx, id, how, { by: 'Hari' })).toMatchObject({ state })
    expect((await checkout.find('topi'))[0]?.refundedAmount ?? 0).toBe(refundedAmount)
    expect((await checkout.order('topi'))?.attention).toEqual([])
    expect((await checkout.order('topi'))?.events.map(({ by }) => by)).toContain('Hari')
  })

  it('A refund that Khalti refuses has its words, and blocks nothing', async () => {
    const { checkout, simulator, pidx, errors, givenBack } = await openSold()
    simulator.failNext({ kind: '429', on: 'refund' })
    expect(await checkout.refund(pidx)).toMatchObject({
      state: 'refused',
      message: expect.stringContaining('throttled'),
    })
    expect(errors).toHaveLength(1)
    expect(await checkout.refund(pidx)).toMatchObject({ state: 'done' })
    expect(givenBack()).toBe(85_000)
  })

  it('A refund whose process died is unclear after five minutes, and told', async () => {
    const shop = await openSold()
    const dying = openShop({
      checkout: { payments: shop.payments },
      client: { fetch: () => new Promise(() => {}) },
    })
    dying.checkout.refund(shop.pidx).catch(() => {})
    await expect
      .poll(async () => (await shop.checkout.order('topi'))?.refunds.map(({ state }) => state))
      .toEqual(['sent'])
    await expect(shop.checkout.refund(shop.pidx)).rejects.toMatchObject({ code: 'refund-in-progress' })
    shop.pass(5 * minutes)
    await shop.checkout.reconcile()
    expect(shop.events).toMatchObject([{ name: 'refundUnclear' }])
    // It had not gone through; no lookup can say so for certain.
    shop.pass(days)
    await shop.checkout.reconcile()
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['refund-unclear'])
  })

  it('Refund wants an amount after some of it went back in the dashboard', async () => {
    const { checkout, simulator, pidx, givenBack } = await openSold()
    simulator.refund(pidx, 20_000)
    await checkout.settle(pidx)
    await expect(checkout.refund(pidx)).rejects.toMatchObject({ code: 'input', fields: { amount: [/does not say/] } })
    expect(await checkout.refund(pidx, { amount: 65_000 })).toMatchObject({ state: 'done' })
    expect(givenBack()).toBe(85_000)
  })

  it('Refund gives back a second payment, and the shop has been told to', async () => {
    const shop = openShop()
    const one = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(one.pidx)
    shop.pass(minutes)
    const two = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(one.pidx)
    shop.simulator.pay(two.pidx)
    await shop.checkout.settle(two.pidx)
    await shop.checkout.settle(one.pidx)
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['paid-twice'])
    expect(await shop.checkout.refund(one.pidx)).toMatchObject({ state: 'done' })
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'already-paid' })
  })

  it('Refund names the account of a bank payment', async () => {
    const requests: unknown[] = []
    const { checkout, pidx, simulator, payments } = await openSold()
    const listening = openShop({
      checkout: { payments },
      client: {
        fetch: async (input, init) => {
          requests.push(JSON.parse(String(init?.body)))
          return simulator.fetch(input, init)
        },
      },
    })
    await listening.checkout.refund(pidx, { mobile: '9800000001', amount: 100 })
    await listening.checkout.refund(pidx, { mobile: '9800000001' })
    expect(await checkout.order('topi')).toMatchObject({ refunds: [{ amount: 84_900 }, { amount: 100 }] })
    expect(requests).toEqual([
      { mobile: '9800000001', amount: 100 },
      { mobile: '9800000001', amount: 84_900 },
    ])
  })

  it('A refund is refused for what is not paid, for what nobody knows, and while the order is handed out', async () => {
    let refused: unknown
    const shop = openShop({
      checkout: {
        fulfil: async ({ pidx }) => {
          refused = await shop.checkout.refund(pidx).catch((error: unknown) => error)
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    await expect(shop.checkout.refund(pidx)).rejects.toMatchObject({ status: 409, code: 'not-paid' })
    await expect(shop.checkout.refund('4H7AhoXDJWg5WjrcPT9ixW')).rejects.toMatchObject({ status: 404 })
    await expect(shop.checkout.refund(pidx, { amount: 0.5 })).rejects.toMatchObject({ code: 'input' })
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    expect(refused).toMatchObject({ status: 409, code: 'in-progress' })
  })

  it('Refund keeps an order from being handed out once it was made, seen, or is unclear', async () => {
    let isBroken = true
    const shop = openShop({
      checkout: {
        fulfil: () => {
          if (isBroken) throw new Error('the warehouse is away')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    shop.simulator.failNext({ kind: '500', on: 'refund' })
    const { id } = await shop.checkout.refund(pidx, { amount: 10_000 })
    isBroken = false
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    await shop.checkout.resolveRefund(pidx, id, 'not-done')
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it('A refund of an order that was not handed out makes it payable again, where all of it went back', async () => {
    const shop = openShop({
      checkout: {
        fulfil: () => {
          throw new Error('the warehouse is away')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    await shop.checkout.refund(pidx, { amount: 10_000 })
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'in-progress' })
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['hold'])
    await shop.checkout.refund(pidx)
    expect((await shop.checkout.initiate(shop.order())).pidx).not.toBe(pidx)
  })
})

describe('a fulfilled order that was given back', () => {
  it.each([
    ['in part', 1_000, 'already-paid'],
    ['in full', undefined, 'refunded'],
  ])('A fulfilled order that was given back gets no link again (%s)', async (_title, amount, code) => {
    const shop = await openSold()
    shop.simulator.refund(shop.pidx, amount)
    await shop.checkout.settle(shop.pidx)
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ status: 409, code })
  })
})

describe('an order that is paid another way', () => {
  it('An order that is paid another way is fulfilled once, through the same claim', async () => {
    const shop = openShop()
    expect(await shop.checkout.markPaid(shop.order(), { method: 'cash', by: 'rider 7' })).toMatchObject({
      outcome: 'paid',
      fulfilled: true,
      payment: { method: 'cash', state: 'paid', pidx: expect.stringMatching(/^cash:topi:/) },
    })
    expect(shop.fulfilled).toMatchObject([{ payment: { method: 'cash', orderId: 'topi', amount: 85_000 } }])
    expect(shop.lookups).toEqual([])
    await expect(shop.checkout.markPaid(shop.order(), { method: 'cash' })).rejects.toMatchObject({
      code: 'already-paid',
    })
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'already-paid' })
  })

  it('An order that is paid another way is the same payment for the same reference', async () => {
    const shop = openShop()
    const bank = { method: 'bank', reference: 'slip 7' }
    const { payment } = await shop.checkout.markPaid(shop.order(), bank)
    expect(payment?.pidx).toBe('bank:topi:slip 7')
    expect(await shop.checkout.markPaid(shop.order(), bank)).toMatchObject({ fulfilled: true })
    expect(await shop.checkout.settle('bank:topi:slip 7')).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect((await shop.checkout.order('bank:topi:slip 7'))?.id).toBe('topi')
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('An order that is paid another way is found by its reference, and by that of two orders it is the first', async () => {
    const { checkout, order } = openShop()
    const how = { method: 'esewa', reference: '0007G36' }
    await checkout.markPaid(order(), how)
    expect(await checkout.order('0007G36')).toMatchObject({ id: 'topi', payments: [{ transactionId: '0007G36' }] })
    expect(await checkout.markPaid(order({ id: 'cap' }), how)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(await checkout.order('0007G36')).toHaveProperty('id', 'topi')
    expect(await checkout.order('cap')).toMatchObject({ payments: [{ transactionId: '0007G36' }] })
    // What cannot be an id is looked for nowhere.
    await checkout.markPaid(order({ id: 'shawl' }), { method: 'bank', reference: 'slip 12/7' })
    expect(await checkout.order('slip 12/7')).toBeUndefined()
    expect(await checkout.order('bank:shawl:slip 12/7')).toHaveProperty('id', 'shawl')
  })

  it('An order that is paid another way looks at its links first: paid there is paid, and pending is waited for', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Pending')
    await expect(shop.checkout.markPaid(shop.order(), { method: 'cash' })).rejects.toMatchObject({
      code: 'in-progress',
    })
    shop.simulator.failNext({ kind: '502', on: 'lookup' })
    await expect(shop.checkout.markPaid(shop.order(), { method: 'cash' })).rejects.toMatchObject({ code: 'api' })
    shop.simulator.pay(pidx)
    await expect(shop.checkout.markPaid(shop.order(), { method: 'cash' })).rejects.toMatchObject({
      code: 'already-paid',
    })
    expect(shop.fulfilled).toMatchObject([{ payment: { pidx } }])
  })

  it('An order that is paid another way gives its link to no customer any more, and tells of one that is paid all the same', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    await shop.checkout.markPaid(shop.order(), { method: 'esewa', reference: '0001TX' })
    shop.simulator.pay(pidx)
    shop.pass(minutes)
    await shop.checkout.reconcile()
    expect(shop.fulfilled).toHaveLength(1)
    expect(shop.events).toMatchObject([{ name: 'paidTwice', payment: { pidx, duplicateOf: 'esewa:topi:0001TX' } }])
  })

  it('An order that is paid another way is tried again by reconcile, without a lookup, where its fulfil throws', async () => {
    let isBroken = true
    const shop = openShop({
      checkout: {
        fulfil: () => {
          if (isBroken) throw new Error('the warehouse is away')
        },
      },
    })
    expect(await shop.checkout.markPaid(shop.order(), { method: 'cash' })).toMatchObject({ fulfilled: false })
    isBroken = false
    expect(await shop.checkout.reconcile()).toMatchObject({ paid: 1 })
    expect((await shop.checkout.order('topi'))?.fulfilledAt).toBeInstanceOf(Date)
    expect(shop.lookups).toEqual([])
  })

  it('An order that is paid another way records money that was given back by hand, and calls nobody', async () => {
    const shop = openShop()
    const { payment } = await shop.checkout.markPaid(shop.order(), { method: 'cash' })
    expect(await shop.checkout.refund(String(payment?.pidx), { amount: 5_000 })).toMatchObject({ state: 'done' })
    expect(shop.events).toMatchObject([{ name: 'refunded', payment: { refundedAmount: 5_000 } }])
  })

  it.each([
    { method: 'khalti' },
    { method: '' },
    { method: 'cash', reference: 'a:b' },
    ...['7731\0', '\0', '\u00077731', '77\u00077731', '7731\ud83d', '\udc00'].map((reference) => ({
      method: 'cash',
      reference,
    })),
  ])('An order that is paid another way refuses %j', async (how) => {
    const shop = openShop()
    await expect(shop.checkout.markPaid(shop.order(), how)).rejects.toMatchObject({ code: 'input' })
  })
})

describe('a person', () => {
  const holding: ShopSettings = {
    checkout: {
      fulfil: (_payment, { accepted }) => {
        if (!accepted) throw new PaymentHold('The price is no longer right.')
      },
    },
  }

  it('A person accepts a held payment, and it is fulfilled with their name', async () => {
    const shop = openShop(holding)
    const { pidx } = await shop.checkout.initiate(shop.order())
    await expect(shop.checkout.accept(pidx)).rejects.toMatchObject({ code: 'not-paid' })
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['hold'])
    expect(await shop.checkout.accept(pidx, { by: 'Gita' })).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
    await expect(shop.checkout.accept(pidx)).rejects.toMatchObject({ code: 'already-paid' })
  })

  it('A person accepts a payment of another amount, and one by a superseded link, whose newer link is retired', async () => {
    const shop = openShop()
    const cheap = await shop.checkout.initiate(shop.order())
    const fresh = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    shop.simulator.pay(cheap.pidx)
    expect(await shop.checkout.settle(cheap.pidx)).toMatchObject({ outcome: 'hold' })
    expect(await shop.checkout.accept(cheap.pidx, { by: 'Gita' })).toMatchObject({ fulfilled: true })
    expect(shop.fulfilled[0]?.context.accepted).toEqual({ by: 'Gita' })
    shop.simulator.pay(fresh.pidx)
    await shop.checkout.settle(fresh.pidx)
    expect(shop.events.at(-1)).toMatchObject({ name: 'paidTwice', payment: { pidx: fresh.pidx } })

    const other = openShop()
    const { pidx } = await other.checkout.initiate(other.order())
    other.simulator.pay(pidx)
    other.simulator.failNext({ kind: 'wrong-amount', on: 'lookup', times: 2 })
    await other.checkout.settle(pidx)
    expect(await other.checkout.accept(pidx)).toMatchObject({ fulfilled: true })
  })

  it('accept answers with success where its own look found that the payment is right, and fulfilled it', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.simulator.failNext({ kind: 'wrong-amount', on: 'lookup' })
    await shop.checkout.settle(pidx)
    expect(await shop.checkout.accept(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(shop.fulfilled).toHaveLength(1)
    await expect(shop.checkout.accept(pidx)).rejects.toMatchObject({ code: 'already-paid' })
  })

  it('A person attends to what is held, and the order can be paid anew; a new fact wants attention again', async () => {
    const shop = openShop(holding)
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'in-progress' })
    const view = await shop.checkout.attended('topi', { by: 'Gita', note: 'Called; pays anew.' })
    expect(view.attention).toEqual([])
    expect(view.events.at(-1)).toMatchObject({ what: 'attended', by: 'Gita', text: 'Called; pays anew.' })
    shop.pass(minutes)
    await shop.checkout.settle(pidx)
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
    expect((await shop.checkout.initiate(shop.order())).pidx).not.toBe(pidx)
    await expect(shop.checkout.attended('nobody')).rejects.toMatchObject({ status: 404 })
  })

  it('A person finds an order by its id, a pidx or a transaction id, and lists what wants attention', async () => {
    const shop = openShop()
    for (const id of ['a', 'b', 'c']) {
      await shop.checkout.initiate(shop.order({ id }))
      shop.pass(1_000)
    }
    const [{ pidx = '' } = {}] = await shop.checkout.find('b')
    shop.simulator.answerWith(pidx, 'Ambiguous')
    await shop.checkout.settle(pidx)
    shop.pass(1_000)
    const first = await shop.checkout.orders({ limit: 2 })
    expect(first.orders.map(({ id }) => id)).toEqual(['b', 'c'])
    const second = await shop.checkout.orders({ limit: 2, after: String(first.next) })
    expect([second.orders.map(({ id }) => id), second.next]).toEqual([['a'], undefined])
    expect((await shop.checkout.orders({ attention: true })).orders.map(({ id }) => id)).toEqual(['b'])
    shop.simulator.pay(pidx)
    const { payment } = await shop.checkout.settle(pidx)
    for (const key of ['b', pidx, String(payment?.transactionId)]) {
      expect((await shop.checkout.order(key))?.id).toBe('b')
    }
    expect(await shop.checkout.order('nothing')).toBeUndefined()
    await expect(shop.checkout.orders({ after: 'x' })).rejects.toMatchObject({ code: 'input' })
  })
})
