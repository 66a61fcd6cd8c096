import { describe, expect, it } from 'vitest'
import {
  clean,
  fulfilledLink as fulfilledLinkOf,
  isLive,
  linkOf,
  newRecord,
  refundsUnderWay,
} from '../../../src/rules/record.ts'
import { fulfilledLink, link, now, record, refund } from '../../support/records.ts'

describe('an order', () => {
  it('An order of which nothing is known has lists that are empty, and says its form', () => {
    expect(newRecord('topi', 'production')).toEqual({
      format: 1,
      orderId: 'topi',
      environment: 'production',
      links: [],
      refunds: [],
      untold: [],
      events: [],
      attended: [],
    })
  })

  it('An order finds its payments by their pidx, and the one that it was handed out for', () => {
    const [first, second] = [link(), fulfilledLink({ pidx: 'b' })]
    const order = record([first, second])
    expect([linkOf(order, 'a'), linkOf(order, 'b'), linkOf(order, 'c')]).toEqual([first, second, undefined])
    expect(fulfilledLinkOf(order)).toBe(second)
    expect(fulfilledLinkOf(record([first]))).toBeUndefined()
  })

  it.each<[what: string, until: number | undefined, answer: boolean]>([
    ['one millisecond before its end', now + 1, true],
    ['at its end', now, false],
    ['that is none', undefined, false],
  ])('A lease is live until its end: %s', (_what, until, answer) => {
    expect(isLive(until === undefined ? undefined : { token: 'mine', until }, now)).toBe(answer)
  })

  it('Refunds are under way while they are sent or unclear, of one payment or of all', () => {
    const sent = refund()
    const unclear = refund({ id: 'r2', pidx: 'b', state: 'unclear' })
    const ended = [refund({ id: 'r3', state: 'done' }), refund({ id: 'r4', state: 'refused' })]
    const order = record([link()], { refunds: [sent, ...ended, unclear] })
    expect(refundsUnderWay(order)).toEqual([sent, unclear])
    expect(refundsUnderWay(order, 'a')).toEqual([sent])
    expect(refundsUnderWay(order, 'b')).toEqual([unclear])
  })
})

describe('text for a record', () => {
  it.each([
    ['letters of every script and a whole surrogate pair stay', 'टोपी 🧢', 'टोपी 🧢'],
    ['every NUL goes', '\0a\0b\0', 'ab'],
    ['the first half of a pair is replaced', 'a\ud83ez', 'a\ufffdz'],
    ['the first half of a pair at its end is replaced', 'a\ud83e', 'a\ufffd'],
    ['the second half of a pair is replaced', 'a\udde2z', 'a\ufffdz'],
    ['the second half of a pair at its beginning is replaced', '\udde2z', '\ufffdz'],
    ['each half of two that are swapped is replaced', '\udde2\ud83e', '\ufffd\ufffd'],
    ['500 characters stay', 'x'.repeat(501), 'x'.repeat(500)],
    ['half of what was cut in the middle is replaced', `${'x'.repeat(499)}🧢`, `${'x'.repeat(499)}\ufffd`],
  ])('Text for a record is one that databases keep: %s', (_what, text, cleaned) => {
    expect(clean(text)).toBe(cleaned)
  })

  it('Text for a record is as long as it may be', () => {
    expect(clean('abcdef', 3)).toBe('abc')
  })
})
