import { describe, expect, it } from 'vitest'
import { attend, attentionOf, isOpenHold, openReasons } from '../../../src/rules/attention.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { duplicatesOf, isSo } from '../../../src/rules/news.ts'
import type { Link, OrderRecord, Untold } from '../../../src/rules/record.ts'
import { takeTelling, told } from '../../../src/rules/tell.ts'
import { looked, wake } from '../../../src/rules/wake.ts'
import {
  changes,
  claimOf,
  day,
  frozen,
  fulfilledLink,
  hour,
  link,
  minute,
  now,
  paidLink,
  record,
  refund,
  second,
  untold,
} from '../../support/records.ts'

describe('what wants attention', () => {
  const failures = { count: 1, since: now, at: now, text: 'no stock' }

  const reasons: [what: string, name: string, key: string, links: Link[], change: Partial<OrderRecord>][] = [
    ['a hold', 'hold', `hold:a:shop:${now}`, [link({ state: 'hold', holdReason: 'shop', since: now })], {}],
    ['a contradiction', 'hold', 'hold:a:contradicted:pending', [fulfilledLink({ contradicted: 'pending' })], {}],
    ['a shared transaction', 'hold', 'hold:a:shared-transaction', [fulfilledLink({ sharesId: true })], {}],
    ['a payment that was given up', 'hold', `hold:a:given-up:${now}`, [link({ givenUpAt: now })], {}],
    [
      'a refund in part before anything was handed out',
      'hold',
      `hold:a:partly-refunded:${now}`,
      [paidLink({ state: 'refunded', refundExtent: 'partial', since: now })],
      {},
    ],
    [
      'a second payment',
      'paid-twice',
      'paid-twice:a',
      [paidLink({ duplicateOf: 'b' }), fulfilledLink({ pidx: 'b' })],
      {},
    ],
    ['an unclear refund', 'refund-unclear', 'refund-unclear:r1', [link()], { refunds: [refund({ state: 'unclear' })] }],
    ['a fulfil that fails', 'not-fulfilled', `not-fulfilled:a:${now}`, [link({ pidx: 'b' }), paidLink()], { failures }],
    [
      'a callback that fails',
      'not-told',
      `not-told:unpaid:a:${now}`,
      [link({ state: 'unpaid' })],
      { untold: [untold({ id: 'unpaid:a', what: 'unpaid', failures: 1 })] },
    ],
  ]

  it.each(reasons)('Attention is wanted by %s, until a person has dealt with it', (_what, name, key, links, change) => {
    const before = frozen(record(links, change))
    expect(attentionOf(before)).toEqual([name])
    const ruling = attend(before, now, { by: 'Sita\0', text: 'called them' })
    expect(changes(before, ruling)).toEqual({
      attended: [key],
      events: [{ what: 'attended', by: 'Sita', text: 'called them' }],
    })
    expect(attentionOf(ruling.record)).toEqual([])
  })

  it.each<[what: string, links: Link[], change: Partial<OrderRecord>]>([
    ['a pending payment', [link()], {}],
    ['a hold that ended, whatever its reason was', [link({ holdReason: 'shop' })], {}],
    ['a second payment that went back', [paidLink({ duplicateOf: 'b', state: 'refunded', refundExtent: 'full' })], {}],
    ['a refund in part after the sale', [fulfilledLink({ refundExtent: 'partial' })], {}],
    ['a refund in full', [paidLink({ state: 'refunded', refundExtent: 'full' })], {}],
    ['refunds that are sent or ended', [link()], { refunds: [refund(), refund({ state: 'done' })] }],
    ['a failure before a sale', [fulfilledLink()], { failures }],
    ['a failure of what is not paid any more', [link()], { failures }],
    ['a payment that nothing failed for', [paidLink()], { claim: claimOf() }],
    ['a callback that did not fail yet', [link()], { untold: [untold()] }],
  ])('Attention is not wanted by %s', (_what, links, change) => {
    expect(attentionOf(record(links, change))).toEqual([])
  })

  it('Attention is wanted under each name once, by what a person has not dealt with', () => {
    const held = link({ state: 'hold', holdReason: 'shop', since: 1, contradicted: 'x' })
    const order = record([held, link({ pidx: 'b', givenUpAt: now })])
    expect(attentionOf(order)).toEqual(['hold'])
    expect(attentionOf({ ...order, attended: ['hold:a:shop:1'] })).toEqual(['hold'])
    expect(attend(order, now, {}).record.attended).toEqual([
      'hold:a:shop:1',
      'hold:a:contradicted:x',
      `hold:b:given-up:${now}`,
    ])
  })

  it('A fulfil that fails anew after a person has accepted the payment wants attention again', () => {
    const failing = record([paidLink()], { failures, attended: [`not-fulfilled:a:${now}`] })
    expect(attentionOf(failing)).toEqual([])
    expect(attentionOf({ ...failing, failures: { ...failures, count: 2, at: now + hour } })).toEqual([])
    expect(attentionOf({ ...failing, failures: { ...failures, since: now + hour } })).toEqual(['not-fulfilled'])
  })

  it('A callback that fails for another change wants attention again', () => {
    const failed = untold({ id: 'unpaid:a', what: 'unpaid', failures: 1 })
    const links = [link({ state: 'unpaid' })]
    const attended = [`not-told:unpaid:a:${now}`]
    expect(attentionOf(record(links, { untold: [{ ...failed, failures: 2, until: now + hour }], attended }))).toEqual(
      [],
    )
    expect(attentionOf(record(links, { untold: [{ ...failed, at: now + hour }], attended }))).toEqual(['not-told'])
  })

  it('A hold that is given up is no other reason than the hold', () => {
    const held = link({ state: 'hold', holdReason: 'shop', since: 1, givenUpAt: now })
    expect(attentionOf(record([held], { attended: ['hold:a:shop:1'] }))).toEqual([])
  })

  it('Attention is still wanted by what a person had not seen, and what was dealt with before stays so', () => {
    const held = link({ state: 'hold', holdReason: 'shop', since: 1, contradicted: 'x' })
    const twice = paidLink({ pidx: 'b', duplicateOf: 'c' })
    const links = [held, twice, fulfilledLink({ pidx: 'c' })]
    const order = frozen(record(links, { attended: ['hold:a:contradicted:x'] }))
    expect(openReasons(order)).toEqual(['hold:a:shop:1', 'paid-twice:b'])
    const { record: after } = attend(order, now, { seen: ['hold:a:shop:1', 'hold:gone:shop:1'] })
    expect(after.attended).toEqual(['hold:a:shop:1', 'hold:a:contradicted:x'])
    expect([attentionOf(after), openReasons(after)]).toEqual([['paid-twice'], ['paid-twice:b']])
    expect(attend(order, now, { seen: [] }).record.attended).toEqual(['hold:a:contradicted:x'])
  })

  it('A hold is open until a person has dealt with all of it', () => {
    const held = link({ state: 'hold', holdReason: 'shop', since: 1, contradicted: 'x' })
    const open = (attended: string[]) => isOpenHold(record([held], { attended }), held)
    expect(open([])).toBe(true)
    expect(open(['hold:a:shop:1'])).toBe(true)
    expect(open(['hold:a:shop:1', 'hold:a:contradicted:x'])).toBe(false)
    expect(isOpenHold(record(), link())).toBe(false)
  })
})

describe('what the shop must be told', () => {
  it('What the shop must be told waits for a minute for whoever stored it, under an id of its own', () => {
    const draft = new Draft(record(), now)
    draft.tell({ what: 'hold', previous: link() })
    draft.tell({ what: 'refunded', previous: link(), refundId: 'r1' })
    const untold = { pidx: 'a', previous: link(), at: now, until: now + minute, failures: 0 }
    expect(draft.record.untold).toEqual([
      { ...untold, id: 'hold:a', what: 'hold' },
      { ...untold, id: 'refunded:a:r1', what: 'refunded', refundId: 'r1' },
    ])
  })

  it.each<[what: Untold['what'], payment: string, isStillSo: boolean, links: Link[]]>([
    ['unpaid', 'is', true, [link({ state: 'unpaid' })]],
    ['unpaid', 'is no more', false, [paidLink()]],
    ['unpaid', 'is gone', false, []],
    ['hold', 'is', true, [link({ state: 'hold' })]],
    ['hold', 'is given up', true, [link({ givenUpAt: now })]],
    ['hold', 'is pending', false, [link()]],
    ['hold', 'was given up and is paid', false, [paidLink({ givenUpAt: now })]],
    ['hold', 'is gone', false, []],
    ['refunded', 'is', true, [paidLink({ refundExtent: 'partial' })]],
    ['refunded', 'is not', false, [paidLink()]],
    ['refunded', 'is gone', false, []],
    ['paidTwice', 'is', true, [paidLink({ duplicateOf: 'b' }), fulfilledLink({ pidx: 'b' })]],
    [
      'paidTwice',
      'went back in part',
      true,
      [paidLink({ duplicateOf: 'b', refundExtent: 'partial' }), fulfilledLink({ pidx: 'b' })],
    ],
    [
      'paidTwice',
      'went back',
      false,
      [paidLink({ duplicateOf: 'b', refundExtent: 'full' }), fulfilledLink({ pidx: 'b' })],
    ],
    ['paidTwice', 'is not', false, [paidLink()]],
    ['paidTwice', 'is gone', false, []],
  ])('%s is told of a payment that %s, or not', (what, _payment, isStillSo, links) => {
    expect(isSo(record(links), untold({ what }))).toBe(isStillSo)
  })

  it('An unclear refund is told while that refund is unclear', () => {
    const entry = untold({ what: 'refundUnclear', refundId: 'r1' })
    const so = (...refunds: OrderRecord['refunds']) => isSo(record([link()], { refunds }), entry)
    expect(so(refund({ id: 'r0', state: 'done' }), refund({ state: 'unclear' }))).toBe(true)
    expect(so(refund({ state: 'done' }), refund({ id: 'r0', state: 'unclear' }))).toBe(false)
  })

  it.each<[what: string, duplicates: string[], links: Link[]]>([
    ['both are kept', ['a'], [paidLink({ duplicateOf: 'b' }), fulfilledLink({ pidx: 'b' })]],
    ['the second went back', [], [paidLink({ duplicateOf: 'b', refundExtent: 'full' }), fulfilledLink({ pidx: 'b' })]],
    [
      'the first went back before the second came',
      ['a'],
      [paidLink({ duplicateOf: 'b' }), fulfilledLink({ pidx: 'b', refundExtent: 'full' })],
    ],
    [
      'the first went back instead',
      [],
      [paidLink({ duplicateOf: 'b', keptInstead: true }), fulfilledLink({ pidx: 'b', refundExtent: 'full' })],
    ],
    [
      'a part of the first went back',
      ['a'],
      [paidLink({ duplicateOf: 'b' }), fulfilledLink({ pidx: 'b', refundExtent: 'partial' })],
    ],
    [
      'the first of three went back',
      ['c'],
      [
        paidLink({ duplicateOf: 'b', keptInstead: true }),
        fulfilledLink({ pidx: 'b', refundExtent: 'full' }),
        paidLink({ pidx: 'c', duplicateOf: 'b' }),
      ],
    ],
    ['there is one', [], [fulfilledLink()]],
  ])('An order is paid twice as long as more than one payment is kept: %s', (_what, duplicates, links) => {
    expect(duplicatesOf(record(links)).map(({ pidx }) => pidx)).toEqual(duplicates)
  })
})

describe('telling', () => {
  const order = (...entries: Untold[]) => frozen(record([link({ state: 'hold' })], { untold: entries }))

  it('What nobody has told in time is taken by one, for a minute; the rest stays whose it is', () => {
    const [late, early] = [untold(), untold({ id: 'other', until: now + 1 })]
    const draft = new Draft(order(late, early), now)
    takeTelling(draft, () => true)
    expect(draft.record.untold).toEqual([{ ...late, until: now + minute }, early])
    expect(draft.record.untold[1]).toBe(early)
  })

  it('What a process has no callback for is left to another for two weeks', () => {
    const taken = (entry: Untold) => {
      const draft = new Draft(order(entry), now)
      takeTelling(draft, (what) => what !== 'hold')
      return draft.record.untold
    }
    const waiting = untold({ at: now - 14 * day + 1 })
    expect(taken(waiting)).toEqual([waiting])
    expect(taken(untold({ at: now - 14 * day }))).toEqual([])
    expect(taken(untold({ at: now - 14 * day, until: now + 1 }))).toHaveLength(1)
  })

  it('What the shop has heard is told', () => {
    const rest = untold({ id: 'rest' })
    const before = order(untold(), rest)
    expect(changes(before, told(before, now, { entry: untold() }))).toEqual({
      untold: [rest],
      events: [{ what: 'told', pidx: 'a', text: 'hold' }],
    })
  })

  it.each<[failures: number, pause: number]>([
    [0, 30 * second],
    [1, minute],
    [2, 2 * minute],
    [9, 256 * minute],
    [10, 6 * hour],
    [60, 6 * hour],
  ])('What could not be told after %i failures is told again later', (failures, pause) => {
    const [entry, rest] = [untold({ failures }), untold({ id: 'rest' })]
    const before = order(entry, rest)
    expect(changes(before, told(before, now, { entry, failure: 'no network' }))).toEqual({
      untold: [rest, { ...entry, failures: failures + 1, until: now + pause }],
      events: failures === 0 ? [{ what: 'not-told', pidx: 'a', text: 'hold: no network' }] : [],
    })
  })

  it('What another tells by now is left to it', () => {
    for (const entry of [untold({ until: now + 1 }), untold({ id: 'other' })]) {
      const before = order(untold())
      expect(told(before, now, { entry })).toEqual({ record: before, answer: undefined })
      expect(told(before, now, { entry, failure: 'no network' })).toEqual({ record: before, answer: undefined })
    }
  })
})

describe('an order whose time has come', () => {
  it('An order whose time has come has its payments looked at that are due', () => {
    const links = [
      link({ createdAt: now }),
      link({ pidx: 'b', createdAt: now + 1 }),
      link({ pidx: 'c', method: 'cash' }),
      link({ pidx: 'd' }),
    ]
    const before = frozen(record(links))
    expect(wake(before, now, { hears: () => true })).toEqual({ record: before, answer: ['a', 'd'] })
  })

  it('An order whose time has come ends what was forgotten, and takes what must be told', () => {
    const refunds = [refund({ askedAt: now - day })]
    const before = frozen(record([link({ createdAt: now, state: 'hold' })], { refunds, untold: [untold()] }))
    const ruling = wake(before, now, { hears: () => true })
    expect(ruling.answer).toEqual(['a'])
    expect(ruling.record.refunds).toMatchObject([{ state: 'unclear' }])
    expect(ruling.record.untold).toEqual([
      untold({ until: now + minute }),
      expect.objectContaining({ what: 'refundUnclear', until: now + minute }),
    ])
  })

  it('An order remembers when a payment was looked at, also where nothing was learned', () => {
    const before = frozen(record([link(), link({ pidx: 'b', lookedAt: now + 1 })]))
    expect(looked(before, now, { pidx: 'a' }).record.links[0]).toEqual(link({ lookedAt: now }))
    expect(looked(before, now, { pidx: 'b' })).toEqual({ record: before, answer: undefined })
    expect(looked(before, now, { pidx: 'c' })).toEqual({ record: before, answer: undefined })
    const older = frozen(record([link({ lookedAt: now - 1 })]))
    expect(looked(older, now, { pidx: 'a' }).record.links[0]?.lookedAt).toBe(now)
  })
})
