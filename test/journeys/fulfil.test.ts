import { rupees } from 'khalti-kit'
import { memoryPayments, type Payment, PaymentHold, type PaymentStore } from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop } from '../support/shop.ts'

const minutes = 60_000

afterEach(() => {
  vi.useRealTimers()
})

/** A store in memory with transactions: what is written in one is kept where it succeeds. */
function transactionalPayments(now: () => Date) {
  const memory = memoryPayments({ now })
  const log: string[] = []
  const payments: PaymentStore<string> = {
    ...memory,
    read: (by, transaction) => {
      if (transaction) log.push(`read in ${transaction}`)
      return memory.read(by)
    },
    write: (order, transaction) => {
      if (transaction) log.push(`write in ${transaction}`)
      return memory.write(order)
    },
    async transaction(run) {
      log.push('begin')
      try {
        const result = await run('the transaction')
        log.push('commit')
        return result
      } catch (error) {
        log.push('rollback')
        throw error
      }
    },
  }
  return { payments, log }
}

describe('fulfil in a transaction', () => {
  it('Fulfil in a transaction shares the transaction with the completion, which reads the record in it', async () => {
    const shop = openShop()
    const { payments, log } = transactionalPayments(shop.now)
    const within = openShop({
      checkout: {
        payments: payments as PaymentStore,
        fulfil: (_payment, { transaction }) => void log.push(`fulfil in ${transaction}`),
      },
      client: { fetch: shop.simulator.fetch },
    })
    const { pidx } = await within.checkout.initiate(within.order())
    shop.simulator.pay(pidx)
    expect(await within.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
    const steps = ['fulfil in the transaction', 'read in the transaction', 'write in the transaction']
    expect(log).toEqual(['begin', ...steps, 'commit'])
  })

  it('Fulfil in a transaction is rolled back where a refund is seen while it works', async () => {
    const shop = openShop()
    const { payments, log } = transactionalPayments(shop.now)
    const within = openShop({
      checkout: {
        payments: payments as PaymentStore,
        fulfil: async ({ pidx }) => {
          shop.simulator.refund(pidx)
          await within.checkout.settle(pidx)
        },
      },
      client: { fetch: shop.simulator.fetch },
    })
    const { pidx } = await within.checkout.initiate(within.order())
    shop.simulator.pay(pidx)
    expect(await within.checkout.settle(pidx)).toMatchObject({ outcome: 'refunded', fulfilled: false })
    expect(log.at(-1)).toBe('rollback')
    expect(within.events).toMatchObject([{ name: 'refunded' }])
    expect(within.events[0]?.payment.fulfilledAt).toBeUndefined()
  })
})

describe('fulfil without a transaction', () => {
  it('Fulfil without a transaction has no transaction in its context', async () => {
    const shop = openShop()
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    await shop.checkout.settle(pidx)
    expect(shop.fulfilled[0]?.context).not.toHaveProperty('transaction')
  })

  it('Fulfil without a transaction is told of a refund once more where it was seen while it worked, with the goods gone', async () => {
    const shop = openShop({
      checkout: {
        fulfil: async ({ pidx }) => {
          shop.simulator.refund(pidx)
          await shop.checkout.settle(pidx)
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'refunded', fulfilled: true })
    expect(shop.events.map(({ name, payment }) => [name, payment.fulfilledAt !== undefined])).toEqual([
      ['refunded', false],
      ['refunded', true],
    ])
  })
})

describe('a fulfil that never ends', () => {
  it.each([true, false])(
    'A fulfil that never ends ends settle with its claim, and another takes over (with a transaction: %s)',
    async (isIn) => {
      const shop = openShop()
      const { payments, log } = transactionalPayments(shop.now)
      const store = isIn ? (payments as PaymentStore) : memoryPayments({ now: shop.now })
      let signal: AbortSignal | undefined
      const hanging = openShop({
        checkout: {
          payments: store,
          fulfil: (_payment, context) => {
            signal = context.signal
            return new Promise(() => {})
          },
        },
        client: { fetch: shop.simulator.fetch },
      })
      const { pidx } = await hanging.checkout.initiate(hanging.order())
      shop.simulator.pay(pidx)
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const settling = hanging.checkout.settle(pidx)
      const rejected = expect(settling).rejects.toThrow(/outlasted its claim of 5 minutes/)
      await expect.poll(() => signal).toBeDefined()
      await vi.advanceTimersByTimeAsync(10_000)
      expect(String(hanging.errors[0])).toMatch(/has been running for 10 s/)
      expect(signal?.aborted).toBe(false)
      shop.pass(5 * minutes)
      await vi.advanceTimersByTimeAsync(5 * minutes)
      await rejected
      expect(signal?.aborted).toBe(true)
      if (isIn) expect(log).toContain('rollback')
      vi.useRealTimers()
      const next = openShop({ checkout: { payments: store }, client: { fetch: shop.simulator.fetch } })
      expect(await next.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
      expect(next.fulfilled[0]?.context.attempt).toBe(2)
    },
  )

  it('A fulfil that never ends completes late without a transaction, where nobody has fulfilled since', async () => {
    let handOut: () => void = () => {}
    const shop = openShop({
      checkout: {
        fulfil: () =>
          new Promise<void>((resolve) => {
            handOut = resolve
          }),
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const rejected = expect(shop.checkout.settle(pidx)).rejects.toThrow(/outlasted its claim/)
    await expect.poll(() => shop.lookups).toHaveLength(1)
    shop.pass(6 * minutes)
    await vi.advanceTimersByTimeAsync(6 * minutes)
    await rejected
    vi.useRealTimers()
    handOut()
    await expect.poll(async () => (await shop.payment(pidx))?.fulfilledAt).toBeInstanceOf(Date)
  })

  it.each(['unpaid', 'readOrder', 'landing'] as const)(
    'A fulfil that never ends does not keep a customer for ever where %s hangs',
    async (callback) => {
      const hangs = () => new Promise<never>(() => {})
      const shop = openShop({ checkout: callback === 'unpaid' ? { on: { unpaid: hangs } } : { [callback]: hangs } })
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.cancel(pidx)
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      const asked = {
        unpaid: () => shop.checkout.settle(pidx),
        readOrder: () =>
          shop.ask('initiate', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
        landing: () => shop.ask(`return?pidx=${pidx}`),
      }[callback]()
      await vi.advanceTimersByTimeAsync(1_000)
      await vi.advanceTimersByTimeAsync(31_000)
      await asked
      expect(shop.errors.map(String)).toContainEqual(expect.stringMatching(/has not ended within 30 s/))
    },
  )
})

describe('the shop, which says no', () => {
  it('The shop keeps the money and hands out nothing where fulfil throws a PaymentHold', async () => {
    const shop = openShop({
      checkout: {
        fulfil: () => {
          throw new PaymentHold('The stock is gone.')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({
      outcome: 'hold',
      fulfilled: false,
      payment: { state: 'hold', holdReason: 'shop' },
    })
    expect(shop.events).toMatchObject([{ name: 'hold', payment: { holdReason: 'shop' } }])
    shop.pass(minutes)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'hold' })
    expect(shop.errors).toEqual([])
    await expect(shop.checkout.initiate(shop.order())).rejects.toMatchObject({ code: 'in-progress' })
  })

  it('The shop fulfils an order whose shown name alone has changed: it is the same cart', async () => {
    const shop = openShop({ checkout: { orderOf: () => ({ id: 'topi', name: 'ढाका टोपी', amount: rupees(850) }) } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    expect((await shop.checkout.initiate(shop.order({ name: 'ढाका टोपी' }))).pidx).toBe(pidx)
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
  })

  it('The shop fulfils an order whose products alone have other names: the page was switched to another language', async () => {
    const cart = (name: string) => ({ name, products: [{ id: 'p1', name, unitPrice: rupees(850), quantity: 1 }] })
    const shop = openShop({ checkout: { orderOf: () => shop.order(cart('Dhaka topi')) } })
    const { pidx } = await shop.checkout.initiate(shop.order(cart('Dhaka topi')))
    shop.pass(minutes)
    expect((await shop.checkout.initiate(shop.order(cart('ढाका टोपी')))).pidx).toBe(pidx)
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
  })

  it('The shop is asked again where orderOf throws, so that no changed cart slips through behind an error', async () => {
    let asked = 0
    const shop = openShop({
      checkout: {
        orderOf: () => {
          asked += 1
          if (asked === 1) throw new Error('the database is away')
          return shop.order({ amount: rupees(900) })
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ fulfilled: false })
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'hold', payment: { holdReason: 'changed' } })
    expect([asked, shop.fulfilled]).toEqual([2, []])
  })

  it.each<[what: string, given: unknown, sentence: string]>([
    ['a string', { amount: '85000' }, 'The amount is "85000". It is a whole number of paisa.'],
    ['a bigint', { amount: 85_000n }, 'The amount is 85000n. It is a whole number of paisa.'],
    ['none', {}, 'The amount is undefined. It is a whole number of paisa.'],
    ['half a paisa', { amount: 850.5 }, 'The amount is 850.5. It is a whole number of paisa.'],
    ['that of no order', true, 'The order is missing. It is { id, name, amount }.'],
    [
      'that of a row alone',
      { amount: 85_000, products: [1] },
      'It is a list of rows, such as { id, name, unitPrice, quantity }, with amounts that are numbers of paisa.',
    ],
  ])(
    'The shop hears that its orderOf gave no order where the amount is %s, and the payment is not held for it',
    async (_what, given, sentence) => {
      let order = given
      const shop = openShop({ checkout: { orderOf: () => order as never } })
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(pidx)
      const error = { code: 'input', message: `orderOf gave no order. ${sentence}` }
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false, error })
      expect(shop.errors).toMatchObject([error])
      expect((await shop.checkout.order('topi'))?.attention).toEqual(['not-fulfilled'])
      order = shop.order()
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    },
  )

  it('The shop hears that its orderOf gave another order, and nothing is handed out for it', async () => {
    const shop = openShop({ checkout: { orderOf: () => shop.order({ id: 'shawl' }) } })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect(shop.errors).toMatchObject([
      { message: 'orderOf gave no order. The id is "shawl". It was asked for "topi".' },
    ])
    expect(shop.fulfilled).toEqual([])
  })

  it('The shop is not asked on a retry without a transaction, where fulfil may have begun', async () => {
    let asked = 0
    let tries = 0
    const attempts: number[] = []
    const shop = openShop({
      checkout: {
        orderOf: () => {
          asked += 1
          if (asked === 1) throw new Error('the database is away')
          return shop.order()
        },
        fulfil: (_payment, { attempt }) => {
          attempts.push(attempt)
          tries += 1
          if (tries === 1) throw new Error('the warehouse is away')
        },
      },
    })
    const { pidx } = await shop.checkout.initiate(shop.order())
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({
      fulfilled: false,
      error: new Error('the database is away'),
    })
    expect(await shop.checkout.settle(pidx)).toMatchObject({ error: new Error('the warehouse is away') })
    expect(await shop.checkout.settle(pidx)).toMatchObject({ fulfilled: true })
    expect([asked, tries, attempts]).toEqual([2, 2, [1, 2]])
  })

  it('The shop gives out the link of the current cart, whatever superseded it before', async () => {
    const shop = openShop()
    const first = await shop.checkout.initiate(shop.order())
    const second = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    const third = await shop.checkout.initiate(shop.order())
    expect(third.pidx).toBe(first.pidx)
    expect((await shop.payment(second.pidx))?.supersededAt).toBeInstanceOf(Date)
    shop.simulator.pay(first.pidx)
    expect(await shop.checkout.settle(first.pidx)).toMatchObject({ fulfilled: true })
  })
})

describe('an expired link of the cart that counts again', () => {
  it('An expired link of the cart that counts again is fulfilled when it completes late, though another cart had superseded it in between', async () => {
    const shop = openShop()
    const first = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    shop.simulator.expire(first.pidx)
    await shop.checkout.initiate(shop.order())
    shop.pass(minutes)
    const third = await shop.checkout.initiate(shop.order({ amount: rupees(900) }))
    expect(third.pidx).not.toBe(first.pidx)
    shop.simulator.pay(first.pidx)
    expect(await shop.checkout.settle(first.pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
  })
})

describe('errors of the shop', () => {
  it('Errors of the shop that onError and callbacks throw or reject with end nothing and change no payment', async () => {
    const rejections: unknown[] = []
    const hear = (reason: unknown) => void rejections.push(reason)
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    process.on('unhandledRejection', hear)
    for (const fails of [
      async () => Promise.reject(new Error('later')),
      () => {
        throw new Error('now')
      },
    ]) {
      const shop = openShop({ checkout: { onError: fails, on: { unpaid: fails } } })
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.cancel(pidx)
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'unpaid' })
      shop.simulator.pay(pidx)
      expect(await shop.checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    }
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', hear)
    logged.mockRestore()
    expect(rejections).toEqual([])
  })
})

describe('an order id', () => {
  const kept = ['__proto__', 'constructor', 'अर्डर-१', '🧢', 'a', 'A', 'a ', 'toString', `${'क'.repeat(255)}`]

  it('An order id is kept apart from all others by its very characters', async () => {
    const shop = openShop()
    const links = new Map<string, string>()
    for (const id of kept) links.set(id, (await shop.checkout.initiate(shop.order({ id }))).pidx)
    expect(new Set(links.values()).size).toBe(kept.length)
    for (const [id, pidx] of links) {
      shop.simulator.pay(pidx)
      expect(await shop.checkout.settle(pidx)).toMatchObject({ payment: { orderId: id }, fulfilled: true })
    }
    const paid = shop.fulfilled.map(({ payment }: { payment: Payment }) => payment.orderId)
    expect(paid).toEqual(kept)
  })

  it.each([
    ['NUL', 'a\0b'],
    ['half a surrogate', 'a\ud800'],
    ['256 characters', 'x'.repeat(256)],
  ])('An order id with %s is refused before Khalti is asked', async (_title, id) => {
    const shop = openShop()
    await expect(shop.checkout.initiate(shop.order({ id }))).rejects.toMatchObject({ code: 'input' })
    expect(shop.simulator.payments()).toEqual([])
  })
})

describe('a store that is not to be believed', () => {
  const misreadings: [string, (order: Record<string, unknown>) => Record<string, unknown>][] = [
    ['an invalid date', (order) => ({ ...order, changedAt: new Date(Number.NaN) })],
    ['a date as text', (order) => ({ ...order, changedAt: '2026-11-23' })],
    ['columns with other names', ({ orderId, ...order }) => ({ ...order, order_id: orderId })],
    ['a version as text', (order) => ({ ...order, version: String(order.version) })],
    ['a record as text', (order) => ({ ...order, record: JSON.stringify(order.record) })],
    ["another order's record", (order) => ({ ...order, record: { ...(order.record as object), orderId: 'other' } })],
  ]

  it.each(misreadings)(
    'A store that is not to be believed is refused with a sentence where it gives %s',
    async (_title, misread) => {
      const memory = memoryPayments()
      const shop = openShop({ checkout: { payments: memory } })
      const { pidx } = await shop.checkout.initiate(shop.order())
      shop.simulator.pay(pidx)
      const read: PaymentStore['read'] = async (by) => {
        const { order, now } = await memory.read(by)
        return { ...(order && { order: misread({ ...order }) as never }), now }
      }
      const strange = openShop({ checkout: { payments: { ...memory, read } }, client: { fetch: shop.simulator.fetch } })
      await expect(strange.checkout.settle(pidx)).rejects.toThrow(/The payment store gave .* as \w+/)
      expect(strange.fulfilled).toEqual([])
    },
  )
})
