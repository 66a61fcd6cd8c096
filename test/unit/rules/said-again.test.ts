import { describe, expect, it } from 'vitest'
import { Draft } from '../../../src/rules/draft.ts'
import { learn } from '../../../src/rules/learn.ts'
import type { Link } from '../../../src/rules/record.ts'
import { day, hour, link, now, paidLink, record, verdict } from '../../support/records.ts'

/** The payment and the lines of its history after a look that says this. */
function learned(before: Link, said: ReturnType<typeof verdict>) {
  const draft = new Draft(record([before]), now)
  learn(draft, 'a', { at: now, sequence: 1, verdict: said })
  const { links, events } = draft.end(undefined).record
  return { after: links[0], events }
}

describe('what Khalti says again', () => {
  it('A part that is seen again, where all of it is known to have gone back, is one line of the history', () => {
    const whole = paidLink({ state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 })
    const partly = verdict('refunded', { extent: 'partial', lookup: { status: 'Partially refunded' } })
    const first = learned(whole, partly)
    expect(first.events).toHaveLength(1)
    expect(learned(first.after as Link, partly)).toMatchObject({
      after: { contradicted: 'partially refunded' },
      events: [],
    })
  })

  it('A part that is seen where a part is known ends what was said against it', () => {
    const before = paidLink({ state: 'refunded', refundExtent: 'partial', contradicted: 'completed' })
    const partly = verdict('refunded', { extent: 'partial', lookup: { status: 'Partially refunded' } })
    expect(learned(before, partly).after).not.toHaveProperty('contradicted')
  })

  it('A payment that is long unpaid is told to nobody once more', () => {
    const before = link({
      state: 'unpaid',
      createdAt: now - 20 * day,
      since: now - 20 * day,
      expiresAt: now - 19 * day,
    })
    const { after, events } = learned(before, verdict('unpaid', { reason: 'expired' }))
    expect(after).not.toHaveProperty('givenUpAt')
    expect(events).toEqual([])
  })

  it('A payment that is paid and was never handed out is not given up, however old it is', () => {
    const old = { since: now - 20 * day, createdAt: now - 20 * day, transactionId: undefined }
    const { after } = learned(paidLink({ ...old, expiresAt: now - 20 * day + hour }), verdict('paid'))
    expect(after).not.toHaveProperty('givenUpAt')
  })
})
