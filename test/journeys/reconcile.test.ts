import { paisa } from 'khalti-kit'
import { memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it, vi } from 'vitest'
import { openShop } from '../support/shop.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Reconciles every quarter of an hour, as a cron job would. */
async function runFor(shop: ReturnType<typeof openShop>, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 15 * minute) {
    shop.pass(15 * minute)
    await shop.checkout.reconcile()
  }
}

describe('reconcile', () => {
  it('Reconcile finishes a payment whose tab was closed', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.reconcile()).toEqual({
      checked: 1,
      paid: 1,
      unpaid: 0,
      pending: 0,
      hold: 0,
      refunded: 0,
      failed: 0,
    })
    expect(shop.fulfilled).toHaveLength(1)
  })

  it('Reconcile looks at a payment from its creation, then at growing intervals', async () => {
    const shop = openShop()
    await shop.checkout.initiate(shop.order())
    const looks: number[] = []
    for (let at = 0; at <= 8 * minute; at += 10 * second) {
      if ((await shop.checkout.reconcile()).checked > 0) looks.push(at / second)
      shop.pass(10 * second)
    }
    expect(looks).toEqual([0, 30, 60, 90, 140, 210, 320, 480])
  })

  it('Reconcile is not starved by payments whose lookups fail: they wait for longer and longer too', async () => {
    const shop = openShop()
    for (let order = 0; order < 10; order += 1) await shop.checkout.initiate(shop.order({ id: `bad${order}` }))
    shop.simulator.failNext({ kind: '500', on: 'lookup', times: 10 })
    expect(await shop.checkout.reconcile({ limit: 10 })).toMatchObject({ checked: 10, failed: 10 })
    const { pidx } = await shop.checkout.initiate(shop.order({ id: 'good' }))
    shop.simulator.pay(pidx)
    expect(await shop.checkout.reconcile({ limit: 10 })).toMatchObject({ checked: 1, paid: 1 })
  })

  it.each([1, 1000])(
    'Reconcile leaves the orders of another environment to its own, with a limit of %i',
    async (limit) => {
      const production = openShop({ client: { environment: 'production' } })
      const { payments } = production
      const made = await production.checkout.initiate(production.order({ id: 'real' }))
      const staging = openShop({ checkout: { payments } })
      const test = await staging.checkout.initiate(staging.order({ id: 'test' }))
      for (let run = 0; run < 20; run += 1) {
        production.pass(minute)
        await staging.checkout.reconcile({ limit })
      }
      const before = await payments.read({ orderId: 'real' })
      expect(staging.errors).toHaveLength(1)
      expect(String(staging.errors[0])).toMatch(/Order real was made in the production environment/)
      production.simulator.pay(made.pidx)
      staging.simulator.pay(test.pidx)
      production.pass(10 * minute)
      expect(await staging.checkout.reconcile({ limit })).toMatchObject({ checked: 1, paid: 1 })
      expect((await payments.read({ orderId: 'real' })).order?.dueAt).toEqual(before.order?.dueAt)
      expect(await production.checkout.reconcile({ limit })).toMatchObject({ paid: 1 })
      expect(production.fulfilled).toHaveLength(1)
      expect(staging.fulfilled).toHaveLength(1)
    },
  )

  it('Reconcile heeds its budget also while it gives back the orders of another environment', async () => {
    const production = openShop({ client: { environment: 'production' } })
    for (let order = 0; order < 40; order += 1) {
      await production.checkout.initiate(production.order({ id: `real${order}` }))
    }
    production.pass(minute)
    let clock = performance.now()
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    let writes = 0
    const payments: PaymentStore = {
      ...(production.payments as PaymentStore),
      write(order) {
        writes += 1
        clock += 100
        return production.payments.write(order)
      },
    }
    const staging = openShop({ checkout: { payments } })
    await staging.checkout.reconcile({ budgetMs: 1_000 })
    expect(writes).toBe(10)
    // The others come when their lease of a minute runs out.
    production.pass(minute)
    spy.mockRestore()
    expect(await production.checkout.reconcile()).toMatchObject({ checked: 40 })
  })

  it('Reconcile heeds its budget between the many links of one order, and goes on with them later', async () => {
    let clock = performance.now()
    const gateway = openShop()
    const fetch: typeof globalThis.fetch = (input, init) => {
      if (String(input).includes('/lookup/')) clock += 100
      return gateway.simulator.fetch(input, init)
    }
    const shop = openShop({ checkout: { payments: gateway.payments }, client: { fetch } })
    for (let price = 1; price <= 12; price += 1)
      await shop.checkout.initiate(shop.order({ amount: paisa(price * 1_000) }))
    gateway.pass(day)
    const spy = vi.spyOn(performance, 'now').mockImplementation(() => clock)
    expect(await shop.checkout.reconcile({ budgetMs: 500 })).toMatchObject({ checked: 5 })
    spy.mockRestore()
    gateway.pass(2 * minute)
    expect(await shop.checkout.reconcile()).toMatchObject({ checked: 7 })
  })

  it('Reconcile never gives up a paid payment that cannot be fulfilled', async () => {
    let broken = true
    const shop = openShop({
      checkout: {
        fulfil: () => {
          if (broken) throw new Error('the warehouse is away')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await runFor(shop, 15 * day)
    broken = false
    await runFor(shop, 2 * hour)
    expect((await shop.payment(pidx))?.fulfilledAt).toBeInstanceOf(Date)
  })

  it('Reconcile watches an unpaid payment until a day after its link has ended, and no longer', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    await runFor(shop, 25 * hour)
    shop.simulator.pay(pidx)
    await runFor(shop, 6 * hour)
    expect(shop.fulfilled).toHaveLength(1)

    const forgotten = openShop()
    const late = await forgotten.checkout.initiate(forgotten.order())
    await runFor(forgotten, 2 * day)
    forgotten.simulator.pay(late.pidx)
    await runFor(forgotten, 2 * day)
    expect(forgotten.fulfilled).toEqual([])
  })

  it('Reconcile watches a pending payment for two weeks, and then tells the shop that it is still open', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Pending')
    await runFor(shop, 13 * day)
    expect(shop.events).toEqual([])
    await runFor(shop, 3 * day)
    expect(shop.events).toMatchObject([
      { name: 'hold', payment: { state: 'pending' }, verdict: { outcome: 'pending' } },
    ])
  })

  it('Reconcile tells a held payment at once, and once more after two weeks', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.answerWith(pidx, 'Ambiguous')
    await runFor(shop, 13 * day)
    expect(shop.events.map(({ name }) => name)).toEqual(['hold'])
    await runFor(shop, 3 * day)
    expect(shop.events.map(({ name }) => name)).toEqual(['hold', 'hold'])
  })

  it('Reconcile looks at a fulfilled payment after a day and a week, for refunds', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    await shop.checkout.reconcile()
    shop.lookups.length = 0
    await runFor(shop, 30 * day)
    expect(shop.lookups).toHaveLength(2)
    expect(shop.events).toEqual([])
  })

  it.each(['day', 'week'])(
    'A refund in the dashboard is found where the look after the %s has failed',
    async (when) => {
      const shop = openShop()
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(pidx)
      await shop.checkout.settle(pidx)
      if (when === 'week') await runFor(shop, 2 * day)
      shop.simulator.refund(pidx)
      shop.pass(6 * day)
      shop.simulator.failNext({ kind: '500', on: 'lookup', times: 3 })
      await runFor(shop, day)
      expect(shop.events).toMatchObject([{ name: 'refunded', payment: { fulfilledAt: expect.any(Date) } }])
      shop.lookups.length = 0
      await runFor(shop, 20 * day)
      expect(shop.lookups).toEqual([])
    },
  )

  it('Reconcile finds a refund of a fulfilled payment', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    shop.simulator.refund(pidx)
    await runFor(shop, 2 * day)
    expect(shop.events).toMatchObject([{ name: 'refunded', payment: { fulfilledAt: expect.any(Date) } }])
  })

  it('Reconcile checks as many payments at once as it is told, and no more than its limit', async () => {
    let [running, most] = [0, 0]
    const shop = openShop()
    for (let order = 0; order < 12; order += 1) await shop.checkout.initiate(shop.order({ id: `order${order}` }))
    const { fetch } = shop.simulator
    const counting = openShop({
      checkout: { payments: shop.payments },
      client: {
        fetch: async (...request) => {
          running += 1
          most = Math.max(most, running)
          await new Promise((resolve) => setTimeout(resolve, 5))
          running -= 1
          return fetch(...request)
        },
      },
    })
    expect(await counting.checkout.reconcile({ limit: 10, concurrency: 3 })).toMatchObject({ checked: 10 })
    expect(most).toBe(3)
  })

  it.each<[string, (payments: PaymentStore<undefined>) => Partial<PaymentStore<undefined>>]>([
    [
      'read',
      ({ due }) => ({
        async due(limit, leaseMs) {
          const { orders, now } = await due(limit, leaseMs)
          return { orders: orders.map((order) => (order.orderId === 'bad' ? { ...order, record: {} } : order)), now }
        },
      }),
    ],
    [
      'written',
      ({ write }) => ({
        write: (order) => (order.orderId === 'bad' ? Promise.reject(new Error('disk full')) : write(order)),
      }),
    ],
  ])('Reconcile counts an order that cannot be %s as failed, and finishes the others', async (_what, flawed) => {
    // A callback that is to be told again: reconcile writes before it looks anything up.
    const unpaid = () => Promise.reject(new Error('mail server is away'))
    const whole = openShop({ checkout: { on: { unpaid } } })
    const bad = await whole.checkout.initiate(whole.order({ id: 'bad' }))
    whole.simulator.cancel(bad.pidx)
    await whole.checkout.settle(bad.pidx)
    const good = await whole.checkout.initiate(whole.order({ id: 'good' }))
    whole.simulator.pay(good.pidx)
    whole.pass(minute)
    const payments = { ...whole.payments, ...flawed(whole.payments as PaymentStore<undefined>) } as PaymentStore
    const shop = openShop({ checkout: { payments }, client: { fetch: whole.simulator.fetch } })
    const { checked, paid, failed } = await shop.checkout.reconcile()
    expect([checked, paid, failed]).toEqual([2, 1, 1])
    expect(shop.fulfilled.map(({ payment }) => payment.orderId)).toEqual(['good'])
    expect(shop.errors.length).toBeGreaterThan(0)
  })

  it('Reconcile rejects at once where the store throws before it gives a promise', async () => {
    const due = () => {
      throw new Error('the pool is closed')
    }
    const { checkout } = openShop({ checkout: { payments: { ...memoryPayments(), due } } })
    const began = performance.now()
    await expect(checkout.reconcile({ budgetMs: 20 * second })).rejects.toThrow('the pool is closed')
    expect(performance.now() - began).toBeLessThan(10 * second)
  })

  it('Reconcile does nothing where its signal has aborted before', async () => {
    const shop = openShop()
    for (let order = 0; order < 5; order += 1) await shop.checkout.initiate(shop.order({ id: `order${order}` }))
    expect(await shop.checkout.reconcile({ signal: AbortSignal.abort() })).toMatchObject({ checked: 0 })
  })

  it('Reconcile counts the lookups under way when its signal aborts, and leaves the orders that it took due at once', async () => {
    const { simulator, payments, ...whole } = openShop()
    for (let order = 0; order < 12; order += 1) {
      const { pidx } = await whole.checkout.initiate(whole.order({ id: `order${order}` }))
      simulator.pay(pidx)
    }
    const controller = new AbortController()
    const shop = openShop({
      checkout: { payments },
      client: {
        fetch: (input, init) => {
          controller.abort()
          return simulator.fetch(input, init)
        },
      },
    })
    const { signal } = controller
    expect(await shop.checkout.reconcile({ concurrency: 2, signal })).toMatchObject({ checked: 2, paid: 2 })
    expect(await shop.checkout.reconcile()).toMatchObject({ checked: 10, paid: 10 })
  })

  it.each([{ limit: 0 }, { concurrency: 1.5 }, { limt: 10 }])('Reconcile refuses %j', async (options: object) => {
    await expect(openShop().checkout.reconcile(options)).rejects.toMatchObject({ code: 'input' })
  })
})
