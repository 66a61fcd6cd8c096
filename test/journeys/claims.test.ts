import { type Paisa, rupees } from 'khalti-kit'
import {
  type CheckoutOptions,
  memoryPayments,
  PaymentHold,
  type PaymentStore,
  type StoredOrder,
} from 'khalti-kit/checkout'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openShop } from '../support/shop.ts'

const minutes = 60_000

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Wrap = (memory: PaymentStore, shop: ReturnType<typeof openShop>) => Partial<PaymentStore<never>>

/** A shop with a payment that is paid at Khalti, on a store that is not like the one in memory, and whatever it reports. */
async function openPaid(options: Partial<CheckoutOptions> = {}, wrap: Wrap = () => ({})) {
  const shop = openShop()
  const memory = memoryPayments({ now: shop.now }) as PaymentStore
  const reports: { message: string; place: unknown }[] = []
  const payments = { ...memory, ...wrap(memory, shop) } as PaymentStore
  const paid = openShop({
    checkout: {
      payments,
      onError: (error, place) => void reports.push({ message: String((error as Error).message), place }),
      ...options,
    },
    client: { fetch: shop.simulator.fetch },
  })
  const { pidx } = await paid.checkout.initiate(paid.order())
  shop.simulator.pay(pidx)
  const place = { route: 'settle', pidx, orderId: 'topi' }
  const events = async () => (await paid.checkout.order('topi'))?.events.map(({ what, text }) => [what, text].join(' '))
  return { ...paid, pass: shop.pass, simulator: shop.simulator, memory, pidx, reports, place, events }
}

/** Resolves when another process has taken the order over; its `fulfil` never ends. */
async function takenOver(shop: Awaited<ReturnType<typeof openPaid>>): Promise<void> {
  const other = openShop({
    checkout: { payments: shop.memory, fulfil: () => new Promise(() => {}) },
    client: { fetch: shop.simulator.fetch },
  })
  void other.checkout.settle(shop.pidx)
  const isTaken = async () => (await shop.events())?.filter((event) => event === 'claimed ').length === 2
  await vi.waitFor(async () => expect(await isTaken()).toBe(true))
}

/** A store with transactions, which runs each so often. */
const transactional =
  (runs = 1): Wrap =>
  (memory) => ({
    read: (by) => memory.read(by),
    write: (order) => memory.write(order),
    async transaction(run) {
      for (let done = 1; done < runs; done += 1) await run('a transaction' as never)
      return run('the transaction' as never)
    },
  })

const isClaiming = ({ record }: { record: object }) => JSON.stringify(record).includes('"attempt"')
const isCompleting = ({ record }: { record: object }) => JSON.stringify(record).includes('"fulfilledAt"')

const topiOf = (unitPrice: Paisa) => ({ id: 'topi-2', name: 'Another topi', unitPrice, quantity: 1 })

describe('a process that was frozen', () => {
  /** Its clock goes on while it writes its claim. */
  const frozenFor = (ms: number): Wrap => {
    let skew = 0
    const began = performance.now()
    vi.spyOn(performance, 'now').mockImplementation(() => began + skew)
    return (memory) => ({
      async write(order) {
        if (isClaiming(order) && skew === 0) skew = ms
        return memory.write(order)
      },
    })
  }

  it('A process that was frozen beyond its claim does not begin to fulfil, and gives the claim up', async () => {
    const rejections: unknown[] = []
    const hear = (reason: unknown) => void rejections.push(reason)
    process.on('unhandledRejection', hear)
    const shop = await openPaid({}, frozenFor(5 * minutes))
    const why = 'The claim had run out before fulfil was called: this process was frozen.'
    await expect(shop.checkout.settle(shop.pidx)).rejects.toThrow(why)
    expect(shop.fulfilled).toEqual([])
    expect(shop.reports).toEqual([{ message: why, place: shop.place }])
    await new Promise((resolve) => setTimeout(resolve, 20))
    process.off('unhandledRejection', hear)
    expect(rejections).toEqual([])
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    expect(shop.fulfilled[0]?.context.attempt).toBe(1)
  })

  it('A process that was frozen for less than its claim fulfils', async () => {
    const shop = await openPaid({}, frozenFor(5 * minutes - 5_000))
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
  })
})

describe('a fulfil that takes long', () => {
  const remedies = {
    alone: 'Make it shorter, and heed context.signal.',
    'in a transaction':
      'Does it wait for a query outside of context.transaction? That one may wait for this transaction to end: write through context.transaction, and heed context.signal.',
  }

  it.each([
    ['alone', undefined],
    ['in a transaction', transactional()],
  ] as const)('A fulfil that takes long is reported after 10 s, and ends with its claim: %s', async (how, wrap) => {
    let signal: AbortSignal | undefined
    const fulfil: CheckoutOptions['fulfil'] = (_payment, context) => {
      signal = context.signal
      return new Promise(() => {})
    }
    const shop = await openPaid({ fulfil }, wrap)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const settling = shop.checkout.settle(shop.pidx).catch((error: unknown) => error)
    await vi.waitFor(() => expect(signal).toBeDefined())
    await vi.advanceTimersByTimeAsync(9_000)
    expect(shop.reports).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    const running = `fulfil has been running for 10 s, and holds its claim all the time. ${remedies[how]}`
    expect(shop.reports).toEqual([{ message: running, place: shop.place }])
    await vi.advanceTimersByTimeAsync(5 * minutes)
    const message = `fulfil of payment ${shop.pidx} outlasted its claim of 5 minutes, and another may take over. ${remedies[how]}`
    expect(await settling).toMatchObject({ message })
    expect(signal?.reason).toBe(await settling)
    expect(shop.reports.slice(1)).toEqual([{ message, place: shop.place }])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('A fulfil whose transaction begins after its claim has run out is not called, and the warning says what it waits for', async () => {
    const fulfil = vi.fn()
    let begin = () => {}
    const waiting = new Promise<void>((resolve) => {
      begin = resolve
    })
    const shop = await openPaid({ fulfil }, (memory) => ({
      ...transactional()(memory, undefined as never),
      async transaction(run) {
        await waiting
        return run('the transaction' as never)
      },
    }))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const settling = shop.checkout.settle(shop.pidx).catch((error: unknown) => error)
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(2))
    await vi.advanceTimersByTimeAsync(10_000)
    const text =
      'fulfil has been waiting for its transaction or for orderOf for 10 s, and holds its claim all the time.'
    expect(shop.reports).toEqual([{ message: `${text} ${remedies['in a transaction']}`, place: shop.place }])
    await vi.advanceTimersByTimeAsync(5 * minutes)
    await settling
    begin()
    await vi.advanceTimersByTimeAsync(0)
    expect(fulfil).not.toHaveBeenCalled()
  })

  it('A fulfil whose transaction the store has ended hears of it by its signal, before the next one is called', async () => {
    const signals: AbortSignal[] = []
    const fulfil: CheckoutOptions['fulfil'] = (_payment, { signal }) => {
      signals.push(signal)
      return new Promise(() => {})
    }
    const shop = await openPaid({ fulfil }, (memory) => ({
      ...transactional()(memory, undefined as never),
      transaction: (run) =>
        Promise.race([run('it' as never), Promise.reject(new Error('a transaction ends after 55 s'))]),
    }))
    for (const calls of [1, 2]) {
      expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: false })
      expect(signals.map((signal) => String(signal.reason))).toEqual(
        Array(calls).fill('Error: a transaction ends after 55 s'),
      )
    }
  })

  it('A fulfil that ends leaves no timer behind', async () => {
    const shop = await openPaid()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    expect(vi.getTimerCount()).toBe(0)
    expect(shop.fulfilled[0]?.context.signal.aborted).toBe(false)
  })
})

describe('goods that are out', () => {
  /** The first writes of it fail; `before` is done before they do. */
  const failingWrites = (count: number, before?: (memory: PaymentStore, order: StoredOrder) => unknown): Wrap => {
    let left = count
    return (memory) => ({
      async write(order) {
        if (!isCompleting(order) || left-- <= 0) return memory.write(order)
        await before?.(memory, order)
        throw new Error('The database is away.')
      },
    })
  }

  it('Goods that are out are written down by a second write where the first one fails', async () => {
    const shop = await openPaid({}, failingWrites(1))
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    expect([shop.fulfilled.length, shop.reports]).toEqual([1, []])
  })

  it('Goods that are out are written down where only the answer to the first write is lost', async () => {
    const shop = await openPaid(
      {},
      failingWrites(1, (memory, order) => memory.write(order)),
    )
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect([shop.fulfilled.length, shop.reports]).toEqual([1, []])
    expect(await shop.events()).toEqual(['link ', 'paid ', 'claimed ', 'fulfilled '])
  })

  it('Goods that are out are not called written down where another has taken over before the second write', async () => {
    const takeOver = async () => {
      shop.pass(5 * minutes)
      await takenOver(shop)
    }
    const shop = await openPaid({}, failingWrites(1, takeOver))
    const message = `fulfil of payment ${shop.pidx} outlasted its claim, and another process has order topi now. Make it shorter, and heed context.signal.`
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: false, error: { message } })
    expect(shop.reports).toEqual([{ message, place: shop.place }])
  })

  it('Goods that are out are no failure of fulfil where they cannot be written down: the claim runs out', async () => {
    const shop = await openPaid({}, failingWrites(2))
    const error = expect.objectContaining({ message: 'The database is away.' })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'paid', fulfilled: false, error })
    expect(shop.reports).toEqual([{ message: 'The database is away.', place: shop.place }])
    expect(await shop.events()).toEqual(['link ', 'paid ', 'claimed '])
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect(shop.fulfilled).toHaveLength(1)
    shop.pass(5 * minutes)
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    expect(shop.fulfilled[1]?.context).toMatchObject({ attempt: 2, idempotencyKey: 'khalti-kit:sandbox:topi' })
  })
})

describe('a fulfil that fails', () => {
  it.each([
    ['an error', new Error('no stock')],
    ['a text', 'no stock'],
  ])('A fulfil that fails with %s has its words in the history, and the claim is given up', async (_what, thrown) => {
    const fulfil = () => {
      throw thrown
    }
    const shop = await openPaid({ fulfil })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'paid', fulfilled: false, error: thrown })
    expect(await shop.events()).toEqual(['link ', 'paid ', 'claimed ', 'fulfil-failed no stock'])
    expect(shop.reports).toHaveLength(1)
  })

  it('A fulfil that fails with nothing at all still says that it failed', async () => {
    const shop = await openPaid({ fulfil: () => Promise.reject(undefined), onError: () => {} })
    expect(await shop.checkout.settle(shop.pidx)).toHaveProperty('error', undefined)
  })

  it('A fulfil that fails is reported also where its claim cannot be given up', async () => {
    const isReleasing = ({ record }: { record: object }) => JSON.stringify(record).includes('"fulfil-failed"')
    const wrap: Wrap = (memory) => ({
      async write(order) {
        if (isReleasing(order)) throw new Error('The database is away.')
        return memory.write(order)
      },
    })
    const fulfil = () => {
      throw new Error('no stock')
    }
    const shop = await openPaid({ fulfil }, wrap)
    const { error, payment } = await shop.checkout.settle(shop.pidx)
    expect([error, payment?.state]).toEqual([new Error('no stock'), 'paid'])
    expect(shop.reports).toEqual([
      { message: 'no stock', place: shop.place },
      { message: 'The database is away.', place: shop.place },
    ])
  })

  it.each<[what: string, options: Partial<CheckoutOptions>, event: string]>([
    [
      'the shop says so',
      {
        fulfil: () => {
          throw new PaymentHold('The stock is gone.')
        },
      },
      'hold shop: The stock is gone.',
    ],
    ['the order is gone', { orderOf: () => undefined }, 'hold changed: There is no such order any more.'],
    ['the order is null', { orderOf: () => null as never }, 'hold changed: There is no such order any more.'],
    [
      'the cart is another of the same price',
      { orderOf: () => ({ id: 'topi', name: 'Dhaka topi', amount: rupees(850), products: [topiOf(rupees(850))] }) },
      'hold changed: The order is not the one that was paid any more.',
    ],
    [
      'the cart is another',
      { orderOf: () => ({ id: 'topi', name: 'Dhaka topi', amount: rupees(900) }) },
      'hold changed: The order is not the one that was paid any more: 85000 paisa was paid, and orderOf gives 90000.',
    ],
  ])('A payment is on hold where %s, which is no error', async (_what, options, event) => {
    const shop = await openPaid(options)
    const settlement = await shop.checkout.settle(shop.pidx)
    expect(settlement).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect(settlement).not.toHaveProperty('error')
    expect((await shop.events())?.at(-2)).toBe(event)
    expect(shop.reports).toEqual([])
    expect(shop.fulfilled).toEqual([])
  })
})

describe('a hold that cannot be stored', () => {
  it('A hold that cannot be stored is the error of the settlement, and nothing is handed out', async () => {
    let isAway = false
    const held = new PaymentHold('The stock is gone.')
    const fulfil = () => {
      isAway = true
      throw held
    }
    const shop = await openPaid({ fulfil }, (memory) => ({
      read: async (by) => {
        if (isAway) throw new Error('The database is away.')
        return memory.read(by)
      },
    }))
    const settlement = await shop.checkout.settle(shop.pidx)
    expect(settlement).toMatchObject({ outcome: 'paid', fulfilled: false })
    expect(settlement.error).toBe(held)
    expect(shop.reports).toEqual([{ message: 'The database is away.', place: shop.place }])
  })
})

describe('a callback that fails beside fulfil', () => {
  const away = { message: 'The mail server is away.' }
  const fails = () => Promise.reject(new Error(away.message))

  it('A callback that fails when a payment is held is an error of whoever settled it', async () => {
    const fulfil = () => {
      throw new PaymentHold('The stock is gone.')
    }
    const shop = await openPaid({ fulfil, on: { hold: fails } })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'hold' })
    expect(shop.reports).toEqual([{ ...away, place: shop.place }])
  })

  it('A callback that fails when goods went out for money that went back is an error of whoever settled it', async () => {
    const fulfil = async () => {
      shop.simulator.refund(shop.pidx)
      await shop.checkout.settle(shop.pidx)
    }
    const shop = await openPaid({ fulfil, on: { refunded: fails } })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'refunded', fulfilled: true })
    const report = { ...away, place: shop.place }
    expect(shop.reports).toEqual([report, report])
  })
})

describe('a callback that is slow beside fulfil', () => {
  /** A callback that goes on until its end is called. */
  function slowCallback() {
    const isCalled = vi.fn()
    let end = () => {}
    const ends = new Promise<void>((resolve) => {
      end = resolve
    })
    const callback = () => {
      isCalled()
      return ends
    }
    return { callback, isCalled, end }
  }

  /** What settling gives where that callback takes 15 seconds. */
  async function settledBeside(
    { isCalled, end }: ReturnType<typeof slowCallback>,
    { checkout, pidx }: Awaited<ReturnType<typeof openPaid>>,
  ) {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const settling = checkout.settle(pidx)
    await vi.waitFor(() => expect(isCalled).toHaveBeenCalled())
    await vi.advanceTimersByTimeAsync(15_000)
    end()
    return settling
  }

  it('A callback that is slow after a quick fulfil is not taken for a slow fulfil', async () => {
    const slow = slowCallback()
    const fulfil = async () => {
      shop.simulator.refund(shop.pidx)
      // Another process hears of the refund, and tells nobody.
      const other = openShop({
        checkout: { payments: shop.memory, on: {} },
        client: { fetch: shop.simulator.fetch },
      })
      await other.checkout.settle(shop.pidx)
    }
    const shop = await openPaid({ fulfil, on: { refunded: slow.callback } })
    expect(await settledBeside(slow, shop)).toMatchObject({ fulfilled: true })
    expect(shop.reports).toEqual([])
  })

  it('A callback that is slow after a quick hold is not taken for a slow fulfil', async () => {
    const slow = slowCallback()
    const fulfil = () => {
      throw new PaymentHold('The stock is gone.')
    }
    const shop = await openPaid({ fulfil, on: { hold: slow.callback } })
    expect(await settledBeside(slow, shop)).toMatchObject({ outcome: 'hold' })
    expect(shop.reports).toEqual([])
  })
})

describe('a claim that another has by now', () => {
  it.each([
    ['alone', undefined],
    ['in a transaction', transactional()],
  ] as const)('A claim that another has by now completes nothing: %s', async (_how, wrap) => {
    let calls = 0
    const fulfil = async () => {
      calls += 1
      if (calls > 1) return
      shop.pass(5 * minutes)
      expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    }
    const shop = await openPaid({ fulfil }, wrap)
    const message = `fulfil of payment ${shop.pidx} outlasted its claim, and another process has order topi now. Make it shorter, and heed context.signal.`
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'paid', error: { message } })
    expect(shop.reports).toEqual([{ message, place: shop.place }])
    expect(calls).toBe(2)
  })

  it('A refund that is seen while fulfil is at work rolls its transaction back', async () => {
    const fulfil = async () => {
      shop.simulator.refund(shop.pidx)
      await shop.checkout.settle(shop.pidx)
    }
    const shop = await openPaid({ fulfil }, transactional())
    const message = `The money of payment ${shop.pidx} went back while fulfil was at work; what fulfil wrote in its transaction is rolled back.`
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'refunded', error: { message } })
  })
})

describe('orderOf', () => {
  it.each([
    ['no transaction where there is none', undefined, {}],
    ['the transaction', transactional(), { transaction: 'the transaction' }],
  ] as const)('orderOf is given the id and %s', async (_what, wrap, context) => {
    const asked: unknown[] = []
    const orderOf = (...given: unknown[]) => {
      asked.push(given)
      return shop.order()
    }
    const shop = await openPaid({ orderOf }, wrap)
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    expect(asked).toEqual([['topi', context]])
  })

  it.each([
    ['its claim runs out meanwhile', { takes: 5 * minutes, takesOver: false }],
    ['another takes over meanwhile', { takes: 5 * minutes, takesOver: true }],
    ['fulfil would have less than four minutes of its claim', { takes: minutes, takesOver: false }],
  ])('orderOf keeps fulfil from being called where %s', async (_what, { takes, takesOver }) => {
    let calls = 0
    const orderOf = async () => {
      calls += 1
      if (calls === 1) {
        shop.pass(takes)
        if (takesOver) await takenOver(shop)
      }
      return shop.order()
    }
    const shop = await openPaid({ orderOf })
    const why = 'Too little of the claim was left when orderOf had answered; fulfil was not called.'
    await expect(shop.checkout.settle(shop.pidx)).rejects.toThrow(why)
    expect(shop.fulfilled).toEqual([])
  })

  it('orderOf keeps fulfil from being called where another has fulfilled meanwhile', async () => {
    const orderOf = async () => {
      shop.pass(5 * minutes)
      const other = openShop({ checkout: { payments: shop.memory }, client: { fetch: shop.simulator.fetch } })
      expect(await other.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
      return shop.order()
    }
    const shop = await openPaid({ orderOf })
    await expect(shop.checkout.settle(shop.pidx)).rejects.toThrow('Too little of the claim was left')
    expect(shop.fulfilled).toEqual([])
  })

  it.each(['Refunded', 'Partially Refunded'])(
    'orderOf keeps fulfil from being called where another has seen meanwhile that the payment is %s',
    async (status) => {
      const orderOf = async () => {
        shop.simulator.answerWith(shop.pidx, status)
        const other = openShop({ checkout: { payments: shop.memory }, client: { fetch: shop.simulator.fetch } })
        expect(await other.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'refunded', fulfilled: false })
        return shop.order()
      }
      const shop = await openPaid({ orderOf })
      const message = `The money of payment ${shop.pidx} went back while orderOf was asked; fulfil was not called.`
      expect(await shop.checkout.settle(shop.pidx)).toMatchObject({
        outcome: 'refunded',
        fulfilled: false,
        error: { message },
      })
      expect(shop.reports).toContainEqual({ message, place: shop.place })
      expect(shop.fulfilled).toEqual([])
    },
  )

  it('orderOf may take two minutes in a transaction, which would take back what fulfil wrote too late', async () => {
    const orderOf = () => {
      shop.pass(2 * minutes)
      return shop.order()
    }
    const shop = await openPaid({ orderOf }, transactional())
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
  })

  it('orderOf that hangs is an error of the shop after half a minute, and fulfil is not called', async () => {
    const asked = vi.fn()
    const orderOf = () => {
      asked()
      return new Promise<never>(() => {})
    }
    const shop = await openPaid({ orderOf })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const settling = shop.checkout.settle(shop.pidx)
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    await vi.advanceTimersByTimeAsync(30_000)
    const message = 'orderOf has not ended within 30 s. Whatever it waits for, it should give up sooner.'
    expect(await settling).toMatchObject({ outcome: 'paid', fulfilled: false, error: { message } })
    expect(shop.reports).toContainEqual({ message, place: shop.place })
    expect(shop.fulfilled).toEqual([])
  })

  it('orderOf may take almost a minute, and fulfil is called', async () => {
    const orderOf = () => {
      shop.pass(minutes - 1)
      return shop.order()
    }
    const shop = await openPaid({ orderOf })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
  })

  it('orderOf is asked again on a retry in a transaction, and each run of it is an attempt', async () => {
    let asked = 0
    const orderOf = () => {
      asked += 1
      return shop.order()
    }
    const attempts: unknown[] = []
    const fulfil: CheckoutOptions['fulfil'] = (_payment, context) => void attempts.push({ ...context, signal: 0 })
    const wrap: Wrap = (memory, own) => ({
      ...transactional()(memory, own),
      async transaction(run) {
        await run('first' as never).catch(() => {})
        return run('second' as never)
      },
      // What the first run wrote was rolled back.
      write: (order, transaction) => (transaction === ('first' as never) ? Promise.reject() : memory.write(order)),
    })
    const shop = await openPaid({ orderOf, fulfil }, wrap)
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ fulfilled: true })
    const idempotencyKey = 'khalti-kit:sandbox:topi'
    expect(attempts).toEqual([
      { idempotencyKey, attempt: 1, transaction: 'first', signal: 0 },
      { idempotencyKey, attempt: 2, transaction: 'second', signal: 0 },
    ])
    expect(asked).toBe(2)
  })

  it.each<[title: string, error: Error, end: (shop: Awaited<ReturnType<typeof openPaid>>, pidx: string) => unknown]>([
    ['held back', new PaymentHold('no stock'), ({ checkout }) => checkout.attended('topi')],
    ['failed for, and given back', new Error('no stock'), ({ checkout }, pidx) => checkout.refund(pidx)],
  ])('orderOf is asked about a new payment of an order whose first one the shop has %s', async (_title, error, end) => {
    let amount = rupees(850)
    const shop = await openPaid({
      orderOf: () => ({ id: 'topi', name: 'Dhaka topi', amount }),
      fulfil: ({ pidx }) => {
        if (pidx === shop.pidx) throw error
      },
    })
    await shop.checkout.settle(shop.pidx)
    await end(shop, shop.pidx)
    const { pidx } = await shop.checkout.initiate(shop.order())
    amount = rupees(25_000)
    shop.simulator.pay(pidx)
    expect(await shop.checkout.settle(pidx)).toMatchObject({ fulfilled: false, payment: { holdReason: 'changed' } })
  })

  it('orderOf is not asked about a payment that a person has accepted', async () => {
    let asked = 0
    const orderOf = () => {
      asked += 1
      return undefined
    }
    const shop = await openPaid({ orderOf })
    expect(await shop.checkout.settle(shop.pidx)).toMatchObject({ outcome: 'hold' })
    expect(await shop.checkout.accept(shop.pidx)).toMatchObject({ fulfilled: true })
    expect(asked).toBe(1)
    expect(shop.fulfilled[0]?.context.accepted).toEqual({ by: undefined })
  })

  it('A payment that nobody accepted has no such word in its context', async () => {
    const shop = await openPaid()
    await shop.checkout.settle(shop.pidx)
    expect(Object.keys(shop.fulfilled[0]?.context ?? {}).sort()).toEqual(['attempt', 'idempotencyKey', 'signal'])
  })
})
