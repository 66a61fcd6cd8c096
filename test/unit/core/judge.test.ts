import fc from 'fast-check'
import { judge, type PaymentLookupResponse } from 'khalti-kit'
import { describe, expect, it } from 'vitest'
import { holdReasons, unpaidReasons } from '../../../src/core/judge.ts'

const expected = { pidx: 'HT6o6PEZRWFJ5ygavzHWd5', amount: 1000, orderId: 'order-1' }
const completed: PaymentLookupResponse = {
  pidx: expected.pidx,
  total_amount: 1000,
  status: 'Completed',
  transaction_id: 'GFq9PFS7b2iYvL8Lir9oXe',
  fee: 0,
  refunded: false,
}

const table: [title: string, change: Record<string, unknown>, verdict: Record<string, unknown>][] = [
  ['Completed with everything right', {}, { outcome: 'paid', transactionId: 'GFq9PFS7b2iYvL8Lir9oXe' }],
  ['Completed in another case', { status: ' COMPLETED ' }, { outcome: 'paid' }],
  ['Completed with space around the id', { transaction_id: ' abc ' }, { outcome: 'paid', transactionId: 'abc' }],
  ['Completed without `refunded`', { refunded: undefined }, { outcome: 'paid' }],
  ['Completed naming the order', { purchase_order_id: 'order-1' }, { outcome: 'paid' }],
  ['Completed naming no order', { purchase_order_id: '' }, { outcome: 'paid' }],
  ['Completed with null as its order', { purchase_order_id: null }, { outcome: 'paid' }],
  ['Completed with nothing as its order', { purchase_order_id: undefined }, { outcome: 'paid' }],
  ['Pending', { status: 'Pending', transaction_id: null }, { outcome: 'pending' }],
  ['Initiated', { status: 'initiated', transaction_id: null }, { outcome: 'pending' }],
  ['Pending with amount 0', { status: 'Pending', total_amount: 0 }, { outcome: 'pending' }],
  ['User canceled', { status: 'User canceled', transaction_id: null }, { outcome: 'unpaid', reason: 'canceled' }],
  ['User canceled with stray spaces', { status: 'user  canceled ' }, { outcome: 'unpaid', reason: 'canceled' }],
  ['User canceled with amount 0', { status: 'User canceled', total_amount: 0 }, { outcome: 'unpaid' }],
  ['Canceled', { status: 'Canceled' }, { outcome: 'unpaid', reason: 'canceled' }],
  ['Expired', { status: 'Expired' }, { outcome: 'unpaid', reason: 'expired' }],
  ['Failed, with a transaction id', { status: 'Failed' }, { outcome: 'unpaid', reason: 'failed' }],
  ['Refunded', { status: 'Refunded', refunded: true }, { outcome: 'refunded', extent: 'full' }],
  ['Refunded that says it is not', { status: 'Refunded', refunded: false }, { outcome: 'refunded', extent: 'full' }],
  ['Partially Refunded', { status: 'Partially Refunded' }, { outcome: 'refunded', extent: 'partial' }],
  ['Partially refunded', { status: 'Partially refunded', refunded: true }, { outcome: 'refunded', extent: 'partial' }],
  ['Completed but refunded', { refunded: true }, { outcome: 'refunded', extent: 'full' }],
  ['Completed but refunded, wrong amount', { refunded: true, total_amount: 1 }, { outcome: 'refunded' }],
  ['a cheaper payment', { total_amount: 999 }, { outcome: 'hold', reason: 'wrong-amount' }],
  ['a dearer payment', { total_amount: 1001 }, { outcome: 'hold', reason: 'wrong-amount' }],
  ['no amount', { total_amount: undefined }, { outcome: 'hold', reason: 'wrong-amount' }],
  ['no transaction id', { transaction_id: null }, { outcome: 'hold', reason: 'no-transaction' }],
  ['a blank transaction id', { transaction_id: ' ' }, { outcome: 'hold', reason: 'no-transaction' }],
  ['a transaction id of control characters', { transaction_id: '\0' }, { outcome: 'hold', reason: 'no-transaction' }],
  ['None for a transaction id', { transaction_id: 'None' }, { outcome: 'hold', reason: 'no-transaction' }],
  ['null for a transaction id', { transaction_id: ' null ' }, { outcome: 'hold', reason: 'no-transaction' }],
  ['a transaction id that begins like None', { transaction_id: 'None7' }, { outcome: 'paid', transactionId: 'None7' }],
  ['a transaction id that is no text', { transaction_id: 7 }, { outcome: 'hold', reason: 'no-transaction' }],
  ['another payment', { pidx: 'other' }, { outcome: 'hold', reason: 'wrong-payment' }],
  ['another payment that is canceled', { pidx: 'x', status: 'Expired' }, { outcome: 'hold', reason: 'wrong-payment' }],
  ['another order', { purchase_order_id: 'order-2' }, { outcome: 'hold', reason: 'wrong-order' }],
  ['an order id as a number that differs', { purchase_order_id: 7 }, { outcome: 'hold', reason: 'wrong-order' }],
  ['an order id that is an object', { purchase_order_id: {} }, { outcome: 'hold', reason: 'wrong-order' }],
  [
    'another order, another payment',
    { pidx: 'x', purchase_order_id: 'y' },
    { outcome: 'hold', reason: 'wrong-payment' },
  ],
  ['a status never seen', { status: 'Ambiguous' }, { outcome: 'hold', reason: 'unknown-status' }],
  ['a status that is an object key', { status: 'constructor' }, { outcome: 'hold', reason: 'unknown-status' }],
]

describe('judge', () => {
  it.each(table)('Judge knows %s', (_title, change, verdict) => {
    const lookup = { ...completed, ...change } as PaymentLookupResponse
    expect(judge(lookup, expected)).toMatchObject(verdict)
    expect(judge(lookup, expected).lookup).toBe(lookup)
  })

  it('Judge takes an order id that came as a number for the same id', () => {
    const lookup = { ...completed, purchase_order_id: 42 } as never
    expect(judge(lookup, { ...expected, orderId: '42' })).toMatchObject({ outcome: 'paid' })
    expect(judge({ ...completed, purchase_order_id: '42' }, { ...expected, orderId: 42 as never })).toMatchObject({
      outcome: 'paid',
    })
  })

  it('Judge compares no order where the shop expects none', () => {
    const lookup = { ...completed, purchase_order_id: 'order-2' }
    expect(judge(lookup, { pidx: expected.pidx, amount: 1000 })).toMatchObject({ outcome: 'paid' })
  })

  it('Every reason to hold a payment, or to call it unpaid, comes of some answer', () => {
    const reasons = table.flatMap(([, change]) => {
      const verdict = judge({ ...completed, ...change } as never, expected)
      return 'reason' in verdict ? [verdict.reason] : []
    })
    expect([...new Set(reasons)].sort()).toEqual([...holdReasons, ...unpaidReasons].sort())
  })

  it('Judge holds a payment without an id, and an amount that is no whole number, also where both sides agree', () => {
    expect(judge({ ...completed, pidx: '' }, { ...expected, pidx: '' })).toMatchObject({ reason: 'wrong-payment' })
    expect(judge({ ...completed, total_amount: 1.5 }, { ...expected, amount: 1.5 })).toMatchObject({
      reason: 'wrong-amount',
    })
  })

  it('Judge does not take two missing amounts or ids for equal ones', () => {
    const nothing = { ...completed, total_amount: undefined } as PaymentLookupResponse
    expect(judge(nothing, { pidx: expected.pidx } as never)).toMatchObject({ reason: 'wrong-amount' })
    expect(judge({ ...completed, pidx: undefined } as never, { amount: 1000 } as never)).toMatchObject({
      reason: 'wrong-payment',
    })
  })

  it('Judge never says paid unless status, pidx, amount and transaction all agree', () => {
    const oneOf = <T>(...values: T[]) => fc.constantFrom(...values)
    const lookups = fc.record({
      pidx: oneOf<unknown>(expected.pidx, 'other', '', undefined),
      total_amount: fc.oneof(oneOf<unknown>(1000, 0, '1000', undefined, null), fc.integer()),
      status: fc.oneof(oneOf('Completed', 'completed ', 'Pending', 'Refunded', 'Expired'), fc.string()),
      transaction_id: oneOf<unknown>('GFq9', '', null, undefined),
      refunded: oneOf<unknown>(true, false, undefined),
      purchase_order_id: oneOf<unknown>('order-1', 'order-2', undefined),
    })
    fc.assert(
      fc.property(lookups, (lookup) => {
        const agrees =
          lookup.pidx === expected.pidx &&
          lookup.total_amount === 1000 &&
          lookup.status.trim().toLowerCase() === 'completed' &&
          lookup.transaction_id === 'GFq9' &&
          lookup.refunded !== true &&
          lookup.purchase_order_id !== 'order-2'
        expect(judge(lookup as never, expected).outcome === 'paid').toBe(agrees)
      }),
      { numRuns: 2_000 },
    )
  })
})
