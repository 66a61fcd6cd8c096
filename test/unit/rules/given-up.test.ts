import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/judge.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { dueAt } from '../../../src/rules/due.ts'
import { learn } from '../../../src/rules/learn.ts'
import type { OrderRecord } from '../../../src/rules/record.ts'
import { day, fulfilledLink, link, now, record, verdict } from '../../support/records.ts'

const completed = verdict('paid')
const wrongAmount = verdict('hold', { reason: 'wrong-amount', lookup: { total_amount: 500 } })
const pending = verdict('pending')

/** Looks whenever the order is due, for sixty days: how often after the fifteenth, and when and of what the shop was told. */
function watched(first: OrderRecord, answers: (at: number) => Verdict | undefined) {
  let order = first
  let lateLooks = 0
  const told = new Set<string>()
  for (let at = dueAt(order); at !== undefined && at < now + 60 * day; at = dueAt({ ...order, untold: [] })) {
    const draft = new Draft({ ...order, untold: [] }, at)
    learn(draft, 'a', { at, sequence: 1, verdict: answers(at) })
    order = draft.end(undefined).record
    for (const { what } of order.untold) told.add(`${what} on day ${Math.floor((at - now) / day)}`)
    if (at > now + 15 * day) lateLooks += 1
  }
  return { lateLooks, told: [...told] }
}

describe('a payment that nobody can judge', () => {
  const fresh = record([link({ createdAt: now, since: now, expiresAt: now + day })])
  it.each<[what: string, answers: Parameters<typeof watched>[1]]>([
    ['Khalti does not know', () => undefined],
    ['has another amount, and that Khalti then forgets', (at) => (at < now + day ? wrongAmount : undefined)],
    ['has another amount, and is then pending', (at) => (at < now + day ? wrongAmount : pending)],
    ['has another amount, again and again', () => wrongAmount],
  ])('A payment that %s is told twice, and not looked at any more after two weeks', (_what, answers) => {
    const { lateLooks, told } = watched(fresh, answers)
    expect(told).toEqual(['hold on day 0', 'hold on day 14'])
    expect(lateLooks).toBe(0)
  })

  it('A hold for another reason is watched for two weeks of its own, also where the one before was given up', () => {
    const givenUp = link({ state: 'hold', holdReason: 'wrong-order', heard: [now - day, 1], givenUpAt: now - day })
    const draft = new Draft(record([givenUp]), now)
    learn(draft, 'a', { at: now, sequence: 2, verdict: wrongAmount })
    const { record: order } = draft.end(undefined)
    expect(dueAt({ ...order, untold: [] })).toBeGreaterThan(now)
    expect(order.links[0]?.givenUpAt).toBeUndefined()
  })

  it('A payment that stays pending is told once, after two weeks', () => {
    expect(watched(fresh, () => pending)).toEqual({ lateLooks: 0, told: ['hold on day 14'] })
  })
})

describe('what a callback is told of the time before', () => {
  /** The payment before, as the last lookup changes it. */
  function previousOf(before: OrderRecord, said: Verdict) {
    const draft = new Draft(before, now)
    learn(draft, 'a', { at: now, sequence: 1, verdict: said })
    return draft.end(undefined).record.untold.map(({ what, previous }) => ({ what, previous }))
  }

  it.each([
    ['hold', 'whose amount is wrong', [link()], wrongAmount],
    ['hold', 'whose link was superseded', [link({ supersededAt: now })], completed],
    ['paidTwice', 'that comes second', [link(), fulfilledLink({ pidx: 'b' })], completed],
  ])('on.%s for a payment %s knows nothing yet of the money', (what, _which, links, said) => {
    const [told] = previousOf(record(links), said)
    expect(told).toMatchObject({ what, previous: links[0] as object })
    expect(told?.previous).not.toHaveProperty('received')
    expect(told?.previous).not.toHaveProperty('transactionId')
  })
})
