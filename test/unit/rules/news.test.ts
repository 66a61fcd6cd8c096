import { describe, expect, it } from 'vitest'
import { Draft } from '../../../src/rules/draft.ts'
import { learn } from '../../../src/rules/learn.ts'
import { duplicatesOf, isSo } from '../../../src/rules/news.ts'
import type { OrderRecord } from '../../../src/rules/record.ts'
import { endRefund } from '../../../src/rules/refund.ts'
import { frozen, fulfilledLink, link, now, paidLink, record, refund, untold, verdict } from '../../support/records.ts'

/** The order once a lookup of link `a` has said that money went back. */
function afterRefund(before: OrderRecord, extent: 'full' | 'partial'): OrderRecord {
  const status = extent === 'full' ? 'Refunded' : 'Partially Refunded'
  const draft = new Draft(frozen(before), now)
  learn(draft, 'a', { at: now, sequence: 1, verdict: verdict('refunded', { extent, lookup: { status } }) })
  return draft.end(undefined).record
}

describe('what a lookup that saw money go back has to tell', () => {
  it('A refund of ours that a lookup clears is told with its id, and one in the dashboard without any', () => {
    const unclear = record([paidLink()], { refunds: [refund({ state: 'unclear' })] })
    expect(afterRefund(unclear, 'full').untold).toMatchObject([{ id: 'refunded:a:r1', refundId: 'r1' }])
    const [entry] = afterRefund(record([paidLink()]), 'full').untold
    expect(entry?.id).toBe('refunded:a')
    expect(entry).not.toHaveProperty('refundId')
  })

  it('A payment that went back whole is no second payment, and one that went back in part is', () => {
    const before = record([paidLink(), fulfilledLink({ pidx: 'b' })])
    const whole = afterRefund(before, 'full')
    expect(whole.links[0]).not.toHaveProperty('duplicateOf')
    expect(whole.untold.map(({ what }) => what)).toEqual(['refunded'])
    const part = afterRefund(before, 'partial')
    expect(part.links[0]).toMatchObject({ duplicateOf: 'b', state: 'refunded' })
    expect(part.untold.map(({ what }) => what)).toEqual(['refunded', 'paidTwice'])
  })

  it('Another payment stays where the one that the order was handed out for goes back whole', () => {
    const second = paidLink({ pidx: 'b', duplicateOf: 'a' })
    const before = record([fulfilledLink({ pidx: 'a' }), second, paidLink({ pidx: 'c', duplicateOf: 'a' })])
    const kept = (after: OrderRecord) => after.links.map(({ keptInstead }) => keptInstead)
    expect(kept(afterRefund(before, 'full'))).toEqual([undefined, true, undefined])
    expect(duplicatesOf(afterRefund(before, 'full')).map(({ pidx }) => pidx)).toEqual(['c'])
    expect(kept(afterRefund(before, 'partial'))).toEqual([undefined, undefined, undefined])
    const alone = record([fulfilledLink({ pidx: 'a' }), link({ pidx: 'b' })])
    expect(kept(afterRefund(alone, 'full'))).toEqual([undefined, undefined])
  })

  it('A refund that was seen before its answer was lost does not say that nobody knows', () => {
    const seen = paidLink({ state: 'refunded', refundExtent: 'partial' })
    const before = frozen(record([seen], { refunds: [refund({ state: 'sent' })] }))
    const message = 'It may have gone through.'
    const { answer } = endRefund(before, now, { id: 'r1', state: 'unclear', message })
    expect(answer?.state).toBe('done')
    expect(answer).not.toHaveProperty('message')
  })

  it('A second payment is told of itself alone', () => {
    const links = [
      paidLink({ duplicateOf: 'b', refundExtent: 'full' }),
      fulfilledLink({ pidx: 'b' }),
      paidLink({ pidx: 'c', duplicateOf: 'b' }),
    ]
    expect(isSo(record(links), untold({ what: 'paidTwice', pidx: 'a' }))).toBe(false)
    expect(isSo(record(links), untold({ what: 'paidTwice', pidx: 'c' }))).toBe(true)
  })
})
