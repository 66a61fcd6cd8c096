import { describe, expect, it } from 'vitest'
import { claimMs, complete, holdByShop, learnAndClaim, release } from '../../../src/rules/claim.ts'
import type { Link, OrderRecord } from '../../../src/rules/record.ts'
import {
  changes,
  claimOf,
  day,
  frozen,
  fulfilledLink,
  link,
  minute,
  now,
  paidLink,
  record,
  refund,
  verdict,
} from '../../support/records.ts'

describe('the right to fulfil', () => {
  const ask = (before: OrderRecord, finding?: Parameters<typeof learnAndClaim>[2]['finding']) =>
    learnAndClaim(frozen(before), now, { pidx: 'a', finding, token: 'mine' })

  it('The right to fulfil is given for a payment that is paid, for five minutes', () => {
    const before = record([paidLink()])
    const ruling = ask(before)
    expect(ruling.answer).toEqual({ pidx: 'a', token: 'mine', attempt: 1, until: now + 5 * minute })
    expect(claimMs).toBe(5 * minute)
    expect(changes(before, ruling)).toEqual({ claim: ruling.answer, events: [{ what: 'claimed', pidx: 'a' }] })
  })

  it('The right to fulfil is given in the step that learns of the money', () => {
    const before = record([link()])
    const ruling = ask(before, { at: now, sequence: 1, verdict: verdict('paid') })
    expect(ruling.answer).toMatchObject({ pidx: 'a', attempt: 1 })
    expect(ruling.record.links).toMatchObject([{ state: 'paid' }])
    expect(ruling.record.events.map(({ what }) => what)).toEqual(['paid', 'claimed'])
  })

  it('The right to fulfil counts its attempts', () => {
    const ruling = ask(record([paidLink()], { claim: claimOf({ attempt: 3, until: 0 }) }))
    expect(ruling.answer).toMatchObject({ attempt: 4 })
    expect(ruling.record).not.toHaveProperty('failures')
  })

  it('The right to fulfil passes on when it has run out, which counts as a failure', () => {
    const claim = claimOf({ token: 'its', until: now })
    const text = 'fulfil outlasted its claim, or its process has died'
    const before = record([paidLink()], {
      claim,
      failures: { count: 2, since: now - day, at: now - day, text: 'no stock' },
    })
    expect(changes(before, ask(before))).toEqual({
      claim: { pidx: 'a', token: 'mine', attempt: 2, until: now + 5 * minute },
      failures: { count: 3, since: now - day, at: now, text },
      links: [paidLink({ begun: true })],
      events: [
        { what: 'fulfil-failed', pidx: 'a', text },
        { what: 'claimed', pidx: 'a' },
      ],
    })
  })

  it('The first failure of fulfil begins a row of failures', () => {
    const ruling = ask(record([paidLink()], { claim: claimOf({ token: 'its', until: now }) }))
    expect(ruling.record.failures).toMatchObject({ count: 1, since: now, at: now })
  })

  it.each<[what: string, links: Link[], change: Partial<OrderRecord>]>([
    ['a payment that is not the order’s', [paidLink({ pidx: 'b' })], {}],
    ['a payment that is not paid', [link()], {}],
    ['a payment that is on hold', [paidLink({ state: 'hold' })], {}],
    ['a payment of an amount that nobody has confirmed', [paidLink({ paid: undefined })], {}],
    ['a second payment', [paidLink({ duplicateOf: 'b' })], {}],
    ['a payment of which a refund was seen', [paidLink({ refundExtent: 'partial' })], {}],
    ['a payment of which a refund is under way', [paidLink()], { refunds: [refund()] }],
    ['an order that was handed out for it', [fulfilledLink()], {}],
    ['an order that was handed out for another', [paidLink(), fulfilledLink({ pidx: 'b' })], {}],
    ['an order that another is handing out', [paidLink()], { claim: claimOf({ token: 'its', until: now + 1 }) }],
  ])('The right to fulfil is not given for %s', (_what, links, change) => {
    const before = record(links, change)
    expect(ask(before)).toEqual({ record: before, answer: undefined })
  })

  it('The right to fulfil is given where the refund of another payment is under way', () => {
    expect(ask(record([paidLink()], { refunds: [refund({ pidx: 'b' })] })).answer).toBeDefined()
  })
})

describe('an order that was fulfilled', () => {
  const inside = { token: 'mine', transactional: true }
  const outside = { token: 'mine', transactional: false }
  const failures = { count: 1, since: now - minute, at: now - minute, text: 'no stock' }

  it.each([inside, outside])('An order that was fulfilled says so, and gives up its claim and its failures', (how) => {
    const before = frozen(record([link({ pidx: 'b' }), paidLink()], { claim: claimOf(), failures }))
    const ruling = complete(before, now, how)
    expect(ruling.answer).toBe('completed')
    expect(changes(before, ruling)).toEqual({
      links: [link({ pidx: 'b' }), { ...paidLink(), fulfilledAt: now }],
      claim: undefined,
      failures: undefined,
      events: [{ what: 'fulfilled', pidx: 'a' }],
    })
  })

  it.each<[what: string, links: Link[], change: Partial<OrderRecord>]>([
    ['without a claim', [paidLink()], {}],
    ['with the claim of another', [paidLink()], { claim: claimOf({ token: 'its' }) }],
    ['for a payment that it does not have', [paidLink()], { claim: claimOf({ pidx: 'b' }) }],
    ['twice', [paidLink(), fulfilledLink({ pidx: 'b' })], { claim: claimOf() }],
  ])('An order is not completed %s', (_what, links, change) => {
    for (const how of [inside, outside]) {
      const before = record(links, change)
      expect(complete(frozen(before), now, how)).toEqual({ record: before, answer: 'lost' })
    }
  })

  it('An order is completed late outside of a transaction, and not within one', () => {
    const before = frozen(record([paidLink()], { claim: claimOf({ until: now }) }))
    expect(complete(before, now, inside)).toEqual({ record: before, answer: 'lost' })
    expect(complete(before, now, outside).answer).toBe('completed')
  })

  it.each<[what: string, payment: Link, change: Partial<OrderRecord>]>([
    ['was seen', paidLink({ state: 'refunded', refundExtent: 'full' }), {}],
    ['is under way', paidLink(), { refunds: [refund()] }],
  ])('An order of which a refund %s is not completed in a transaction', (_what, payment, change) => {
    const before = frozen(record([payment], { claim: claimOf(), ...change }))
    expect(complete(before, now, inside)).toEqual({ record: before, answer: 'refunded' })
    expect(complete(before, now, outside).answer).toBe('completed')
  })

  it('An order that was handed out beside a refund has it told once more, as it was', () => {
    const payment = paidLink({ state: 'refunded', refundExtent: 'full' })
    const { record: after } = complete(frozen(record([payment], { claim: claimOf() })), now, outside)
    expect(after.untold).toMatchObject([{ what: 'refunded', pidx: 'a' }])
    expect(after.untold[0]?.previous).toEqual(payment)
    const plain = complete(frozen(record([paidLink()], { claim: claimOf() })), now, outside)
    expect(plain.record.untold).toEqual([])
  })

  it('An order that was fulfilled has the other payments that were paid told as paid twice', () => {
    const others = [
      paidLink({ pidx: 'b', state: 'hold', holdReason: 'superseded' }),
      paidLink({ pidx: 'c', state: 'refunded', refundExtent: 'full' }),
      link({ pidx: 'd', received: { at: now } }),
      paidLink({ pidx: 'e', state: 'refunded', refundExtent: 'partial', paid: undefined }),
    ]
    const before = frozen(record([...others, paidLink()], { claim: claimOf() }))
    const ruling = complete(before, now, inside)
    expect(ruling.record.links.map(({ pidx, duplicateOf, state }) => [pidx, duplicateOf, state])).toEqual([
      ['b', 'a', 'paid'],
      ['c', undefined, 'refunded'],
      ['d', undefined, 'pending'],
      ['e', 'a', 'refunded'],
      ['a', undefined, 'paid'],
    ])
    expect(ruling.record.links[0]).not.toHaveProperty('holdReason')
    expect(ruling.record.untold).toMatchObject([
      { what: 'paidTwice', previous: { state: 'hold' } },
      { what: 'paidTwice', previous: { state: 'refunded' } },
    ])
    expect(ruling.record.events.map(({ what }) => what)).toEqual(['paid', 'paid-twice', 'paid-twice', 'fulfilled'])
  })
})

describe('a fulfil that failed', () => {
  it('A fulfil that failed gives up its claim, and is counted', () => {
    const before = frozen(record([paidLink()], { claim: claimOf() }))
    expect(changes(before, release(before, now, { token: 'mine', attempt: 1, text: 'no \0stock' }))).toEqual({
      claim: claimOf({ until: 0 }),
      failures: { count: 1, since: now, at: now, text: 'no stock' },
      links: [paidLink({ begun: true })],
      events: [{ what: 'fulfil-failed', pidx: 'a', text: 'no stock' }],
    })
  })

  it('A fulfil that failed has begun for its own payment only, and not where it was never called', () => {
    const links = [paidLink(), paidLink({ pidx: 'b' })]
    const before = frozen(record(links, { claim: claimOf({ attempt: 2 }) }))
    const linksAfter = (attempt: number) => release(before, now, { token: 'mine', attempt, text: 'x' }).record.links
    expect(linksAfter(2).map(({ begun }) => begun)).toEqual([true, undefined])
    expect(linksAfter(1).map(({ begun }) => begun)).toEqual([undefined, undefined])
  })

  it('A fulfil that holds the payment has begun nothing, unless it is the cart that is held', () => {
    const before = frozen(record([paidLink({ begun: true })], { claim: claimOf() }))
    const begunAfter = (reason: 'shop' | 'changed') =>
      holdByShop(before, now, { token: 'mine', attempt: 1, reason, text: 'x' }).record.links[0]?.begun
    expect([begunAfter('shop'), begunAfter('changed')]).toEqual([undefined, true])
  })

  it.each([
    ['the claim is another’s', { claim: claimOf({ token: 'its' }) }],
    ['its claim was given up before', { claim: claimOf({ until: 0 }) }],
    ['nobody has a claim', {}],
  ])('A fulfil that failed changes nothing where %s', (_what, change) => {
    const before = frozen(record([paidLink()], change))
    expect(release(before, now, { token: 'mine', attempt: 1, text: 'no stock' })).toEqual({
      record: before,
      answer: undefined,
    })
  })
})

describe('a shop that keeps the money', () => {
  const why = { token: 'mine', attempt: 1, reason: 'shop', text: 'no stock' } as const

  it('A shop that keeps the money has the payment on hold, and its claim and failures ended', () => {
    const failures = { count: 1, since: now - minute, at: now - minute, text: 'no stock' }
    const before = frozen(record([paidLink()], { claim: claimOf(), failures }))
    expect(changes(before, holdByShop(before, now, why))).toEqual({
      links: [{ ...paidLink(), state: 'hold', holdReason: 'shop', since: now }],
      claim: claimOf({ until: 0 }),
      failures: undefined,
      untold: [
        { id: 'hold:a', what: 'hold', pidx: 'a', previous: paidLink(), at: now, until: now + minute, failures: 0 },
      ],
      events: [{ what: 'hold', pidx: 'a', text: 'shop: no stock' }],
    })
  })

  it('A shop that keeps the money changes nothing where the claim is another’s, or there is none', () => {
    for (const change of [{ claim: claimOf({ token: 'its' }) }, {}]) {
      const before = frozen(record([paidLink()], change))
      expect(holdByShop(before, now, why)).toEqual({ record: before, answer: undefined })
    }
  })

  it('A shop that keeps the money leaves a payment alone that is not paid any more, or not there', () => {
    const refunded = paidLink({ state: 'refunded', refundExtent: 'full' })
    for (const links of [[refunded], [paidLink({ pidx: 'b' })]]) {
      const before = frozen(record(links, { claim: claimOf() }))
      expect(changes(before, holdByShop(before, now, why))).toEqual({ claim: claimOf({ until: 0 }), events: [] })
    }
  })
})
