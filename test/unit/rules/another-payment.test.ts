import { describe, expect, it } from 'vitest'
import { attentionOf } from '../../../src/rules/attention.ts'
import { learnAndClaim, release } from '../../../src/rules/claim.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { endAsDone, tellRefunded } from '../../../src/rules/money-facts.ts'
import { isSo } from '../../../src/rules/news.ts'
import type { Link } from '../../../src/rules/record.ts'
import { blockOf } from '../../../src/rules/reserve.ts'
import { wake } from '../../../src/rules/wake.ts'
import { claimOf, day, link, minute, now, paidLink, record, refund, untold } from '../../support/records.ts'

describe('an order with another payment', () => {
  it.each([
    ['is paid', paidLink({ pidx: 'b' }), false],
    ['is open', link({ pidx: 'b' }), true],
    ['went back', paidLink({ pidx: 'b', state: 'refunded', refundExtent: 'full' }), true],
  ])('News of an unpaid payment is so, or is over, where another one %s', (_what, other, expected) => {
    const order = record([link({ state: 'unpaid' }), other])
    expect(isSo(order, untold({ what: 'unpaid', pidx: 'a' }))).toBe(expected)
  })

  it('The failures of a payment that went back are not those of the next one', () => {
    const failures = { count: 9, since: now - day, at: now - minute, text: 'out of stock' }
    const giveBack = (others: Link[]) => {
      const draft = new Draft(record([paidLink(), ...others], { failures, refunds: [refund({ state: 'sent' })] }), now)
      const [paid, sent] = [draft.link('a'), draft.record.refunds[0]]
      if (!paid || !sent) throw new Error('There is no such payment.')
      const previous = { ...paid }
      endAsDone(draft, paid, { refund: { ...sent, amount: paid.amount } })
      tellRefunded(draft, paid, { previous })
      return draft.record.failures
    }
    expect(giveBack([])).toBeUndefined()
    expect(giveBack([link({ pidx: 'b' })])).toBeUndefined()
    expect(giveBack([paidLink({ pidx: 'b' })])).toEqual(failures)
  })

  it('A claim that ran out is a failure of the payment that it was for', () => {
    const claim = claimOf({ pidx: 'a', until: now - 1 })
    const order = record([paidLink({ state: 'refunded', refundExtent: 'full' }), paidLink({ pidx: 'b' })], { claim })
    const { record: after } = learnAndClaim(order, now, { pidx: 'b', token: 'new' })
    expect(after.events.map(({ what, pidx }) => [what, pidx])).toEqual([
      ['fulfil-failed', 'a'],
      ['claimed', 'b'],
    ])
    expect(after.failures).toBeUndefined()
    expect(attentionOf(after)).toEqual([])
  })

  it('A fulfil that failed after its payment went back is no failure of the next one', () => {
    const back = paidLink({ state: 'refunded', refundExtent: 'full' })
    const order = record([back], { claim: claimOf() })
    const { record: after } = release(order, now, { token: 'mine', attempt: 1, text: 'The money went back.' })
    expect(after.failures).toBeUndefined()
    expect(after.events).toMatchObject([{ what: 'fulfil-failed', pidx: 'a', text: 'The money went back.' }])
    expect(attentionOf({ ...after, links: [back, paidLink({ pidx: 'b' })] })).toEqual([])
  })

  it.each<[what: string, payment: Link, until: number, isEnded: boolean]>([
    ['is ended where its payment went back', paidLink({ state: 'refunded', refundExtent: 'full' }), now - 1, true],
    ['is ended where its payment is in doubt', paidLink({ state: 'hold' }), now, true],
    ['is left to the next one where its payment is paid', paidLink(), now - 1, false],
    ['is left where it has not run out', paidLink({ state: 'refunded', refundExtent: 'full' }), now + 1, false],
    ['is left where it was given up', paidLink({ state: 'refunded', refundExtent: 'full' }), 0, false],
  ])('A claim that reconcile finds %s', (_what, payment, until, isEnded) => {
    const order = record([payment], { claim: claimOf({ pidx: 'a', until }) })
    const { record: after } = wake(order, now, { hears: () => false })
    expect(after.claim).toEqual(claimOf({ pidx: 'a', until: isEnded ? 0 : until }))
    expect(after.links[0]?.begun).toBe(isEnded || undefined)
    const text = 'fulfil outlasted its claim, or its process has died'
    expect(after.events).toEqual(isEnded ? [{ at: now, what: 'fulfil-failed', pidx: 'a', text }] : [])
  })

  it('A claim that reconcile finds in an order without one is none', () => {
    const order = record([paidLink()])
    expect(wake(order, now, { hears: () => false }).record).toBe(order)
  })

  it('A payment that was given up waits for a person, and one that is pending for Khalti', () => {
    expect(blockOf(link())).toBe('in-progress')
    expect(blockOf(link({ givenUpAt: now }))).toBe('held')
    expect(blockOf(link({ state: 'hold' }))).toBe('held')
  })
})
