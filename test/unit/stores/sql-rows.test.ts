import { describe, expect, it } from 'vitest'
import { sqlPayments } from '../../../src/sql.ts'

const stored = { orderId: 'o1', version: 1, record: {}, keys: ['p1'], dueAt: 5, attention: false, changedAt: 7 }

/** A store whose database gives this to whatever is asked. */
function storeGiven(result: unknown) {
  return sqlPayments({ dialect: 'postgres', query: async () => result as { rows: unknown[] } })
}

/** One whose database gives this text in the only column of one row. */
const storeReading = (text: string) => storeGiven({ rows: [{ khalti: text }] })
const reading = (text: string) => storeReading(text).read({ orderId: 'o1' })
const readingOrder = (change: object) => reading(JSON.stringify({ now: 3, order: { ...stored, ...change } }))

describe('What a query gives', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['its rows alone', [{ khalti: '{"now":3,"order":null}' }]],
    ['rows that are no array', { rows: { 0: { khalti: '{"now":3,"order":null}' }, length: 1 } }],
  ])('A `query` that gives %s is refused, with what it must give', async (_, result) => {
    const refusal = new TypeError('A `query` of the store must give `{ rows, affected }`, where `rows` is an array.')
    await expect(storeGiven(result).read({ orderId: 'o1' })).rejects.toEqual(refusal)
  })

  it('A read that gives no row at all is refused, for the time is always there', async () => {
    await expect(storeGiven({ rows: [] }).read({ orderId: 'o1' })).rejects.toEqual(
      new TypeError('The database gave no row where there is always one.'),
    )
  })

  it.each([
    ['null', { khalti: null }, 'null'],
    ['JSON that a driver has parsed', { khalti: { now: 3, order: null } }, 'a value of type object'],
    ['a number', [3], 'a value of type number'],
    ['a row without columns', {}, 'a value of type undefined'],
    ['a row that is null', null, 'a value of type undefined'],
  ])('A row is refused where its text is %s', async (_, row, what) => {
    await expect(storeGiven({ rows: [row] }).read({ orderId: 'o1' })).rejects.toEqual(
      new TypeError(
        `The driver gave ${what} where the store had asked for text. Set nothing in it that parses or renames what it reads.`,
      ),
    )
  })

  it.each([
    ['an object with another name for its column', { KHALTI: '{"now":3,"order":null}' }],
    ['an array', ['{"now":3,"order":null}']],
  ])('A row is read where it is %s', async (_, row) => {
    expect(await storeGiven({ rows: [row] }).read({ orderId: 'o1' })).toEqual({ now: new Date(3) })
  })
})

describe('An order as a database gives it', () => {
  it('An order is read with its dates', async () => {
    expect(await readingOrder({})).toEqual({
      now: new Date(3),
      order: { ...stored, dueAt: new Date(5), changedAt: new Date(7) },
    })
  })

  it('An order that is never due has no `dueAt`', async () => {
    const { order } = await readingOrder({ dueAt: null })
    expect(order).not.toHaveProperty('dueAt')
  })

  it.each([
    ['`version` is text', { version: '1' }],
    ['`version` is no whole number', { version: 1.5 }],
    ['`version` is not there', { version: undefined }],
    ['`keys` is text', { keys: '["p1"]' }],
    ['`keys` is null', { keys: null }],
    ['`attention` is a number', { attention: 0 }],
  ])('An order whose %s cannot be read, and is named', async (_, change) => {
    await expect(readingOrder(change)).rejects.toEqual(new TypeError('The stored order "o1" cannot be read.'))
  })

  it.each([7, null])('An order whose id is %j cannot be read', async (orderId) => {
    await expect(readingOrder({ orderId })).rejects.toEqual(
      new TypeError(`The stored order ${orderId} cannot be read.`),
    )
  })

  it.each([
    ['dueAt', '"2026-07-01T06:00:00Z"'],
    ['dueAt', '{}'],
    ['changedAt', 'null'],
    ['changedAt', '"7"'],
  ])('An order whose `%s` is %s has no time there, and is refused', async (field, value) => {
    await expect(readingOrder({ [field]: JSON.parse(value) })).rejects.toEqual(
      new TypeError(`The database gave ${value} as \`${field}\`, which is no time.`),
    )
  })

  it('An order whose time is beyond all numbers is refused, for such a date is neither early nor late', async () => {
    const text = JSON.stringify({ now: 3, order: { ...stored, changedAt: 0 } }).replace(
      '"changedAt":0',
      '"changedAt":1e999',
    )
    await expect(reading(text)).rejects.toThrow('as `changedAt`, which is no time.')
  })

  it.each(['"3"', 'null', 'true'])('A clock that shows %s is refused', async (now) => {
    await expect(reading(`{"now":${now},"order":null}`)).rejects.toEqual(
      new TypeError(`The database gave ${now} as \`now\`, which is no time.`),
    )
  })
})
