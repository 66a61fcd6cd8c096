import { paisa } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { paymentOf, refundOf, viewOf } from '../../../src/checkout/payment.ts'
import type { Link, RefundEntry } from '../../../src/rules/record.ts'
import { type Change, fulfilledLink, link, minute, now, paidLink, record, refund } from '../../support/records.ts'

const asked = {
  pidx: 'a',
  method: 'khalti',
  orderId: 'topi',
  orderName: 'Dhaka topi',
  amount: 85_000,
  fingerprint: 'cart-1',
  environment: 'sandbox',
  paymentUrl: 'https://pay.example/?pidx=a',
  state: 'pending',
  createdAt: new Date('2026-11-23T06:05:00Z'),
  expiresAt: new Date('2026-11-23T06:35:00Z'),
}

describe('a payment, as the shop sees it', () => {
  it('A payment of which little is known has no field for the rest', () => {
    expect(paymentOf(record(), link())).toStrictEqual(asked)
  })

  it.each<[what: string, change: Change<Link>, field: object]>([
    ['a transaction', { transactionId: 'txn-a' }, { transactionId: 'txn-a' }],
    ['a reason for its hold', { holdReason: 'shop' }, { holdReason: 'shop' }],
    ['money of which nobody says how much', { received: { at: now } }, { receivedAt: new Date(now) }],
    ['money', { received: { at: now, amount: 5 } }, { receivedAt: new Date(now), receivedAmount: 5 }],
    ['a fee', { fee: 0 }, { fee: 0 }],
    ['the extent of its refund', { refundExtent: 'partial' }, { refundExtent: 'partial' }],
    ['what went back', { refundedAmount: 0 }, { refundedAmount: 0 }],
    ['another that was paid', { duplicateOf: 'b' }, { duplicateOf: 'b' }],
    ['another that was given back instead', { duplicateOf: 'b', keptInstead: true }, {}],
    ['one that took its place', { supersededAt: now }, { supersededAt: new Date(now) }],
    ['goods that were handed out', { fulfilledAt: now }, { fulfilledAt: new Date(now) }],
    ['nothing but what is for ourselves', { evidence: '5', heard: [now, 1], paid: true, begun: true }, {}],
  ])('A payment with %s has just the fields of that', (_what, change, fields) => {
    expect(paymentOf(record(), link(change))).toStrictEqual({ ...asked, ...fields })
  })
})

describe('a refund, as the shop sees it', () => {
  const sent = { id: 'r1', pidx: 'a', amount: 10_000, state: 'sent', askedAt: new Date('2026-11-23T06:14:00Z') }

  it.each<[what: string, change: Change<RefundEntry>, fields: object]>([
    ['under way, without an end,', {}, {}],
    [
      'that is done, with the time of its end,',
      { state: 'done', endedAt: now },
      { state: 'done', endedAt: new Date(now) },
    ],
    ['with the words that were said of it', { reason: 'torn', by: 'Sita' }, { reason: 'torn', by: 'Sita' }],
  ])('A refund %s is shown so', (_what, change, fields) => {
    expect(refundOf(refund(change))).toStrictEqual({ ...sent, ...fields })
  })
})

describe('an order, as people see it', () => {
  const changedAt = new Date(now)

  it('An order without a payment is not shown', () => {
    expect(viewOf({ record: record([]), changedAt })).toBeUndefined()
  })

  it('An order that was handed out has the name, the price and the time of the payment that it was handed out for', () => {
    const links = [
      link({ pidx: 'old', orderName: 'Old' }),
      fulfilledLink({ pidx: 'paid', orderName: 'Paid' }),
      paidLink({ pidx: 'new', orderName: 'New', amount: paisa(5_000), duplicateOf: 'paid' }),
    ]
    const order = record(links)
    expect(viewOf({ record: order, changedAt })).toStrictEqual({
      id: 'topi',
      name: 'Paid',
      amount: 85_000,
      payments: links.toReversed().map((one) => paymentOf(order, one)),
      refunds: [],
      events: [],
      attention: ['paid-twice'],
      reasons: ['paid-twice:new'],
      fulfilledAt: new Date(now - minute),
      changedAt,
    })
  })

  it('An order that is not handed out has the name of its newest payment, and no time of that', () => {
    const order = record([link({ pidx: 'old', orderName: 'Old' }), link({ pidx: 'new', orderName: 'New' })], {
      refunds: [refund(), refund({ id: 'r2' })],
      events: [{ at: now, what: 'link', pidx: 'old' }],
    })
    const view = viewOf({ record: order, changedAt })
    expect([view?.name, view && 'fulfilledAt' in view]).toEqual(['New', false])
    expect(view?.refunds.map(({ id }) => id)).toEqual(['r2', 'r1'])
    expect(view?.events).toStrictEqual([{ at: new Date(now), what: 'link', pidx: 'old' }])
  })
})
