import { describe, expect, it } from 'vitest'
import { attentionOf } from '../../../src/rules/attention.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { learn } from '../../../src/rules/learn.ts'
import type { Link, OrderRecord } from '../../../src/rules/record.ts'
import { day, frozen, fulfilledLink, now, paidLink, record, refund, verdict } from '../../support/records.ts'

const paid = verdict('paid', { lookup: { status: 'Completed' } })
const back = verdict('refunded', { extent: 'full', lookup: { status: 'Refunded' } })

/** The order after a look at link `a` that began now. */
function afterLook(before: OrderRecord, said: typeof paid | typeof back): OrderRecord {
  const draft = new Draft(frozen(before), now)
  learn(draft, 'a', { at: now, sequence: 1, verdict: said })
  return draft.end(undefined).record
}

describe('a look after the sale', () => {
  it('A look after the sale that finds nothing new is written from the moment on at which it was due', () => {
    const heard: [number, number] = [now - day, 1]
    const sold = (ago: number) => record([fulfilledLink({ fulfilledAt: now - ago, heard, lookedAt: now - day })])
    expect(afterLook(sold(day), paid).links).toMatchObject([{ heard: [now, 1], lookedAt: now }])
    expect(afterLook(sold(day - 1), paid)).toEqual(sold(day - 1))
  })

  it('A look after the sale ends a refund of which nobody knew, where all of the money was seen to go back before', () => {
    const gone = { refundExtent: 'full', refundedAmount: 85_000, state: 'refunded' } as const
    const link = fulfilledLink({ ...gone, heard: [now - 1, 1], lookedAt: now })
    const unclear = refund({ state: 'unclear', askedAt: now })
    expect(afterLook(record([link], { refunds: [unclear] }), back).refunds).toMatchObject([
      { state: 'done', endedAt: now },
    ])
  })
})

describe('a second payment', () => {
  it.each([
    ['the same cart stays in place of the first', 'cart-1', true],
    ['another cart is still to be given back', 'cart-2', undefined],
  ])('A second payment of %s, where the first goes back whole', (_what, fingerprint, keptInstead) => {
    const second = paidLink({ pidx: 'b', duplicateOf: 'a', fingerprint })
    const [, kept] = afterLook(record([fulfilledLink(), second]), back).links
    expect(kept).toEqual({ ...second, ...(keptInstead && { keptInstead }) })
  })

  it.each<[what: string, state: Partial<Link>, keptInstead: true | undefined]>([
    ['kept where the second, kept before it, goes back whole too', { keptInstead: true }, true],
    ['still to be given back where the second one was, as it had to be', {}, undefined],
  ])('A third payment is %s', (_what, second, keptInstead) => {
    const gone = { state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 } as const
    const third = paidLink({ pidx: 'c', duplicateOf: 'b' })
    const links = [paidLink({ duplicateOf: 'b', ...second }), fulfilledLink({ pidx: 'b', ...gone }), third]
    const after = afterLook(record(links), back)
    expect(after.links[2]).toEqual({ ...third, ...(keptInstead && { keptInstead }) })
    expect(attentionOf(after).includes('paid-twice')).toBe(!keptInstead)
  })

  it('A second payment of which a part went back does not take the place of the first: a person must see what is owed', () => {
    const part = { state: 'refunded', refundExtent: 'partial', refundedAmount: 80_000 } as const
    const second = paidLink({ pidx: 'b', duplicateOf: 'a', ...part })
    const after = afterLook(record([fulfilledLink(), second]), back)
    expect(after.links[1]).toEqual(second)
    expect(attentionOf(after)).toContain('paid-twice')
  })
})
