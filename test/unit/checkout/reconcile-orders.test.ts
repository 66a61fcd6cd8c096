import type { CheckoutOptions, PaymentStore } from 'khalti-kit/checkout'
import { describe, expect, it } from 'vitest'
import { storedOf } from '../../../src/checkout/stored-order.ts'
import type { OrderRecord } from '../../../src/rules/record.ts'
import { none, openDueShop } from '../../support/due-shop.ts'
import { fulfilledLink, link, minute, now, record, second, untold } from '../../support/records.ts'

type Store = PaymentStore<undefined>
const at = new Date(now)

const full = () => Promise.reject(new Error('disk full'))
const noServer = expect.objectContaining({ code: 'api', kind: 'server' })

describe('an order that reconcile cannot work on', () => {
  it('An order that cannot be read is told by its id, and counts as failed', async () => {
    const { checkout, saidTo } = await openDueShop([record([], { orderId: 'bad' }), record()], {
      otherwise: ({ due }) => ({
        async due(limit, leaseMs) {
          const { orders, now: time } = await due(limit, leaseMs)
          const wrong = { ...storedOf(record(), 1, at), orderId: 'bad', version: 0 }
          return { orders: [wrong, ...orders], now: time }
        },
      }),
    })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 2, failed: 1, pending: 1 })
    const said = expect.stringMatching(/^The payment store gave 0 as version of an order\./)
    expect(saidTo()).toEqual([{ said, route: 'reconcile', orderId: 'bad' }])
  })

  it('Orders of another environment are told once by the id of the first, and do not count', async () => {
    const production = { environment: 'production' } as const
    const { checkout, saidTo, looks, kept } = await openDueShop([
      record([link()], { orderId: 'real', ...production }),
      record([link({ pidx: 'b' })], { orderId: 'real too', ...production }),
    ])
    const before = await kept('real too')
    for (let run = 0; run < 2; run += 1) expect(await checkout.reconcile()).toEqual(none)
    const said = expect.stringMatching(/^Order real was made in the production environment/)
    expect(saidTo()).toEqual([{ said, route: 'reconcile', orderId: 'real' }])
    expect([looks, (await kept('real too'))?.dueAt]).toEqual([[], before?.dueAt])
  })

  it('An order whose news cannot be taken over is told by its id, and calls nothing', async () => {
    const news = record([link({ state: 'hold', lookedAt: now })], { untold: [untold()] })
    const { checkout, saidTo, events } = await openDueShop([news], { otherwise: () => ({ write: full }) })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, failed: 1 })
    expect([saidTo(), events]).toEqual([[{ said: 'disk full', route: 'reconcile', orderId: 'topi' }], []])
  })
})

describe('an order that was due and is not', () => {
  /** The store says that the order is due, and its record says when it is. */
  const early = (one: OrderRecord, version = 1) => ({ ...storedOf(one, version, at), dueAt: new Date(now - 1) })

  it.each<[what: string, one: OrderRecord]>([
    ['later', record([link({ lookedAt: now })])],
    ['never again', record([])],
  ])('An order that must be looked at %s is written as it was, with that date', async (_what, one) => {
    const { checkout, memory, kept, writes, looks, told } = await openDueShop([one])
    await memory.write(early(one))
    expect(await checkout.reconcile()).toEqual(none)
    const { dueAt } = storedOf(one, 0, at)
    expect(await kept()).toEqual({ ...early(one), version: 3, dueAt })
    expect([writes, looks, told]).toEqual([[true], [], []])
  })

  it('An order that cannot be written as it was is told by its id', async () => {
    const { checkout, memory, saidTo } = await openDueShop([record([])], { otherwise: () => ({ write: full }) })
    await memory.write(early(record([])))
    expect(await checkout.reconcile()).toEqual(none)
    expect(saidTo()).toEqual([{ said: 'disk full', route: 'reconcile', orderId: 'topi' }])
  })

  it.each<[what: string, on: object | undefined, until: number]>([
    ['no callbacks, which is due now,', undefined, now],
    ['no callback for it, which is due now,', {}, now],
    ['no callback for it, which has been due for long,', {}, now - minute],
  ])('News that a process with %s leaves to another is not due again at once', async (_what, on, until) => {
    const news = record([link({ state: 'hold', lookedAt: now })], { untold: [untold({ until })] })
    const { checkout, kept, writes, told } = await openDueShop([news], { checkout: { on } as Partial<CheckoutOptions> })
    expect(await checkout.reconcile()).toEqual(none)
    expect(await kept()).toMatchObject({ version: 1, dueAt: new Date(now + minute), record: news })
    expect([writes, told]).toEqual([[], []])
  })
})

describe('an order that another process changes while reconcile has it', () => {
  /** Another process writes this right after reconcile was given the order. */
  const meanwhile = (one: OrderRecord) => ({
    otherwise: ({ due, write }: Store): Partial<Store> => ({
      async due(limit, leaseMs) {
        const found = await due(limit, leaseMs)
        if (found.orders.length > 0) await write(storedOf(one, 1, at))
        return found
      },
    }),
  })

  it('An order that another settles between due and the look is handed out once', async () => {
    const settled = record([fulfilledLink()])
    const settings = { ...meanwhile(settled), says: { a: 'Completed' } }
    const { checkout, fulfilled, kept, told } = await openDueShop([record()], settings)
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, paid: 1 })
    expect([fulfilled, told]).toEqual([[], []])
    expect((await kept())?.record.links[0]?.fulfilledAt).toBe(now - minute)
  })

  it('News that another takes over after due is left to it, and the order is not written', async () => {
    const taken = untold({ until: now + minute })
    const held = link({ state: 'hold', lookedAt: now })
    const { checkout, events, kept, writes } = await openDueShop(
      [record([held], { untold: [untold()] })],
      meanwhile(record([held], { untold: [taken] })),
    )
    expect(await checkout.reconcile()).toEqual(none)
    expect([events, writes, (await kept())?.record.untold]).toEqual([[], [false], [taken]])
  })
})

describe('a look of reconcile', () => {
  it('A look that was answered is written once', async () => {
    const { checkout, kept, writes, told } = await openDueShop([record()])
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, pending: 1 })
    expect([writes, told]).toEqual([[true], []])
    expect((await kept())?.record.links[0]).toMatchObject({ status: 'pending', lookedAt: now })
  })

  it('A look that failed is told with its payment, and the next one is timed from it', async () => {
    const { checkout, kept, writes, told, looks } = await openDueShop([record()], { says: { a: 'nothing' } })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, failed: 1 })
    expect(told).toEqual([{ error: noServer, route: 'reconcile', pidx: 'a', orderId: 'topi' }])
    const lookedAt = now + second
    expect((await kept())?.record.links).toEqual([link({ lookedAt })])
    expect((await kept())?.dueAt?.getTime()).toBeGreaterThan(lookedAt)
    expect(await checkout.reconcile()).toEqual(none)
    expect([writes, looks]).toEqual([[true], ['a']])
  })

  it('A look that failed and cannot be noted is told twice, and the next payment is looked at', async () => {
    const two = record([link(), link({ pidx: 'b' })])
    let isFirst = true
    const { checkout, told, writes, looks } = await openDueShop([two], {
      says: { a: 'nothing' },
      otherwise: ({ write }) => ({
        write(order) {
          const fails = isFirst
          isFirst = false
          return fails ? full() : write(order)
        },
      }),
    })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 2, failed: 1, pending: 1 })
    const about = { route: 'reconcile', pidx: 'a', orderId: 'topi' }
    expect(told).toEqual([
      { error: noServer, ...about },
      { error: new Error('disk full'), ...about },
    ])
    expect([writes, looks]).toEqual([
      ['disk full', true],
      ['a', 'b'],
    ])
  })

  it.each([
    ['nothing', 'Pending', 'failed'],
    ['Pending', 'nothing', 'failed'],
    ['Pending', 'Pending', 'pending'],
  ] as const)('Two looks that bring %s and %s are written one on top of the other', async (a, b, first) => {
    const { checkout, kept, writes } = await openDueShop([record([link(), link({ pidx: 'b' })])], { says: { a, b } })
    const counts = first === 'failed' ? { failed: 1, pending: 1 } : { pending: 2 }
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 2, ...counts })
    expect([writes, (await kept())?.version]).toEqual([[true, true], 3])
    expect((await kept())?.record.links.map(({ lookedAt }) => typeof lookedAt)).toEqual(['number', 'number'])
  })
})

describe('a callback that fails in reconcile', () => {
  const noMail = () => Promise.reject(new Error('no mail'))
  const place = { said: 'no mail', route: 'reconcile', pidx: 'a', orderId: 'topi' }

  it('A callback that fails again is told as of reconcile', async () => {
    const news = record([link({ state: 'hold', lookedAt: now })], { untold: [untold()] })
    const { checkout, saidTo } = await openDueShop([news], { checkout: { on: { hold: noMail } } })
    expect(await checkout.reconcile()).toEqual(none)
    expect(saidTo()).toEqual([place])
  })

  it('A callback that fails for what a look brought is told as of reconcile', async () => {
    const { checkout, saidTo } = await openDueShop([record()], {
      says: { a: 'User canceled' },
      checkout: { on: { unpaid: noMail } },
    })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, unpaid: 1 })
    expect(saidTo()).toEqual([place])
  })

  it('What fulfil throws is told as of reconcile', async () => {
    const { checkout, saidTo } = await openDueShop([record()], {
      says: { a: 'Completed' },
      checkout: { fulfil: noMail },
    })
    expect(await checkout.reconcile()).toEqual({ ...none, checked: 1, paid: 1 })
    expect(saidTo()).toEqual([place])
  })
})
