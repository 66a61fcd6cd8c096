import { describe, expect, it } from 'vitest'
import { paisa } from '../../../src/core/money.ts'
import { accept } from '../../../src/rules/accept.ts'
import { attentionOf } from '../../../src/rules/attention.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { markPaid, type OtherPayment, unsettled } from '../../../src/rules/mark-paid.ts'
import type { Link, OrderRecord } from '../../../src/rules/record.ts'
import { askRefund, endForgottenRefunds, endRefund, forgetSent, type RefundWish } from '../../../src/rules/refund.ts'
import {
  changes,
  claimOf,
  frozen,
  fulfilledLink,
  link,
  minute,
  now,
  paidLink,
  record,
  refund,
} from '../../support/records.ts'

describe('a refund that is asked for', () => {
  const ask = (before: OrderRecord, wish: Partial<RefundWish> = {}) =>
    askRefund(frozen(before), now, { pidx: 'a', id: 'r1', ...wish })

  it('A refund that is asked for is written down before it is sent, by default of all that is left', () => {
    const before = record([link({ pidx: 'b' }), paidLink()])
    const ruling = ask(before)
    const send = refund({ amount: paisa(85_000), askedAt: now })
    expect(ruling.answer).toEqual({ send, link: paidLink(), isAll: true })
    expect(changes(before, ruling)).toEqual({
      refunds: [send],
      events: [{ what: 'refund-sent', pidx: 'a', text: '85000' }],
    })
  })

  it('A refund that is asked for has its amount, and the words of whoever asks, cleaned', () => {
    const before = record([paidLink()])
    const ruling = ask(before, { amount: 84_999, reason: 'too \0small', by: 'Sita\0' })
    const send = refund({ amount: paisa(84_999), askedAt: now, reason: 'too small', by: 'Sita' })
    expect(ruling.answer).toEqual({ send, link: paidLink(), isAll: false })
    expect(changes(before, ruling)).toEqual({
      refunds: [send],
      events: [{ what: 'refund-sent', pidx: 'a', text: '84999', by: 'Sita' }],
    })
  })

  it('A refund that is asked for leaves out words that are empty', () => {
    const { record: after } = ask(record([paidLink()]), { reason: '', by: '' })
    expect(after.refunds).toEqual([refund({ amount: paisa(85_000), askedAt: now })])
  })

  it('A refund of all is one where nothing had gone back', () => {
    const part = paidLink({ state: 'refunded', refundExtent: 'partial', refundedAmount: 5_000 })
    expect(ask(record([part])).answer).toMatchObject({ send: { amount: 80_000 }, isAll: false })
    expect(ask(record([part]), { amount: 80_000 }).answer).toMatchObject({ send: { amount: 80_000 } })
    expect(ask(record([part]), { amount: 80_001 }).answer).toEqual({ amount: 'too-much', left: 80_000 })
  })

  it('A refund is at most what arrived, whatever the link had asked for', () => {
    const cheap = paidLink({ received: { at: now, amount: 100 } })
    expect(ask(record([cheap])).answer).toMatchObject({ send: { amount: 100 }, isAll: true })
    const unsaid = paidLink({ received: { at: now } })
    expect(ask(record([unsaid])).answer).toMatchObject({ send: { amount: 85_000 }, isAll: true })
  })

  it('A refund after one of unknown size wants an amount', () => {
    const before = record([paidLink({ refundExtent: 'partial', refundUnknown: true })])
    expect(ask(before)).toEqual({ record: before, answer: { amount: 'unknown', left: 85_000 } })
    expect(ask(before, { amount: 100 }).answer).toMatchObject({ send: { amount: 100 } })
  })

  it('A refund with an id that is known is the recorded one', () => {
    const before = record([paidLink()], { refunds: [refund({ id: 'r0' }), refund()] })
    expect(ask(before)).toEqual({ record: before, answer: { known: refund() } })
  })

  it('A refund with the id of one of another payment is refused', () => {
    const before = record([paidLink()], { refunds: [refund({ pidx: 'b' })] })
    expect(ask(before)).toEqual({ record: before, answer: { id: 'of another payment' } })
  })

  it('A refund with the id of one of another amount is refused; without an amount it is the recorded one', () => {
    const before = record([paidLink()], { refunds: [refund({ amount: paisa(1000) })] })
    expect(ask(before, { amount: 50_000 })).toEqual({ record: before, answer: { id: 'of another amount' } })
    expect(ask(before, { amount: 1000 }).answer).toEqual({ known: refund({ amount: paisa(1000) }) })
    expect(ask(before, { amount: undefined }).answer).toEqual({ known: refund({ amount: paisa(1000) }) })
  })

  it.each<[why: string, refuse: string, links: Link[], change: Partial<OrderRecord>]>([
    ['is not the order’s', 'not-paid', [paidLink({ pidx: 'b' })], {}],
    ['was not paid', 'not-paid', [link({ transactionId: 'x' })], {}],
    ['has no transaction id', 'no-transaction', [paidLink({ transactionId: undefined })], {}],
    ['went back', 'refunded', [paidLink({ refundExtent: 'full' })], { refunds: [refund({ id: 'r0' })] }],
    ['has a refund that was sent', 'refund-in-progress', [paidLink()], { refunds: [refund({ id: 'r0' })] }],
    [
      'belongs to an order with another refund that is unclear',
      'refund-in-progress',
      [paidLink()],
      { refunds: [refund({ id: 'r0', pidx: 'b', state: 'unclear' })], claim: claimOf() },
    ],
    ['is being handed out', 'in-progress', [paidLink()], { claim: claimOf() }],
  ])('A refund of a payment that %s is refused as %s', (_why, refuse, links, change) => {
    const before = record(links, change)
    expect(ask(before)).toEqual({ record: before, answer: { refuse } })
  })

  it('A refund of money that came another way needs no transaction id, and is done once it is written', () => {
    const cash = paidLink({ method: 'cash', transactionId: undefined })
    const { record: after, answer } = ask(record([cash]))
    expect(answer).toMatchObject({ known: { state: 'done', endedAt: now } })
    expect(after.refunds).toEqual([expect.objectContaining({ state: 'done', endedAt: now })])
    expect(after.links).toMatchObject([{ state: 'refunded', refundExtent: 'full' }])
    expect(after.events.map(({ what }) => what)).toEqual(['refund-sent', 'refund-done', 'refunded'])
    expect(after.untold).toMatchObject([{ what: 'refunded', refundId: 'r1' }])
  })

  it('A refund is sent after others that ended, and after a claim that did', () => {
    const refunds = [refund({ id: 'r0', state: 'refused' })]
    expect(ask(record([paidLink()], { refunds, claim: claimOf({ until: now }) })).answer).toHaveProperty('send')
  })
})

describe('a refund that ends', () => {
  const order = (state: 'sent' | 'unclear' | 'done' | 'refused' = 'sent', payment = paidLink()) =>
    frozen(record([payment], { refunds: [refund({ id: 'r0', state: 'refused' }), refund({ state })] }))

  it('A refund that went through has given back its amount, and the shop is told', () => {
    const before = order()
    const ruling = endRefund(before, now, { id: 'r1', state: 'done', message: 'Refund \0done', by: 'Sita' })
    const ended = refund({ state: 'done', endedAt: now, message: 'Refund done' })
    expect(ruling.answer).toEqual(ended)
    expect(changes(before, ruling)).toEqual({
      links: [{ ...paidLink(), state: 'refunded', refundExtent: 'partial', refundedAmount: 10_000, since: now }],
      refunds: [refund({ id: 'r0', state: 'refused' }), ended],
      untold: [
        {
          id: 'refunded:a:r1',
          what: 'refunded',
          pidx: 'a',
          refundId: 'r1',
          previous: paidLink(),
          at: now,
          until: now + minute,
          failures: 0,
        },
      ],
      events: [
        { what: 'refund-done', pidx: 'a', by: 'Sita' },
        { what: 'refunded', pidx: 'a', text: 'partial' },
      ],
    })
  })

  it.each<[what: string, payment: Link, extent: string, amount: number]>([
    ['adds to what went back', paidLink({ refundExtent: 'partial', refundedAmount: 20_000 }), 'partial', 30_000],
    ['makes it all', paidLink({ refundExtent: 'partial', refundedAmount: 75_000 }), 'full', 85_000],
    ['never gives back more than arrived', paidLink({ refundedAmount: 80_000 }), 'full', 85_000],
    ['leaves what is all back', paidLink({ refundExtent: 'full', refundedAmount: 85_000 }), 'full', 85_000],
  ])('A refund that goes through %s', (_what, payment, refundExtent, refundedAmount) => {
    const { record: after } = endRefund(order('sent', payment), now, { id: 'r1', state: 'done' })
    expect(after.links).toMatchObject([{ state: 'refunded', refundExtent, refundedAmount }])
  })

  it.each<[what: string, payment: Partial<Link>, isUnknown: boolean]>([
    ['seen meanwhile was not ours', { refundExtent: 'partial' }, true],
    ['had gone back before is known', { refundExtent: 'partial', refundedAmount: 100 }, false],
    ['was paid is all here', {}, false],
  ])('A refund that was refused leaves a payment of which is known that what %s', (_what, change, isUnknown) => {
    const { record: after } = endRefund(order('sent', paidLink(change)), now, { id: 'r1', state: 'refused' })
    expect(after.links[0]?.refundUnknown ?? false).toBe(isUnknown)
  })

  it('A refund that goes through beside a part of unknown size leaves unknown how much went back, and is counted for the next', () => {
    const unknown = paidLink({ state: 'refunded', refundExtent: 'partial', refundUnknown: true })
    const others = [refund({ id: 'r0', state: 'refused' }), refund({ id: 'r9', pidx: 'b', state: 'done' })]
    const before = record([unknown], { refunds: [...others, refund({ amount: paisa(20_000), state: 'sent' })] })
    const { record: after } = endRefund(frozen(before), now, { id: 'r1', state: 'done' })
    expect(after.links[0]).toMatchObject({ refundExtent: 'partial', refundUnknown: true })
    expect(after.links[0]).not.toHaveProperty('refundedAmount')
    const next = (amount?: number) => askRefund(frozen(after), now, { pidx: 'a', id: 'r2', amount }).answer
    expect(next()).toEqual({ amount: 'unknown', left: 65_000 })
    expect(next(65_001)).toEqual({ amount: 'too-much', left: 65_000 })
    const { record: sent } = askRefund(frozen(after), now, { pidx: 'a', id: 'r2', amount: 65_000 })
    const { links } = endRefund(frozen(sent), now, { id: 'r2', state: 'done' }).record
    expect(links).toMatchObject([{ refundExtent: 'full', refundedAmount: 85_000 }])
    expect(links[0]).not.toHaveProperty('refundUnknown')
  })

  it('A refund that was refused says why, and gives back nothing', () => {
    const before = order()
    const ruling = endRefund(before, now, { id: 'r1', state: 'refused', message: 'Too late', by: 'Sita' })
    expect(changes(before, ruling)).toEqual({
      refunds: [before.refunds[0], refund({ state: 'refused', endedAt: now, message: 'Too late' })],
      events: [{ what: 'refund-refused', pidx: 'a', text: 'Too late', by: 'Sita' }],
    })
  })

  it('A refund that a person has resolved does not say any more that nobody knows', () => {
    const unclear = refund({ state: 'unclear', message: 'It may have gone through.' })
    for (const state of ['done', 'refused'] as const) {
      const { record: after } = endRefund(record([paidLink()], { refunds: [unclear] }), now, {
        id: 'r1',
        state,
        by: 'Sita',
      })
      expect(after.refunds[0]).not.toHaveProperty('message')
    }
  })

  it('A refund of all is sent with its amount where a part of unknown size went back before', () => {
    const ask = (change: object) =>
      askRefund(record([paidLink(change)]), now, { pidx: 'a', id: 'r1', amount: 85_000 }).answer
    expect(ask({})).toMatchObject({ isAll: true })
    expect(ask({ refundExtent: 'partial', refundUnknown: true })).toMatchObject({
      isAll: false,
      send: { amount: 85_000 },
    })
  })

  it.each<[what: string, payment: Partial<Link>, state: string]>([
    ['done where all of it was seen to go back', { refundExtent: 'full', refundedAmount: 85_000 }, 'done'],
    ['done where the first part was seen to go back', { refundExtent: 'partial' }, 'done'],
    ['unclear where nothing was seen', {}, 'unclear'],
    ['unclear where what was seen had gone back before', { refundExtent: 'partial', refundedAmount: 100 }, 'unclear'],
    [
      'unclear where a part had gone back before that nobody knows',
      { refundExtent: 'partial', refundUnknown: true },
      'unclear',
    ],
    [
      'unclear where no more had arrived than it',
      { refundExtent: 'partial', received: { at: now, amount: 10_000 } },
      'unclear',
    ],
  ])('A refund whose answer is lost is %s', (_what, change, state) => {
    const { record: after, answer } = endRefund(order('sent', paidLink(change)), now, { id: 'r1', state: 'unclear' })
    expect(answer?.state).toBe(state)
    expect(after.untold.map(({ what }) => what)).toEqual([state === 'done' ? 'refunded' : 'refundUnclear'])
  })

  it('A refund in part that was seen before its answer was lost has its amount', () => {
    const before = order('sent', paidLink({ refundExtent: 'partial', state: 'refunded' }))
    const { record: after } = endRefund(before, now, { id: 'r1', state: 'unclear' })
    expect(after.links).toMatchObject([{ refundExtent: 'partial', refundedAmount: 10_000 }])
    expect(after.events.map(({ what, text }) => [what, text])).toEqual([
      ['refund-done', 'seen in a lookup'],
      ['refunded', 'partial'],
    ])
  })

  it('A part that goes back of another payment of an order that was handed out leaves it paid twice', () => {
    const handedOut = fulfilledLink({ pidx: 'b' })
    const held = paidLink({ state: 'hold', holdReason: 'wrong-amount', paid: undefined })
    const before = record([held, handedOut], { refunds: [refund({ state: 'sent' })] })
    const { record: after } = endRefund(before, now, { id: 'r1', state: 'done' })
    expect(after.links[0]).toMatchObject({ state: 'refunded', refundExtent: 'partial', duplicateOf: 'b' })
    expect(after.untold.map(({ what }) => what)).toEqual(['refunded', 'paidTwice'])
    expect(attentionOf(after)).toEqual(['paid-twice'])
    const own = record([fulfilledLink()], { refunds: [refund({ state: 'sent' })] })
    expect(endRefund(own, now, { id: 'r1', state: 'done' }).record.links[0]).not.toHaveProperty('duplicateOf')
  })

  it('A refund that is unclear is told, with the payment as it is', () => {
    const before = order()
    const ruling = endRefund(before, now, { id: 'r1', state: 'unclear', message: '' })
    expect(changes(before, ruling)).toEqual({
      refunds: [before.refunds[0], refund({ state: 'unclear' })],
      untold: [
        {
          id: 'refundUnclear:a:r1',
          what: 'refundUnclear',
          pidx: 'a',
          refundId: 'r1',
          previous: paidLink(),
          at: now,
          until: now + minute,
          failures: 0,
        },
      ],
      events: [{ what: 'refund-unclear', pidx: 'a' }],
    })
  })

  it.each([
    ['sent', 'done', true],
    ['sent', 'refused', true],
    ['sent', 'unclear', true],
    ['unclear', 'done', true],
    ['unclear', 'refused', true],
    ['unclear', 'unclear', false],
    ['done', 'refused', false],
    ['refused', 'done', true],
    ['refused', 'refused', false],
    ['refused', 'unclear', false],
  ] as const)('A refund that is %s and ends as %s is written: %s', (state, end, isWritten) => {
    const before = order(state)
    const ruling = endRefund(before, now, { id: 'r1', state: end })
    expect(ruling.answer?.state).toBe(isWritten ? end : state)
    expect(ruling.record !== before).toBe(isWritten)
  })

  it("A refund that a person called not done is done where Khalti's answer comes in late and says so, and the shop is told", () => {
    const before = order('refused')
    const ruling = endRefund(before, now, { id: 'r1', state: 'done', message: 'Refund done' })
    expect(ruling.record.links).toMatchObject([{ state: 'refunded', refundedAmount: 10_000 }])
    expect(ruling.record.untold).toMatchObject([{ what: 'refunded', refundId: 'r1' }])
    expect(endRefund(before, now, { id: 'r1', state: 'done', isByHand: true }).record).toBe(before)
  })

  it('A refund that nobody asked for, or of a payment that is not there, changes nothing', () => {
    const before = order()
    expect(endRefund(before, now, { id: 'r9', state: 'done' })).toEqual({ record: before, answer: undefined })
    const lost = frozen(record([], { refunds: [refund()] }))
    expect(endRefund(lost, now, { id: 'r1', state: 'done' })).toEqual({ record: lost, answer: refund() })
  })

  it('A refund whose end was never written is unclear after five minutes', () => {
    const sent = (ago: number) => refund({ askedAt: now - ago })
    const forget = (...refunds: ReturnType<typeof refund>[]) => {
      const draft = new Draft(frozen(record([paidLink()], { refunds })), now)
      endForgottenRefunds(draft)
      return draft.record.refunds.map(({ state }) => state)
    }
    expect(forget(sent(5 * minute), sent(5 * minute - 1))).toEqual(['unclear', 'sent'])
    expect(forget(refund({ state: 'done', askedAt: now - 6 * minute }))).toEqual(['done'])
  })

  it('A refund that was forgotten is unclear before anything else is decided', () => {
    const before = record([paidLink()], { refunds: [refund({ askedAt: now - 5 * minute })] })
    const ruling = forgetSent(frozen(before), now)
    expect(ruling.record.refunds).toMatchObject([{ state: 'unclear' }])
    const fresh = record([paidLink()], { refunds: [refund()] })
    expect(forgetSent(frozen(fresh), now)).toEqual({ record: fresh, answer: undefined })
  })

  it('A forgotten refund of a payment that is not there is unclear, and told to nobody', () => {
    const draft = new Draft(frozen(record([], { refunds: [refund({ askedAt: 0 })] })), now)
    endForgottenRefunds(draft)
    expect(draft.record).toMatchObject({ refunds: [{ state: 'unclear' }], untold: [] })
  })
})

describe('a payment that a person accepts', () => {
  const held = (change = {}) => paidLink({ state: 'hold', holdReason: 'wrong-amount', paid: undefined, ...change })
  const ask = (before: OrderRecord, by?: string) => accept(frozen(before), now, { pidx: 'a', token: 'mine', by })
  const claim = { pidx: 'a', token: 'mine', attempt: 1, until: now + 5 * minute }

  it('A payment that a person accepts begins without the failures of before', () => {
    const failures = { count: 3, since: now, at: now, text: 'no stock' }
    expect(ask(record([held()], { failures })).record).not.toHaveProperty('failures')
  })

  it('A payment that a person accepts is paid, retires the other links, and is claimed', () => {
    const before = record([held(), link({ pidx: 'b' })])
    const ruling = ask(before, 'Sita\0')
    expect(ruling.answer).toEqual(claim)
    expect(changes(before, ruling)).toEqual({
      links: [
        { ...paidLink(), since: now, accepted: { at: now, by: 'Sita' } },
        { ...link({ pidx: 'b' }), supersededAt: now },
      ],
      claim,
      events: [
        { what: 'paid', pidx: 'a', text: 'accepted by a person', by: 'Sita' },
        { what: 'superseded', pidx: 'b' },
        { what: 'claimed', pidx: 'a' },
      ],
    })
  })

  it('A payment may be accepted by somebody without a name', () => {
    expect(ask(record([held()])).record.links).toMatchObject([{ accepted: { at: now } }])
    expect(ask(record([held()]), '').record.links[0]?.accepted).toEqual({ at: now })
  })

  it.each<[why: string, refuse: string, links: Link[], change: Partial<OrderRecord>]>([
    ['is not the order’s', 'not-paid', [held({ pidx: 'b' })], {}],
    ['brought no money', 'not-paid', [link(), fulfilledLink({ pidx: 'b' })], {}],
    [
      'is one of an order that was handed out',
      'already-paid',
      [held({ refundExtent: 'full' }), fulfilledLink({ pidx: 'b' })],
      {},
    ],
    ['went back', 'refunded', [held({ refundExtent: 'full' })], { refunds: [refund()] }],
    ['went back in part', 'partly-refunded', [held({ refundExtent: 'partial' })], { refunds: [refund()] }],
    ['is on its way back', 'refund-in-progress', [held()], { refunds: [refund()], claim: claimOf() }],
    ['is being handed out', 'in-progress', [held()], { claim: claimOf() }],
    ['was paid a second time', 'in-progress', [held({ duplicateOf: 'b' })], {}],
  ])('A payment that %s is refused as %s', (_why, refuse, links, change) => {
    const before = record(links, change)
    expect(ask(before)).toEqual({ record: before, answer: refuse })
  })
})

describe('an order that was paid another way', () => {
  const payment: OtherPayment = {
    pidx: 'cash:topi:1',
    method: 'cash',
    orderName: 'Dhaka \0topi',
    amount: paisa(85_000),
    fingerprint: 'cart-1',
  }
  const ask = (before: OrderRecord, change: Partial<OtherPayment> = {}, by?: string) =>
    markPaid(frozen(before), now, { payment: { ...payment, ...change }, token: 'mine', by })
  const claimed = { pidx: payment.pidx, token: 'mine', attempt: 1, until: now + 5 * minute }

  it('An order that was paid another way is claimed, and its links get no customer any more', () => {
    const before = record()
    const ruling = ask(before, { reference: 'receipt-7' }, 'Sita')
    expect(ruling.answer).toEqual({ claimed })
    expect(changes(before, ruling)).toEqual({
      links: [
        { ...link(), supersededAt: now },
        {
          ...payment,
          orderName: 'Dhaka topi',
          paymentUrl: '',
          state: 'paid',
          createdAt: now,
          expiresAt: now,
          since: now,
          received: { at: now, amount: 85_000 },
          paid: true,
          transactionId: 'receipt-7',
        },
      ],
      claim: claimed,
      events: [
        { what: 'paid', pidx: payment.pidx, text: 'cash', by: 'Sita' },
        { what: 'superseded', pidx: 'a' },
        { what: 'claimed', pidx: payment.pidx },
      ],
    })
  })

  it('An order that was paid another way needs no reference', () => {
    const { links } = ask(record([])).record
    expect(links).toHaveLength(1)
    expect(links[0]).not.toHaveProperty('transactionId')
    expect(links[0]).not.toHaveProperty('reference')
  })

  it('An order that was paid the same other way before gives that payment', () => {
    const known = link({ pidx: payment.pidx, method: 'cash' })
    const before = record([known], { claim: claimOf() })
    expect(ask(before)).toEqual({ record: before, answer: { known } })
  })

  it.each<[why: string, refuse: string, links: Link[], change: Partial<OrderRecord>]>([
    ['was handed out', 'already-paid', [fulfilledLink()], {}],
    ['is paid', 'already-paid', [paidLink()], {}],
    ['is being handed out', 'already-paid', [link()], { claim: claimOf() }],
    ['has a link that somebody is paying', 'in-progress', [link({ status: 'pending' })], {}],
    ['has a payment on hold', 'held', [link(), link({ pidx: 'b', state: 'hold', holdReason: 'shop' })], {}],
    ['is getting a link', 'in-progress', [], { maker: { token: 'its', until: now + 1 } }],
  ])('An order that %s is refused as %s', (_why, refuse, links, change) => {
    const before = record(links, change)
    expect(ask(before)).toEqual({ record: before, answer: { refuse } })
  })

  it('An order may be marked as paid where a link was being made and its time has run out', () => {
    expect(ask(record([], { maker: { token: 'its', until: now } })).answer).toEqual({ claimed })
  })

  it('An order has its payments of Khalti looked at first, but for those that are over', () => {
    const over = [
      link({ pidx: 'b', method: 'cash' }),
      link({ pidx: 'c', state: 'refunded' }),
      link({ pidx: 'd', state: 'hold', holdReason: 'unknown-payment' }),
      fulfilledLink({ pidx: 'e' }),
      link({ pidx: 'f' }),
    ]
    const looked = new Set(['f'])
    expect(unsettled(record(over), looked)).toBeUndefined()
    expect(unsettled(record([...over, link()]), looked)).toEqual(link())
    const held = link({ pidx: 'g', state: 'hold', holdReason: 'shop' })
    expect(unsettled(record([held]), looked)).toEqual(held)
  })
})
