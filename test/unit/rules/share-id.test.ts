import { describe, expect, it } from 'vitest'
import { shareId } from '../../../src/rules/share-id.ts'
import { link, now, record } from '../../support/records.ts'

describe('shareId', () => {
  it('A transaction id that another order has makes a line of the history, and the payment has no key of it', () => {
    const paid = record([link({ pidx: 'a', transactionId: 't1' }), link({ pidx: 'b', transactionId: 't2' })])
    const shared = shareId(paid, now, { pidx: 'b', owner: 'topi-2' })
    expect(shared.record.links.map(({ sharesId }) => sharesId)).toEqual([undefined, true])
    expect(shared.record.events).toEqual([
      ...paid.events,
      { at: now, what: 'shared-transaction', pidx: 'b', text: 't2 of topi-2' },
    ])
  })

  it.each([
    ['has no transaction id', 'a'],
    ['is not of this order', 'elsewhere'],
  ])('A payment that %s shares none', (_, pidx) => {
    const before = record([link({ pidx: 'a' })])
    expect(shareId(before, now, { pidx, owner: 'topi-2' }).record).toBe(before)
  })
})
