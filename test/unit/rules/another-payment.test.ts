import { describe, expect, it } from 'vitest'
import { learnAndClaim } from '../../../src/rules/claim.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { endAsDone, tellRefunded } from '../../../src/rules/money-facts.ts'
import { isSo } from '../../../src/rules/news.ts'
import type { Link } from '../../../src/rules/record.ts'
import { blockOf } from '../../../src/rules/reserve.ts'
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
  })

  it('A payment that was given up waits for a person, and one that is pending for Khalti', () => {
    expect(blockOf(link())).toBe('in-progress')
    expect(blockOf(link({ givenUpAt: now }))).toBe('held')
    expect(blockOf(link({ state: 'hold' }))).toBe('held')
  })
})
