import { describe, expect, it } from 'vitest'
import { dueAt, linkDueAt, watchedUntil } from '../../../src/rules/due.ts'
import type { Link, OrderRecord, RefundEntry } from '../../../src/rules/record.ts'
import {
  type Change,
  claimOf,
  day,
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

/** When the order's first payment is due, in milliseconds from now. */
function fromNow(first: Link, change: Partial<OrderRecord> = {}, others: Link[] = []): number | undefined {
  const due = linkDueAt(record([first, ...others], change), first)
  return due === undefined ? undefined : due - now
}

/** A link whose end was so long ago, which was looked at now. */
const lookedAt = (createdAgo: number, change: Partial<Link> = {}) =>
  link({ createdAt: now - createdAgo, since: now - createdAgo, lookedAt: now, ...change })

describe('a payment that is not known for good', () => {
  it.each<[what: string, payment: Link, due: number | undefined]>([
    ['from its creation, where nobody has looked', link(), -10 * minute],
    ['30 s later, where it is young', lookedAt(10 * second), 30 * second],
    ['after half of its age', lookedAt(10 * minute), 5 * minute],
    ['6 h later, where it is old', lookedAt(20 * hour), 6 * hour],
    ['by its last look, not by its creation', lookedAt(10 * minute, { lookedAt: now - 2 * minute }), 2 * minute],
    ['at the end of two weeks, where that is sooner', lookedAt(14 * day - hour), hour],
    ['6 h later, where the look at the end said nothing', lookedAt(14 * day), 6 * hour],
    [
      '6 h later, where a look beyond the end said nothing',
      lookedAt(14 * day + hour, { heard: [now - day, 1] }),
      6 * hour,
    ],
    ['6 h later, where the end itself said that it is pending', lookedAt(14 * day, { heard: [now, 1] }), 6 * hour],
    ['within two weeks of its last change', lookedAt(15 * day, { since: now - 14 * day + hour }), hour],
    ['never, where it was given up', lookedAt(15 * day, { givenUpAt: now - day }), undefined],
    ['never, where it came another way', link({ method: 'cash' }), undefined],
  ])('A pending payment is looked at %s', (_what, payment, due) => {
    expect(fromNow(payment)).toBe(due)
    expect(fromNow({ ...payment, state: 'hold' })).toBe(due)
  })

  const unpaid = (endedAgo: number, change: Partial<Link> = {}) =>
    lookedAt(3 * day, { state: 'unpaid', expiresAt: now - endedAgo, since: now - 2 * day, ...change })

  it.each<[what: string, payment: Link, due: number | undefined]>([
    ['within a day of the end of its link', unpaid(day - hour), hour],
    ['until the last look has said something', unpaid(day), 6 * hour],
    ['no more after that', unpaid(day, { heard: [now, 1] }), undefined],
    ['once more, where what was heard is older than that', unpaid(day, { heard: [now - 1, 1] }), 6 * hour],
    ['within a day of its last change', unpaid(3 * day, { since: now - day + hour }), hour],
    [
      'for two hours and a day, where its link was shorter',
      lookedAt(day + hour, { state: 'unpaid', expiresAt: now - day, since: now - day, heard: [now, 1] }),
      hour,
    ],
  ])('An unpaid payment is looked at %s', (_what, payment, due) => {
    expect(fromNow(payment)).toBe(due)
  })

  it('A pending payment is watched for two weeks of its creation or last change, whichever is later', () => {
    expect(watchedUntil(link({ createdAt: now, since: now - hour }))).toBe(now + 14 * day)
    expect(watchedUntil(link({ createdAt: now - hour, since: now }))).toBe(now + 14 * day)
  })
})

describe('a payment after the sale', () => {
  const sold = (ago: number, change: Change<Link> = {}) =>
    fulfilledLink({ fulfilledAt: now - ago, received: { at: now - 2 * day }, ...heardAt(now - ago), ...change })
  /** A look that was answered then. */
  const heardAt = (at: number): Change<Link> => ({ lookedAt: at, heard: [at, 1] })

  it.each<[what: string, payment: Link, due: number | undefined]>([
    ['after a day', sold(hour), 23 * hour],
    ['at once, where that day has passed', sold(2 * day), -day],
    ['after a week, where the day was looked at', sold(2 * day, heardAt(now - day)), 5 * day],
    ['no more after the week', sold(7 * day, heardAt(now)), undefined],
    ['once more, where the week was not looked at', sold(7 * day, heardAt(now - 1)), 0],
    ['after its creation, where nobody has looked', sold(hour, { lookedAt: undefined, heard: undefined }), 23 * hour],
    ['30 s after the look of the day, where that has failed', sold(day, { lookedAt: now }), 30 * second],
    ['at growing intervals, where it goes on failing', sold(day + hour, { lookedAt: now }), 30 * minute],
    [
      'at growing intervals after the week too',
      sold(7 * day + hour, { lookedAt: now, heard: [now - day, 1] }),
      30 * minute,
    ],
    ['for two weeks, where all of them fail', sold(15 * day, { lookedAt: now }), 6 * hour],
    ['no more after two weeks of that', sold(15 * day + 1, { lookedAt: now }), undefined],
    ['never, where it came another way', sold(hour, { method: 'cash' }), undefined],
    ['never, where all of it went back', sold(hour, { refundExtent: 'full' }), undefined],
    ['where a part of it went back', sold(hour, { refundExtent: 'partial', state: 'refunded' }), 23 * hour],
  ])('A payment that was handed out is looked at %s', (_what, payment, due) => {
    expect(fromNow(payment)).toBe(due)
  })

  const back = { refundExtent: 'full', refundedAmount: 85_000, state: 'refunded' } as const
  const gone = (change: Change<RefundEntry> = {}) => refund({ state: 'done', endedAt: now - hour, ...change })

  it.each<[what: string, payment: Link, refunds: RefundEntry[], due: number | undefined]>([
    ['a day after it', sold(9 * day, { ...back, ...heardAt(now - 2 * day) }), [gone()], 23 * hour],
    [
      'no more, where Khalti says so',
      sold(9 * day, { ...back, ...heardAt(now), status: 'refunded' }),
      [gone()],
      undefined,
    ],
    ['no more, where it was looked at since', sold(9 * day, { ...back, ...heardAt(now + day) }), [gone()], undefined],
    ['no more, where it is not that payment’s', sold(9 * day, back), [gone({ pidx: 'b' })], undefined],
    ['no more, where it was refused', sold(9 * day, back), [gone({ state: 'refused' })], undefined],
    ['a day after a part, before the week', sold(2 * day, heardAt(now - hour)), [gone()], 23 * hour],
    ['a day after the sale, before that', sold(2 * hour), [gone()], 22 * hour],
  ])('A payment with a refund of our own is looked at %s', (_what, payment, refunds, due) => {
    const order = record([payment], { refunds })
    const at = linkDueAt(order, payment)
    expect(at && at - now).toBe(due)
  })

  it.each<[what: string, payment: Link, due: number]>([
    ['its second payment', paidLink({ duplicateOf: 'b', received: { at: now - hour } }), 23 * hour],
    ['a refund before anything was handed out', paidLink({ refundExtent: 'partial', received: { at: now } }), day],
    [
      'a refund of what was never seen to arrive',
      link({ refundExtent: 'partial', state: 'refunded' }),
      day - 10 * minute,
    ],
  ])('The day after the sale begins when the money came, for %s', (_what, payment, due) => {
    expect(fromNow(payment)).toBe(due)
  })
})

describe('a payment that is paid and not handed out', () => {
  const failures = (count: number) => ({
    failures: { count, since: now - second, at: now - second, text: 'out of stock' },
  })

  it.each<[what: string, change: Partial<OrderRecord>, due: number]>([
    ['half of its age after its last look', {}, 5 * minute - second],
    ['when the claim runs out', { claim: claimOf({ until: now + 3 * minute }) }, 3 * minute],
    ['at once after the first failure', failures(1), -second],
    [
      'at once after the first failure, where its claim was given up',
      { ...failures(1), claim: claimOf({ until: 0 }) },
      -second,
    ],
    ['30 s after the second failure', failures(2), 29 * second],
    ['a minute after the third failure', failures(3), 59 * second],
    ['an hour after the twentieth failure', failures(20), hour - second],
    ['by its looks, where a refund of it is under way', { ...failures(1), refunds: [refund()] }, 5 * minute - second],
    [
      'by its failures, where a refund of another is under way',
      { ...failures(1), refunds: [refund({ pidx: 'b' })] },
      -second,
    ],
  ])('A payment that is paid and not handed out is tried %s', (_what, change, due) => {
    const lookedAt = now - second
    expect(fromNow(paidLink({ createdAt: lookedAt - 10 * minute, lookedAt }), change)).toBe(due)
  })

  it.each<[what: string, change: Partial<OrderRecord>, due: number]>([
    ['after a failed fulfil', failures(1), 30 * second],
    ['long after a failed fulfil', { failures: { ...failures(1).failures, at: now - hour } }, hour / 2],
    ['days after a failed fulfil', { failures: { ...failures(1).failures, at: now - 3 * day } }, hour],
    ['after its claim had run out', { claim: claimOf({ until: now - 10 * minute }) }, 5 * minute],
  ])('A payment whose look failed %s is looked at again only after a while', (_what, change, due) => {
    expect(fromNow(paidLink({ lookedAt: now }), change)).toBe(due)
  })

  it('A payment that is paid and not handed out is tried at least every hour', () => {
    expect(fromNow(paidLink({ createdAt: now - 5 * hour, lookedAt: now }))).toBe(hour)
    expect(fromNow(paidLink({ createdAt: now - hour, lookedAt: now }))).toBe(hour / 2)
  })

  it('A payment that is paid and not handed out is not tried where the order was handed out for another payment', () => {
    expect(fromNow(paidLink(), {}, [fulfilledLink({ pidx: 'b' })])).toBeUndefined()
  })
})

describe('a payment with an unclear refund', () => {
  const unclear = (askedAgo: number, change = {}) => [refund({ state: 'unclear', askedAt: now - askedAgo, ...change })]
  const sold = (change: Partial<Link> = {}) => fulfilledLink({ fulfilledAt: now - 9 * day, lookedAt: now, ...change })

  it.each<[what: string, refunds: OrderRecord['refunds'], payment: Link, due: number | undefined]>([
    ['30 s after the refund', unclear(second), sold({ lookedAt: now - hour }), 29 * second],
    ['half of the time since the refund after its last look', unclear(hour), sold(), hour / 2],
    ['for two weeks', unclear(14 * day), sold(), 6 * hour],
    ['no more after two weeks', unclear(14 * day + 1), sold(), undefined],
    ['no more for a refund of another', unclear(hour, { pidx: 'b' }), sold(), undefined],
    ['no more for a refund that ended', unclear(hour, { state: 'done' }), sold(), undefined],
    ['sooner, where it is due anyway', unclear(hour), paidLink({ lookedAt: now }), 5 * minute],
  ])('A payment with an unclear refund is looked at %s', (_what, refunds, payment, due) => {
    expect(fromNow(payment, { refunds })).toBe(due)
  })
})

describe('an order', () => {
  const over = fulfilledLink({ method: 'cash' })
  const due = (links: Link[], change: Partial<OrderRecord> = {}) => {
    const instant = dueAt(record(links, change))
    return instant === undefined ? undefined : instant - now
  }

  it.each<[what: string, change: Partial<OrderRecord>, due: number | undefined]>([
    ['never, where nothing is open', {}, undefined],
    ['when something must be told', { untold: [untold({ until: now + hour })] }, hour],
    ['five minutes after a refund was sent', { refunds: [refund({ askedAt: now })] }, 5 * minute],
    ['never for a refund that ended', { refunds: [refund({ state: 'refused' })] }, undefined],
    ['never for a claim, where it is handed out', { claim: claimOf() }, undefined],
    ['first when its first part is', { untold: [untold()], refunds: [refund()] }, 0],
  ])('An order is due %s', (_what, change, expected) => {
    expect(due([over], change)).toBe(expected)
  })

  it('An order is due when its claim runs out, also where the payment went back, and not for a claim that was given up', () => {
    const waiting = paidLink({ method: 'cash' })
    expect(due([waiting], { claim: claimOf() })).toBe(4 * minute)
    const back = paidLink({ state: 'refunded', refundExtent: 'full' })
    expect(due([back], { claim: claimOf() })).toBe(4 * minute)
    expect(due([back], { claim: claimOf({ until: 0 }) })).toBeUndefined()
  })

  it('An order is due when the first of its payments is', () => {
    expect(due([link({ createdAt: now }), link({ pidx: 'b' }), over])).toBe(-10 * minute)
    expect(due([])).toBeUndefined()
  })
})
