import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../../src/core/judge.ts'
import { paisa } from '../../../src/core/money.ts'
import { Draft } from '../../../src/rules/draft.ts'
import { type Finding, learn } from '../../../src/rules/learn.ts'
import { supersede } from '../../../src/rules/link-moves.ts'
import type { Link, OrderRecord } from '../../../src/rules/record.ts'
import {
  changes,
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

/** What of the order changes when a lookup of link `a` says this, by default now and as the first look of its instant. */
function learned(before: OrderRecord, said: Verdict | undefined, finding: Partial<Finding> = {}) {
  const draft = new Draft(frozen(before), now)
  learn(draft, 'a', { at: now, sequence: 1, verdict: said, ...finding })
  const ruling = draft.end(undefined)
  return { ...changes(before, ruling), isSame: ruling.record === before }
}

/** What every look writes that is believed. */
const heard = (status: string) => ({ heard: [now, 1], lookedAt: now, status })
const told = (what: string, previous: unknown, more = {}) => ({
  id: `${what}:a`,
  what,
  pidx: 'a',
  previous,
  at: now,
  until: now + minute,
  failures: 0,
  ...more,
})

const paid = verdict('paid', { lookup: { status: 'Completed' } })
const pending = verdict('pending', { lookup: { status: 'Pending' } })
const expired = verdict('unpaid', { reason: 'expired', lookup: { status: 'Expired' } })
const strange = verdict('hold', { reason: 'unknown-status', lookup: { status: 'Odd' } })
const cheap = verdict('hold', { reason: 'wrong-amount', lookup: { status: 'Completed', total_amount: 100 } })
const unpriced = verdict('hold', { reason: 'wrong-amount', lookup: { status: 'Completed', total_amount: null } })
const cheapAndStrange = verdict('hold', { reason: 'unknown-status', lookup: { status: 'Odd', total_amount: 100 } })
const nameless = verdict('hold', { reason: 'no-transaction', lookup: { status: 'Completed', transaction_id: null } })
const back = verdict('refunded', { extent: 'full', lookup: { status: 'Refunded' } })
const partlyBack = verdict('refunded', { extent: 'partial', lookup: { status: 'Partially Refunded' } })
const goneBack = (status: string) => ({
  what: 'refund-denied',
  pidx: 'a',
  text: status,
})
const nothing = { isSame: true, events: [] }

describe('an answer', () => {
  it('An answer on a payment that is not the order’s changes nothing', () => {
    expect(learned(record([link({ pidx: 'b' })]), paid)).toEqual(nothing)
  })

  it('An answer is remembered with its time, its number, its status and its fee', () => {
    const said = verdict('pending', { lookup: { status: ' User \t canceled\0 ', fee: 300 } })
    expect(learned(record([link()]), said)).toMatchObject({
      links: [{ ...link(), heard: [now, 1], lookedAt: now, status: 'user canceled', fee: 300 }],
    })
    expect(learned(record([link()]), verdict('pending', { lookup: { fee: 0 } })).links).toEqual([
      { ...link(), ...heard('pending'), fee: 0 },
    ])
    expect(learned(record([link()]), verdict('pending')).links).toEqual([{ ...link(), ...heard('pending') }])
  })

  it('An answer keeps 40 characters of a status that is long', () => {
    const { links } = learned(record([link()]), verdict('pending', { lookup: { status: 'x'.repeat(41) } }))
    expect(links[0].status).toBe('x'.repeat(40))
  })

  it.each<[what: string, at: number, sequence: number, isBelieved: boolean]>([
    ['later is believed', now + 1, 0, true],
    ['of the same instant and a higher number is believed', now, 6, true],
    ['of the same instant and the same number is dropped', now, 5, false],
    ['of the same instant and a lower number is dropped', now, 4, false],
    ['earlier is dropped, whatever its number', now - 1, 9, false],
  ])('An answer that was asked for %s', (_what, at, sequence, isBelieved) => {
    const before = record([link({ heard: [now, 5], lookedAt: now })])
    const { links, isSame } = learned(before, expired, { at, sequence })
    expect(isSame).toBe(!isBelieved)
    expect(links?.[0].state).toBe(isBelieved ? 'unpaid' : undefined)
  })

  it('An answer that is dropped still counts as a look, and the latest look stays', () => {
    const before = record([link({ heard: [now, 5] })])
    expect(learned(before, expired, { at: now - minute }).links).toEqual([
      { ...link({ heard: [now, 5] }), lookedAt: now - minute },
    ])
    expect(learned(record([link({ heard: [now, 5], lookedAt: now })]), expired, { at: now - 1 })).toEqual(nothing)
  })

  it('An answer that money has arrived, or gone back, is never too old', () => {
    const before = record([link({ heard: [now, 5], status: 'pending' })])
    expect(learned(before, paid, { at: now - minute }).links).toMatchObject([{ state: 'paid', status: 'pending' }])
    expect(learned(before, back, { at: now - minute }).links).toMatchObject([{ state: 'refunded', status: 'pending' }])
  })
})

describe('money that arrived', () => {
  it('Money that arrived is a fact of its own, with its time, amount and id', () => {
    expect(learned(record([link({ reason: 'expired', state: 'unpaid' })]), paid)).toEqual({
      links: [
        {
          ...link(),
          ...heard('completed'),
          state: 'paid',
          paid: true,
          since: now,
          received: { at: now, amount: 85_000 },
          transactionId: 'txn-a',
        },
      ],
      events: [{ what: 'paid', pidx: 'a' }],
      isSame: false,
    })
  })

  it('Money that arrived keeps its first time and its first id, and has the amount of its link once that is confirmed', () => {
    const held = link({
      state: 'hold',
      holdReason: 'wrong-amount',
      received: { at: now - day, amount: 100 },
      transactionId: 'first',
    })
    expect(learned(record([held]), paid).links).toMatchObject([
      { state: 'paid', received: { at: now - day, amount: 85_000 }, transactionId: 'first' },
    ])
  })

  it('Money that arrived changes nothing where it is known', () => {
    expect(learned(record([paidLink({ lookedAt: now })]), paid)).toEqual(nothing)
  })

  it('Money that arrived, as Khalti says once more, is heard where a look is due, and changes nothing else', () => {
    const sale = { fulfilledAt: now - 2 * day, heard: [now - 2 * day, 1] as [number, number], lookedAt: now - day }
    expect(learned(record([fulfilledLink(sale)]), paid)).toEqual({
      links: [{ ...fulfilledLink(sale), ...heard('completed') }],
      events: [],
      isSame: false,
    })
    const soon = { ...sale, fulfilledAt: now - day + 1 }
    expect(learned(record([fulfilledLink(soon)]), paid)).toEqual(nothing)
  })

  it('Money that arrived, as an older look says where a look is due, changes nothing', () => {
    const last: Partial<Link> = { heard: [now - day - 1, 5], lookedAt: now - day - 1 }
    const sale = fulfilledLink({ fulfilledAt: now - 2 * day, ...last })
    expect(learned(record([sale]), paid, { at: now - 2 * day })).toEqual(nothing)
  })

  it.each<[what: string, before: Link]>([
    ['paid, and not known as the right amount', paidLink({ paid: undefined, lookedAt: now })],
    ['held, and known as the right amount', paidLink({ state: 'hold', holdReason: 'wrong-payment', lookedAt: now })],
  ])('Money that arrived is learned where the payment is %s', (_what, before) => {
    const { links, isSame } = learned(record([before]), paid)
    expect(isSame).toBe(false)
    expect(links).toEqual([expect.objectContaining({ state: 'paid', paid: true, heard: [now, 1] })])
    expect(links[0]).not.toHaveProperty('holdReason')
  })

  it('Money that arrived ends a contradiction without another line in the history', () => {
    const before = paidLink({ contradicted: 'pending', status: 'pending' })
    expect(learned(record([before]), paid)).toEqual({
      links: [{ ...paidLink(), ...heard('completed') }],
      events: [],
      isSame: false,
    })
  })

  it('Money that arrived does not undo a refund that was seen', () => {
    const before = paidLink({ state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 })
    expect(learned(record([before]), paid)).toEqual({
      links: [{ ...before, ...heard('completed'), contradicted: 'completed' }],
      events: [goneBack('completed')],
      isSame: false,
    })
  })

  it('Money that arrived is learned again where another amount was accepted in its place', () => {
    const before = paidLink({ accepted: { at: now }, received: { at: now - day, amount: 100 } })
    expect(learned(record([before]), paid).links).toMatchObject([{ received: { at: now - day, amount: 85_000 } }])
    expect(learned(record([paidLink({ lookedAt: now })]), paid)).toEqual(nothing)
  })

  it.each(['shop', 'changed', 'superseded'])(
    'Money that arrived leaves a payment that is on hold as "%s" to a person',
    (holdReason) => {
      const before = paidLink({ state: 'hold', holdReason, since: now - day })
      expect(learned(record([before]), paid)).toEqual({
        links: [{ ...before, ...heard('completed') }],
        events: [],
        isSame: false,
      })
    },
  )

  it('Money that arrived tells once more, after two weeks, of what is left to a person', () => {
    const before = paidLink({ state: 'hold', holdReason: 'shop', createdAt: now - 15 * day, since: now - 14 * day })
    expect(learned(record([before]), paid)).toMatchObject({
      links: [{ state: 'hold', givenUpAt: now }],
      untold: [{ what: 'hold' }],
      events: [{ what: 'hold', pidx: 'a', text: 'still so after two weeks' }],
    })
  })

  it('Money on hold that a person has dealt with tells nothing new after two weeks', () => {
    const before = paidLink({ state: 'hold', holdReason: 'shop', createdAt: now - 15 * day, since: now - 14 * day })
    const attended = [`hold:a:shop:${before.since}`]
    const after = learned(record([before], { attended }), paid)
    expect(after).toMatchObject({ links: [{ state: 'hold', givenUpAt: now }], events: [] })
    expect(after).not.toHaveProperty('untold')
  })

  it('Money that arrived is on hold where its link was superseded, until a person accepts it', () => {
    const before = link({ supersededAt: now - minute })
    expect(learned(record([before]), paid)).toMatchObject({
      links: [{ state: 'hold', holdReason: 'superseded', paid: true, since: now }],
      events: [{ what: 'hold', pidx: 'a', text: 'superseded' }],
    })
    const accepted = { ...before, accepted: { at: now } }
    const { links, events } = learned(record([accepted]), paid)
    expect([links[0].state, events]).toEqual(['paid', [{ what: 'paid', pidx: 'a' }]])
  })

  it('Money that arrived for a superseded link pays the order where its cart is the cart now', () => {
    const before = link({ supersededAt: now - minute, reason: 'canceled', state: 'unpaid' })
    const other = link({ pidx: 'b', fingerprint: 'cart-2' })
    const order = record([before, other], { fingerprint: 'cart-2' })
    const { links, events } = learned(order, paid, { cart: 'cart-1' })
    expect(links).toMatchObject([
      { state: 'paid', paid: true },
      { pidx: 'b', supersededAt: now },
    ])
    expect(links[0]).not.toHaveProperty('supersededAt')
    expect(links[0]).not.toHaveProperty('reason')
    expect(events).toMatchObject([
      { what: 'superseded', pidx: 'b' },
      { what: 'paid', pidx: 'a' },
    ])
  })

  it('Money that arrived for a superseded link is on hold where the cart now is another', () => {
    const before = link({ supersededAt: now - minute })
    expect(learned(record([before]), paid, { cart: 'cart-2' }).links).toMatchObject([{ holdReason: 'superseded' }])
  })

  it('Money that arrived for a superseded link is a second payment where the order was handed out, whatever its cart', () => {
    const before = link({ supersededAt: now - minute })
    const { links } = learned(record([before, fulfilledLink({ pidx: 'b' })]), paid, { cart: 'cart-1' })
    expect(links[0]).toMatchObject({ duplicateOf: 'b', supersededAt: now - minute })
  })

  it('Money that arrived for a superseded link that was accepted leaves it superseded', () => {
    const before = link({ supersededAt: now - minute, accepted: { at: now } })
    expect(learned(record([before]), paid, { cart: 'cart-1' }).links).toMatchObject([{ supersededAt: now - minute }])
  })

  it('Money that arrived is not on hold where its order was handed out for it, superseded or not', () => {
    const before = fulfilledLink({ supersededAt: now - minute, contradicted: 'pending' })
    const { links, events } = learned(record([before]), paid)
    expect([links[0].state, events]).toEqual(['paid', []])
  })

  it('Money that arrived is paid a second time where the order was handed out for another payment', () => {
    const other = fulfilledLink({ pidx: 'b' })
    const before = link({ state: 'unpaid', reason: 'expired' })
    const { links, untold, events } = learned(record([before, other]), paid)
    expect(links[0]).toEqual({
      ...link(),
      ...heard('completed'),
      state: 'paid',
      since: now,
      paid: true,
      received: { at: now, amount: 85_000 },
      transactionId: 'txn-a',
      duplicateOf: 'b',
    })
    expect(events).toEqual([
      { what: 'paid', pidx: 'a' },
      { what: 'paid-twice', pidx: 'a' },
    ])
    expect(untold).toEqual([told('paidTwice', { ...before, ...heard('completed') })])
  })

  it('Money that arrived is told once as paid a second time', () => {
    const before = paidLink({ duplicateOf: 'b', contradicted: 'pending' })
    const { events, untold } = learned(record([before, fulfilledLink({ pidx: 'b' })]), paid)
    expect([events, untold]).toEqual([[], undefined])
  })

  it('Money that arrived retires the other links where Khalti had not known its own', () => {
    const other = link({ pidx: 'b' })
    const held = link({ state: 'hold', holdReason: 'unknown-payment' })
    expect(learned(record([held, other]), paid)).toMatchObject({
      links: [{ state: 'paid' }, { pidx: 'b', supersededAt: now }],
      events: [
        { what: 'superseded', pidx: 'b' },
        { what: 'paid', pidx: 'a' },
      ],
    })
    expect(learned(record([link(), other]), paid).links[1]).toEqual(other)
    expect(learned(record([held, other]), paid).links[0]).not.toHaveProperty('supersededAt')
  })

  it('Money that arrived retires no link that brought money, and none that is retired or came another way', () => {
    const held = link({ state: 'hold', holdReason: 'unknown-payment' })
    const others = [
      link({ pidx: 'b', received: { at: now } }),
      link({ pidx: 'c', refundExtent: 'partial' }),
      link({ pidx: 'd', supersededAt: now - day }),
      link({ pidx: 'e', method: 'cash' }),
    ]
    expect(learned(record([held, ...others]), paid).links.slice(1)).toEqual(others)
  })

  it.each<[what: string, before: Link]>([
    ['paid', paidLink()],
    ['on hold by the shop', paidLink({ state: 'hold', holdReason: 'shop' })],
    ['received in a wrong amount', link({ state: 'hold', holdReason: 'wrong-amount', received: { at: now } })],
  ])('Money that arrived stays, whatever else is said of what is %s', (_what, before) => {
    for (const said of [pending, expired, strange, undefined]) {
      const status = said?.lookup.status.toLowerCase() ?? 'unknown'
      expect(learned(record([before]), said)).toEqual({
        links: [{ ...before, ...heard(status), contradicted: status }],
        events: [{ what: 'denied', pidx: 'a', text: status }],
        isSame: false,
      })
    }
  })

  it('Money that arrived is contradicted once by each status', () => {
    const before = paidLink({ contradicted: 'pending' })
    expect(learned(record([before]), pending).events).toEqual([])
    expect(learned(record([before]), expired).events).toHaveLength(1)
    expect(learned(record([{ ...before, heard: [now + 1, 1] }]), expired)).toMatchObject({ events: [] })
  })

  it('Money that went back stays so, and whatever else is said later is noted once', () => {
    const before = paidLink({ paid: undefined, state: 'refunded', refundExtent: 'full' })
    for (const said of [pending, expired, strange, cheap, paid, undefined]) {
      const status = said?.lookup.status.toLowerCase() ?? 'unknown'
      expect(learned(record([before]), said)).toMatchObject({
        links: [{ state: 'refunded', refundExtent: 'full', contradicted: status }],
        events: [goneBack(status)],
      })
      expect(learned(record([{ ...before, contradicted: status }]), said).events).toEqual([])
      expect(learned(record([{ ...before, heard: [now + 1, 1] }]), said).events).toEqual([])
    }
  })

  it('Money that went back by a refund of ours is not contradicted by a look that began before its end', () => {
    const before = paidLink({ state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 })
    const ending = (endedAt: number, pidx = 'a') => [refund({ pidx, state: 'done', endedAt })]
    for (const [refunds, count] of [
      [ending(now), 0],
      [ending(now - 1), 1],
      [ending(now, 'b'), 1],
    ] as const) {
      expect(learned(record([before], { refunds }), paid).events).toHaveLength(count)
      expect(learned(record([before], { refunds }), pending).events).toHaveLength(count)
    }
  })

  it('Money that went back, as Khalti says once more, ends a contradiction', () => {
    const before = paidLink({
      state: 'refunded',
      refundExtent: 'full',
      refundedAmount: 85_000,
      contradicted: 'pending',
    })
    const { links, events } = learned(record([before]), back)
    expect(links[0]).not.toHaveProperty('contradicted')
    expect(events).toEqual([])
  })

  it('Money that arrived is not contradicted by a wrong amount, where a wrong amount is what arrived', () => {
    const before = link({ state: 'hold', holdReason: 'no-transaction', received: { at: now - day } })
    expect(learned(record([before]), cheap)).toMatchObject({
      links: [{ state: 'hold', holdReason: 'wrong-amount', since: now, received: { at: now - day } }],
      events: [{ what: 'hold', text: 'wrong-amount' }],
    })
    expect(learned(record([paidLink()]), cheap).links).toMatchObject([{ state: 'paid', contradicted: 'completed' }])
  })

  it.each([
    ['the first that is named', undefined, 100],
    ['what it was, where another is named', 50_000, 50_000],
  ])('The amount of money that arrived is %s', (_what, known, amount) => {
    const received = { at: now - day, ...(known !== undefined && { amount: known }) }
    const before = link({ state: 'hold', holdReason: 'wrong-amount', received })
    expect(learned(record([before]), cheap).links[0].received).toEqual({ at: now - day, amount })
    expect(learned(record([before]), unpriced).links[0].received).toEqual(received)
  })

  const hundred = { at: now, amount: 100 }
  it.each<[what: string, received: Link['received'], said: Verdict, contradicted: string | undefined]>([
    ['the amount that was accepted', hundred, cheap, undefined],
    ['no amount, as was accepted', { at: now }, unpriced, undefined],
    ['another amount than was accepted', { at: now, amount: 200 }, cheap, 'completed'],
    ['an amount where none was accepted', { at: now }, cheap, 'completed'],
    ['a status that nobody knows', hundred, cheapAndStrange, 'odd'],
    ['that it is pending', hundred, pending, 'pending'],
  ])('Money that a person has accepted is contradicted, or not, by %s', (_what, received, said, contradicted) => {
    const [after] = learned(record([paidLink({ accepted: { at: now }, received })]), said).links
    expect([after.state, after.contradicted]).toEqual(['paid', contradicted])
  })

  it('Money that arrived without an id gets it from a later answer', () => {
    expect(learned(record([paidLink({ transactionId: undefined })]), paid).links).toMatchObject([
      { state: 'paid', transactionId: 'txn-a' },
    ])
  })
})

describe('a payment', () => {
  it('A payment that is pending stays so, and moves back to it', () => {
    expect(learned(record([link()]), pending)).toEqual({
      links: [{ ...link(), ...heard('pending') }],
      events: [],
      isSame: false,
    })
    const held = link({ state: 'hold', holdReason: 'unknown-status', since: now - day })
    expect(learned(record([held]), pending)).toEqual({
      links: [{ ...link(), ...heard('pending'), since: now }],
      events: [{ what: 'pending', pidx: 'a' }],
      isSame: false,
    })
  })

  const old = link({ createdAt: now - 20 * day, since: now - 14 * day })

  it('A payment that is pending is given up after two weeks, and told once', () => {
    const after = { ...old, ...heard('pending') }
    expect(learned(record([old]), pending)).toEqual({
      links: [{ ...after, givenUpAt: now }],
      untold: [told('hold', after)],
      events: [{ what: 'hold', pidx: 'a', text: 'still so after two weeks' }],
      isSame: false,
    })
    expect(learned(record([{ ...old, since: old.since + 1 }]), pending).events).toEqual([])
    expect(learned(record([{ ...old, givenUpAt: now - day }]), pending).events).toEqual([])
  })

  it('A payment that ends unpaid has the reason, and the shop is told', () => {
    expect(learned(record([link()]), expired)).toEqual({
      links: [{ ...link(), ...heard('expired'), state: 'unpaid', reason: 'expired', since: now }],
      untold: [told('unpaid', { ...link(), ...heard('expired') })],
      events: [{ what: 'unpaid', pidx: 'a', text: 'expired' }],
      isSame: false,
    })
  })

  it('A payment that is unpaid already may have another reason, and nothing is told', () => {
    const before = link({ state: 'unpaid', reason: 'canceled' })
    expect(learned(record([before]), expired)).toEqual({
      links: [{ ...before, ...heard('expired'), reason: 'expired' }],
      events: [],
      isSame: false,
    })
  })

  it('A payment that was held and ends unpaid is held no more', () => {
    const { links } = learned(record([link({ state: 'hold', holdReason: 'unknown-status' })]), expired)
    expect(links[0]).toEqual({ ...link(), ...heard('expired'), state: 'unpaid', reason: 'expired', since: now })
  })

  it('A payment that ends unpaid is not told where nobody waits for it', () => {
    expect(learned(record([link({ supersededAt: now - minute })]), expired).untold).toBeUndefined()
    expect(learned(record([link(), fulfilledLink({ pidx: 'b' })]), expired).untold).toBeUndefined()
  })

  it('A payment with a status that nobody knows is on hold, and the shop is told', () => {
    const before = link({ state: 'unpaid', reason: 'expired' })
    expect(learned(record([before]), strange)).toEqual({
      links: [{ ...link(), ...heard('odd'), state: 'hold', holdReason: 'unknown-status', evidence: 'odd', since: now }],
      untold: [told('hold', { ...before, ...heard('odd') })],
      events: [{ what: 'hold', pidx: 'a', text: 'unknown-status: odd' }],
      isSame: false,
    })
  })

  it('A payment that is on hold for the same reason is told once', () => {
    const before = link({ state: 'hold', holdReason: 'unknown-status', evidence: 'odd', since: now - day })
    expect(learned(record([before]), strange)).toEqual({
      links: [{ ...before, ...heard('odd') }],
      events: [],
      isSame: false,
    })
    const long = { ...before, createdAt: now - 20 * day, since: now - 14 * day }
    expect(learned(record([long]), strange)).toMatchObject({ links: [{ givenUpAt: now }], untold: [{ what: 'hold' }] })
  })

  it.each([
    ['another status that nobody knows', { holdReason: 'unknown-status', evidence: 'under review' }, strange, 'odd'],
    ['another amount', { holdReason: 'wrong-amount', evidence: '5000' }, cheap, '100'],
    ['no amount any more', { holdReason: 'wrong-amount', evidence: '5000' }, unpriced, 'null'],
  ])('A payment that is on hold is told anew for %s', (_what, why, said, evidence) => {
    const before = link({ state: 'hold', ...why, since: now - day })
    const after = learned(record([before], { attended: [`hold:a:${why.holdReason}:${now - day}`] }), said)
    expect(after).toMatchObject({ links: [{ state: 'hold', evidence, since: now }], untold: [{ what: 'hold' }] })
    expect(learned(record(after.links), said)).not.toHaveProperty('untold')
  })

  it('A payment that is on hold no longer has no evidence for it', () => {
    const held = link({ state: 'hold', holdReason: 'unknown-status', evidence: 'odd' })
    for (const said of [paid, pending, expired, back, nameless]) {
      expect(learned(record([held]), said).links[0]).not.toHaveProperty('evidence')
    }
  })

  it('A payment that is on hold for another reason is on hold from now on', () => {
    const before = link({ state: 'hold', holdReason: 'unknown-status', since: now - day, givenUpAt: now - 1 })
    expect(learned(record([before]), nameless)).toMatchObject({
      links: [{ holdReason: 'no-transaction', since: now, received: { at: now, amount: 85_000 } }],
      untold: [{ previous: { holdReason: 'unknown-status', since: now - day } }],
    })
  })

  it('A payment that completed without a name of its transaction keeps none, and takes the one that comes later', () => {
    const lookup = { status: 'Completed', transaction_id: 'None' }
    const said = verdict('hold', { reason: 'no-transaction', lookup })
    const [held] = learned(record([link()]), said).links
    expect(held).not.toHaveProperty('transactionId')
    expect(held).toMatchObject({ state: 'hold', received: { at: now, amount: 85_000 } })
  })

  it('A payment that completed in a wrong amount has received that, and no other hold has received anything', () => {
    expect(learned(record([link()]), cheap).links).toMatchObject([
      { received: { at: now, amount: 100 }, transactionId: 'txn-a' },
    ])
    for (const reason of ['unknown-status', 'wrong-payment', 'wrong-order']) {
      const { links } = learned(record([link()]), verdict('hold', { reason }))
      expect(links[0]).not.toHaveProperty('received')
    }
  })

  it.each<[what: string, lookup: object, after: object]>([
    ['no amount', { total_amount: undefined }, { received: { at: now }, transactionId: 'txn-a' }],
    ['no id', { transaction_id: null }, { received: { at: now, amount: 85_000 } }],
    ['a blank id', { transaction_id: ' \0 ' }, { received: { at: now, amount: 85_000 } }],
    ['space around its id', { transaction_id: ' x\0 ' }, { received: { at: now, amount: 85_000 }, transactionId: 'x' }],
  ])('A payment that completed with %s has received what is known', (_what, lookup, after) => {
    const { links } = learned(record([link()]), verdict('hold', { reason: 'wrong-amount', lookup }))
    const { received, transactionId } = links[0]
    expect({ received, ...(transactionId !== undefined && { transactionId }) }).toEqual(after)
  })
})

describe('a payment that Khalti does not know', () => {
  const unknown = (looks: number, ago: number) => link({ unknown: { looks, since: now - ago } })

  it('A payment that Khalti does not know is counted from the first look', () => {
    expect(learned(record([link()]), undefined)).toEqual({
      links: [{ ...link(), ...heard('unknown'), unknown: { looks: 1, since: now } }],
      events: [],
      isSame: false,
    })
    expect(learned(record([unknown(1, minute)]), undefined).links).toMatchObject([
      { state: 'pending', unknown: { looks: 2, since: now - minute } },
    ])
  })

  it.each<[what: string, before: Link, isFinal: boolean]>([
    ['three looks over ten minutes make it final', unknown(2, 10 * minute), true],
    ['two looks do not make it final', unknown(1, 60 * minute), false],
    ['less than ten minutes do not make it final', unknown(2, 10 * minute - 1), false],
  ])('A payment is unknown for good: %s', (_what, before, isFinal) => {
    const { links, events } = learned(record([before]), undefined)
    expect(links[0].state).toBe(isFinal ? 'hold' : 'pending')
    expect(links[0].holdReason).toBe(isFinal ? 'unknown-payment' : undefined)
    expect(events).toEqual(isFinal ? [{ what: 'hold', pidx: 'a', text: 'unknown-payment' }] : [])
  })

  it('A payment that Khalti does not know is counted anew after an answer', () => {
    const { links } = learned(record([unknown(2, 10 * minute)]), pending)
    expect(links[0]).not.toHaveProperty('unknown')
  })

  it('A payment that Khalti does not know is counted no more where it is unpaid, or held for that', () => {
    for (const before of [link({ state: 'unpaid' }), link({ state: 'hold', holdReason: 'unknown-payment' })]) {
      expect(learned(record([before]), undefined).links).toEqual([{ ...before, ...heard('unknown') }])
    }
  })
})

describe('money that went back', () => {
  it('Money that went back is seen, of the whole amount', () => {
    const before = paidLink({ refundedAmount: 100, refundUnknown: true })
    expect(learned(record([before]), back)).toEqual({
      links: [
        {
          ...paidLink(),
          ...heard('refunded'),
          state: 'refunded',
          refundExtent: 'full',
          refundedAmount: 85_000,
          since: now,
        },
      ],
      untold: [told('refunded', { ...before, ...heard('refunded') })],
      events: [{ what: 'refunded', pidx: 'a', text: 'full' }],
      isSame: false,
    })
  })

  it('Money that went back is seen, of a part of which nobody says how much', () => {
    expect(learned(record([paidLink()]), partlyBack)).toMatchObject({
      links: [{ state: 'refunded', refundExtent: 'partial', refundUnknown: true }],
      untold: [{ what: 'refunded', previous: { state: 'paid' } }],
      events: [{ what: 'refunded', pidx: 'a', text: 'partial' }],
    })
    expect(learned(record([paidLink()]), partlyBack).links[0]).not.toHaveProperty('refundedAmount')
  })

  it('Money that went back ends the hold of its payment', () => {
    const before = paidLink({ state: 'hold', holdReason: 'shop' })
    expect(learned(record([before]), back).links[0]).not.toHaveProperty('holdReason')
  })

  it('Money that went back has arrived before, where that was never seen', () => {
    expect(learned(record([link()]), back).links).toMatchObject([
      { received: { at: now, amount: 85_000 }, transactionId: 'txn-a', refundedAmount: 85_000 },
    ])
    const unsaid = verdict('refunded', { extent: 'full', lookup: { total_amount: undefined } })
    expect(learned(record([link({ amount: paisa(700) })]), unsaid).links).toMatchObject([{ refundedAmount: 700 }])
  })

  it('Money that went back changes nothing where it is known, whatever refund of another payment is under way', () => {
    const known = paidLink({ state: 'refunded', refundExtent: 'partial' })
    expect(learned(record([known]), partlyBack)).toEqual(nothing)
    expect(learned(record([known], { refunds: [refund({ pidx: 'b' })] }), partlyBack)).toEqual(nothing)
    expect(learned(record([known]), back).isSame).toBe(false)
  })

  it('Money that went back stays whole where a part is seen later, and a person is asked to look', () => {
    const known = paidLink({ state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 })
    const contradicted = 'partially refunded'
    expect(learned(record([known]), partlyBack)).toEqual({
      links: [{ ...known, ...heard(contradicted), contradicted }],
      events: [{ what: 'refund-denied', pidx: 'a', text: contradicted }],
      isSame: false,
    })
    const before = { ...known, contradicted }
    expect(learned(record([before]), partlyBack).links).toEqual([{ ...before, ...heard(contradicted) }])
    expect(learned(record([before]), back).links[0]).not.toHaveProperty('contradicted')
  })

  it('Money of which a part is seen by a look that began before all of it went back is whole, without a word', () => {
    const known = paidLink({ state: 'refunded', refundExtent: 'full', refundedAmount: 85_000 })
    const refunds = [refund({ state: 'done', amount: paisa(85_000), endedAt: now })]
    expect(learned(record([known], { refunds }), partlyBack)).toMatchObject({ events: [] })
  })

  it.each(['unclear', 'sent'] as const)(
    'Money of which a part is seen by a look that began before a refund was asked for says nothing of that refund: %s',
    (state) => {
      const refunds = [refund({ state, askedAt: now + 1 })]
      const after = learned(record([paidLink()], { refunds }), partlyBack)
      expect(after).not.toHaveProperty('refunds')
      expect(after.links[0]).toMatchObject({ refundExtent: 'partial', refundUnknown: true })
      expect(after.links[0]).not.toHaveProperty('refundedAmount')
    },
  )

  it.each<[what: string, said: Verdict, before: Link, ends: boolean]>([
    ['all of it is back', back, paidLink({ state: 'refunded', refundExtent: 'partial' }), true],
    ['a part is back, the first one', partlyBack, paidLink(), true],
    [
      'a part is back, and a part was before',
      partlyBack,
      paidLink({ state: 'refunded', refundExtent: 'partial' }),
      false,
    ],
  ])('Money that went back ends an unclear refund of ours where %s', (_what, said, before, ends) => {
    const refunds = [refund({ id: 'r0', state: 'refused' }), refund({ state: 'unclear' })]
    const after = learned(record([before], { refunds }), said)
    const extent = said === back ? 'full' : 'partial'
    expect(after.refunds?.[1]).toEqual(ends ? { ...refunds[1], state: 'done', endedAt: now } : undefined)
    expect(after.events).toEqual(
      ends
        ? [
            { what: 'refund-done', pidx: 'a', text: 'seen in a lookup' },
            { what: 'refunded', pidx: 'a', text: extent },
          ]
        : [],
    )
    expect(after.links[0].refundedAmount).toBe({ full: 85_000, partial: ends ? 10_000 : undefined }[extent])
    expect(after.links[0]).not.toHaveProperty('refundUnknown')
  })

  it('Money that went back ends no refund of another payment', () => {
    const refunds = [refund({ pidx: 'b', state: 'unclear' })]
    expect(learned(record([paidLink(), paidLink({ pidx: 'b' })], { refunds }), back).refunds).toBeUndefined()
  })

  it('Money that went back is not of an unknown size where a refund of ours was sent', () => {
    expect(learned(record([paidLink()], { refunds: [refund()] }), partlyBack).links[0]).not.toHaveProperty(
      'refundUnknown',
    )
    for (const other of [refund({ state: 'done' }), refund({ pidx: 'b' })]) {
      expect(learned(record([paidLink()], { refunds: [other] }), partlyBack).links[0].refundUnknown).toBe(true)
    }
  })

  it('Money that went back is told anew where more of it went back', () => {
    const known = paidLink({ state: 'refunded', refundExtent: 'partial', refundedAmount: 10_000 })
    const { untold, events } = learned(record([known]), back)
    expect(untold).toMatchObject([{ what: 'refunded', previous: { refundedAmount: 10_000 } }])
    expect(events).toEqual([{ what: 'refunded', pidx: 'a', text: 'full' }])
  })

  it('Money that went back in part is not the unclear refund of all that arrived', () => {
    const whole = refund({ state: 'unclear', amount: paisa(85_000) })
    const { links, events, ...after } = learned(record([paidLink()], { refunds: [whole] }), partlyBack)
    expect(after.refunds).toBeUndefined()
    expect(links).toMatchObject([{ state: 'refunded', refundExtent: 'partial', refundUnknown: true }])
    expect(links[0]).not.toHaveProperty('refundedAmount')
    expect(events).toEqual([{ what: 'refunded', pidx: 'a', text: 'partial' }])
  })

  it('Money that went back in part may be the unclear refund of all but a paisa', () => {
    const most = refund({ state: 'unclear', amount: paisa(84_999) })
    const { links, events } = learned(record([paidLink()], { refunds: [most] }), partlyBack)
    expect(links).toMatchObject([{ refundExtent: 'partial', refundedAmount: 84_999 }])
    expect(events.map(({ what }) => what)).toEqual(['refund-done', 'refunded'])
  })
})

describe('a link', () => {
  it('A link is superseded once', () => {
    const draft = new Draft(record([link({ supersededAt: now - day }), link({ pidx: 'b' })]), now)
    for (const one of draft.record.links) supersede(draft, one)
    expect(draft.record.links.map(({ supersededAt }) => supersededAt)).toEqual([now - day, now])
    expect(draft.record.events).toEqual([{ at: now, what: 'superseded', pidx: 'b' }])
  })
})
