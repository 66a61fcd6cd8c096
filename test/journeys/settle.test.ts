import { describe, expect, it } from 'vitest'
import { openShop } from '../support/shop.ts'

const minutes = 60_000

describe('a payment', () => {
  it('A payment that is paid is fulfilled, once, with a record of order and amount', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({
      outcome: 'paid',
      fulfilled: true,
      payment: { orderId: 'topi', amount: 85_000, state: 'paid', fulfilledAt: expect.any(Date) },
    })
    expect(shop.fulfilled).toHaveLength(1)
    expect(shop.fulfilled[0]?.payment).toMatchObject({ pidx, orderId: 'topi', transactionId: expect.any(String) })
    expect(shop.fulfilled[0]?.context).toMatchObject({ idempotencyKey: 'khalti-kit:sandbox:topi', attempt: 1 })
  })

  it('A payment that nobody made here is unknown, and Khalti is not asked', async () => {
    const shop = openShop()
    expect(await shop.checkout.settle('4H7AhoXDJWg5WjrcPT9ixW')).toEqual({ outcome: 'unknown', fulfilled: false })
    expect(await shop.checkout.settle('../../etc')).toEqual({ outcome: 'unknown', fulfilled: false })
    expect(shop.lookups).toEqual([])
  })

  it('A payment of another environment is refused: a test payment buys no real goods', async () => {
    const sandbox = openShop()
    const { pidx } = await sandbox.checkout.initiate(sandbox.order())
    const production = openShop({ checkout: { payments: sandbox.payments }, client: { environment: 'production' } })
    await expect(production.checkout.settle(pidx)).rejects.toMatchObject({ code: 'config' })
    expect(production.fulfilled).toEqual([])
  })

  it('A payment whose lookup fails changes nothing', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    const before = await shop.payment(pidx)
    for (const fault of ['500', '502', 'reset-before', 'truncated-json'] as const) {
      shop.simulator.failNext({ kind: fault, on: 'lookup' })
      await expect(shop.checkout.settle(pidx)).rejects.toHaveProperty('retryable', true)
    }
    expect(await shop.payment(pidx)).toEqual(before)
    expect(shop.fulfilled).toEqual([])
  })

  it('A payment that is canceled is told as unpaid, once, and still fulfilled when it completes late', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'unpaid', fulfilled: false })
    await shop.checkout.settle(pidx)
    expect(shop.events.map(({ name }) => name)).toEqual(['unpaid'])
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('A payment that was replaced only because it had expired is fulfilled when it completes late', async () => {
    const shop = openShop()
    const old = await shop.checkout.initiate(shop.order())
    shop.pass(31 * minutes)
    const fresh = await shop.checkout.initiate(shop.order())
    expect(fresh.pidx).not.toBe(old.pidx)
    shop.simulator.pay(old.pidx)
    expect(await shop.checkout.settle(old.pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })

  it('A payment that Khalti answers with another amount, payment or status is held and never fulfilled', async () => {
    for (const [fault, reason] of [
      ['wrong-amount', 'wrong-amount'],
      ['wrong-pidx', 'wrong-payment'],
      ['unknown-status', 'unknown-status'],
    ] as const) {
      const shop = openShop()
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(pidx)
      shop.simulator.failNext({ kind: fault, on: 'lookup' })
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'hold', payment: { holdReason: reason } })
      expect(shop.fulfilled).toEqual([])
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    }
  })

  it('A payment that is pending is neither fulfilled nor given up', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Pending')
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'pending', payment: { state: 'pending' } })
    expect(shop.events).toEqual([])
  })
})

describe('fulfil', () => {
  it('A fulfil that throws is tried again by the next settle, at once', async () => {
    let attempts = 0
    const shop = openShop({
      checkout: {
        fulfil: (_payment, { attempt }) => {
          attempts = attempt
          if (attempt < 3) throw new Error('the warehouse is away')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    for (const attempt of [1, 2]) {
      expect(await shop.checkout.settle(pidx)).toMatchObject({
        outcome: 'paid',
        fulfilled: false,
        error: new Error('the warehouse is away'),
        payment: { state: 'paid' },
      })
      expect(attempts).toBe(attempt)
    }
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(shop.errors).toHaveLength(2)
  })

  it('A fulfil that crashed is taken up again after its lease, not before', async () => {
    const shop = openShop()
    const dying = openShop({
      checkout: { payments: shop.payments, fulfil: () => new Promise(() => {}) },
      client: { fetch: shop.simulator.fetch },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    dying.checkout.settle(pidx).catch(() => {})
    await expect.poll(async () => (await shop.checkout.order('topi'))?.events.at(-1)?.what).toBe('claimed')
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect(shop.fulfilled).toEqual([])
    shop.pass(5 * minutes + 1)
    expect(await shop.checkout.reconcile()).toMatchObject({ checked: 1, paid: 1 })
    expect(shop.fulfilled).toHaveLength(1)
    expect(shop.fulfilled[0]?.context.attempt).toBe(2)
  })
})

describe('a refund', () => {
  it('A refund seen before fulfilment is never fulfilled', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    shop.simulator.refund(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'refunded', payment: { refundExtent: 'full' } })
    expect(shop.fulfilled).toEqual([])
    expect(shop.events).toMatchObject([{ name: 'refunded', payment: { pidx } }])
    expect(shop.events[0]?.payment.fulfilledAt).toBeUndefined()
    shop.simulator.answerWith(pidx, 'Completed')
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'refunded', fulfilled: false })
    expect(shop.fulfilled).toEqual([])
  })

  it('A refund after fulfilment is told with when that was, for the part and for the whole', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    shop.simulator.refund(pidx, 1000)
    await shop.checkout.settle(pidx)
    shop.simulator.refund(pidx)
    await shop.checkout.settle(pidx)
    await shop.checkout.settle(pidx)
    expect(shop.events.map(({ name, payment }) => [name, payment.fulfilledAt instanceof Date])).toEqual([
      ['refunded', true],
      ['refunded', true],
    ])
    expect(await shop.payment(pidx)).toMatchObject({ state: 'refunded', refundExtent: 'full' })
  })
})

describe('an `on` callback', () => {
  it('An `on` callback that throws is told again by reconcile at growing intervals, and breaks nothing', async () => {
    let told = 0
    const unpaid = () => {
      told += 1
      if (told <= 2) throw new Error('the mail server is away')
    }
    const shop = openShop({ checkout: { on: { unpaid } } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.cancel(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'unpaid' })
    await shop.checkout.settle(pidx)
    expect(told).toBe(1)
    expect((await shop.checkout.order('topi'))?.attention).toEqual(['not-told'])
    shop.pass(30_000)
    await shop.checkout.reconcile()
    expect(told).toBe(2)
    shop.pass(30_000)
    await shop.checkout.reconcile()
    expect(told).toBe(2)
    shop.pass(30_000)
    await shop.checkout.reconcile()
    await shop.checkout.reconcile()
    expect(told).toBe(3)
    expect((await shop.checkout.order('topi'))?.attention).toEqual([])
    expect(shop.errors).toMatchObject([{ message: 'the mail server is away' }, { message: 'the mail server is away' }])
  })
})
