import { describe, expect, it } from 'vitest'
import type { StoredOrder } from '../../../src/checkout/payment-store.ts'
import { readNow, readOrder, storedOf } from '../../../src/checkout/stored-order.ts'
import { fulfilledLink, hour, link, minute, now, record } from '../../support/records.ts'

const at = new Date(now)
const stored = (change: object = {}): StoredOrder => ({
  ...storedOf(record(), 1, at),
  ...(change as Partial<StoredOrder>),
})

/** What is said of a value that a store misread. */
const misread = (shown: string, field: string) =>
  new Error(
    `The payment store gave ${shown} as ${field} of an order. Its driver renames columns or turns values into something else; give the store a connection without such transforms.`,
  )

const invalid = new Date(Number.NaN)

describe('an order that a store has read wrongly', () => {
  it.each<[what: string, change: object, shown: string, field: string]>([
    ['without its id', { orderId: undefined }, 'undefined', 'orderId'],
    ['whose id is a number', { orderId: 7 }, '7', 'orderId'],
    ['whose version is text', { version: '1' }, '"1"', 'version'],
    ['whose version is a fraction', { version: 1.5 }, '1.5', 'version'],
    ['that was never written', { version: 0 }, '0', 'version'],
    ['whose version is below 0', { version: -1 }, '-1', 'version'],
    ['whose change is text', { changedAt: '2026-11-23' }, '"2026-11-23"', 'changedAt'],
    ['whose change is a number', { changedAt: 5 }, '5', 'changedAt'],
    ['whose change is no date', { changedAt: invalid }, 'an invalid date', 'changedAt'],
    ['whose change is a function', { changedAt: () => at }, 'function', 'changedAt'],
    ['whose record is null', { record: null }, 'null', 'record'],
    ['without its record', { record: undefined }, 'undefined', 'record'],
    ['whose record is text', { record: '{}' }, '"{}"', 'record'],
    ['whose record is long text', { record: 'x'.repeat(99) }, `"${'x'.repeat(59)}`, 'record'],
  ])('An order %s is refused in these words', (_what, change, shown, field) => {
    expect(() => readOrder(stored(change), at)).toThrow(misread(shown, field))
  })

  it.each<[what: string, change: object]>([
    ['another format', { format: 2 }],
    ["another order's id", { orderId: 'other' }],
    ['no links', { links: undefined }],
    ['links that are text', { links: '[]' }],
    ['refunds that are an object', { refunds: {} }],
    ['news that is null', { untold: null }],
    ['a history that is text', { events: 'none' }],
    ['a number of what was attended', { attended: 0 }],
  ])('A record with %s is refused', (_what, change) => {
    const wrong = { ...record(), ...change }
    const shown = JSON.stringify(wrong).slice(0, 60)
    expect(() => readOrder(stored({ record: wrong }), at)).toThrow(misread(shown, 'record'))
  })

  it.each<[what: string, given: unknown, shown: string]>([
    ['no clock', undefined, 'undefined'],
    ['a text', '2026-11-23 06:15', '"2026-11-23 06:15"'],
    ['an invalid date', invalid, 'an invalid date'],
  ])('A store that gives %s as its time is told so', (_what, given, shown) => {
    expect(() => readNow(given)).toThrow(misread(shown, 'now'))
    expect(() => readOrder(stored(), given as Date)).toThrow(misread(shown, 'now'))
  })

  it('An order that was read well is given with the time of the read', () => {
    const before = performance.now()
    const order = readOrder(stored(), at)
    expect(order).toEqual({ record: record(), version: 1, now: at, readAt: expect.any(Number), changedAt: at })
    expect(order.readAt).toBeGreaterThanOrEqual(before)
  })
})

describe('an order as a store keeps it', () => {
  it('An order that is never due has no such field, and one without a history changed now', () => {
    expect(storedOf(record([]), 3, at)).toStrictEqual({
      orderId: 'topi',
      version: 3,
      record: record([]),
      keys: [],
      attention: false,
      changedAt: at,
    })
  })

  it('An order is due when its first payment is', () => {
    const links = [link(), link({ pidx: 'b', createdAt: now - hour })]
    expect(storedOf(record(links), 0, at).dueAt).toEqual(new Date(now - hour))
  })

  it('An order changed when the last line of its history was written', () => {
    const events = [3, 2, 1].map((ago) => ({ at: now - ago * minute, what: 'link' as const }))
    expect(storedOf(record([link()], { events }), 0, at).changedAt).toEqual(new Date(now - minute))
  })

  it('The keys of an order are what Khalti knows it by, each once', () => {
    const links = [
      fulfilledLink({ pidx: 'pidx-a', transactionId: 'txn-a' }),
      link({ pidx: 'pidx-b', transactionId: 'txn-a' }),
      link({ pidx: 'pidx-c', transactionId: 'txn-shared', sharesId: true }),
      link({ pidx: 'cash:topi:receipt', method: 'cash', transactionId: 'receipt-0007' }),
      link({ pidx: 'cash:topi:note', method: 'cash', transactionId: 'paid at the door' }),
    ]
    expect(storedOf(record(links), 0, at).keys).toEqual(['pidx-a', 'txn-a', 'pidx-b', 'pidx-c', 'receipt-0007'])
  })
})
