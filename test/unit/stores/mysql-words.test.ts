import { describe, expect, it } from 'vitest'
import { mysqlSchema } from '../../../src/mysql.ts'
import { sqlPayments } from '../../../src/sql.ts'

const safe = 'C3A9F09F919F,1,NO_CHAIN,1'
const order = { orderId: 'o1', version: 0, record: {}, keys: ['p1'], attention: false, changedAt: new Date(0) }

/** A store whose session is set in such a way, and what it has asked for, without the question about the session. */
function storeWith(given: { session?: string; affected?: unknown } = {}) {
  const { session, affected } = { session: safe, affected: 1, ...given }
  const asked: { text: string; values: unknown[] }[] = []
  const store = sqlPayments<string>({
    dialect: 'mysql',
    async query(text, values) {
      if (text.includes('completion_type')) return { rows: [{ khalti: session }], affected: 0 }
      asked.push({ text, values })
      const rows = text.startsWith('select') ? [{ khalti: '{"now":0,"order":null}' }] : []
      return { rows, affected: affected as number }
    },
    transaction: (run) => run('a transaction'),
  })
  return { store, asked }
}

describe('the session that MySQL gives', () => {
  it.each([
    [
      'garbles letters',
      '3F3F,1,NO_CHAIN,1',
      /garble names and ids of orders: its character set is not utf8mb4\. Leave/,
    ],
    ['does not commit by itself', 'C3A9F09F919F,0,NO_CHAIN,1', /would forget what it writes: autocommit is off\. Give/],
    ['begins another transaction', 'C3A9F09F919F,1,CHAIN,1', /forget what it writes: completion_type is CHAIN\. Give/],
    [
      'takes no text for null',
      'C3A9F09F919F,1,NO_CHAIN,0',
      /its sql_mode is ORACLE\. Give the store a pool of its own/,
    ],
  ])('A session that %s is refused before anything is written', async (_, session, sentence) => {
    const { store, asked } = storeWith({ session })
    await expect(store.write(order)).rejects.toThrow(sentence)
    expect(asked).toEqual([])
  })

  it('A session that is as it must be is asked about once', async () => {
    const { store, asked } = storeWith()
    await store.list({ limit: 1 })
    await store.list({ limit: 1 })
    expect(asked).toHaveLength(2)
  })
})

describe('what MySQL is asked for', () => {
  it('A list from its beginning gives the statement its clock and no other value', async () => {
    const { store, asked } = storeWith()
    await store.list({ limit: 10 })
    expect(asked[0]?.values).toEqual([null])
  })

  it('A limit that is no whole number is refused, since it stands in the text', async () => {
    const { store, asked } = storeWith()
    await expect(store.list({ limit: 0.5 })).rejects.toThrow('A limit is a whole number, and this one is 0.5.')
    await expect(store.list({ limit: '1; drop table x' as never })).rejects.toThrow('this one is 1; drop table x')
    expect(asked).toEqual([])
  })

  it.each([
    ['not there', undefined, 'It was not there.'],
    ['a string', '1', 'It was a string.'],
  ])('An `affected` that is %s is refused, since it says who came first', async (_, affected, sentence) => {
    const { store } = storeWith({ affected })
    await expect(store.write(order)).rejects.toThrow(
      `how many rows an insert, update or delete has written. ${sentence}`,
    )
  })

  it.each([
    ['An id', { orderId: 'ख'.repeat(341) }],
    ['A key', { keys: ['p1', 'ख'.repeat(683)] }],
  ])('%s with too many bytes is refused, and not cut off', async (_, change) => {
    const { store, asked } = storeWith()
    await expect(store.write({ ...order, ...change })).rejects.toThrow('at most 1020 bytes here, and keys 2048.')
    expect(asked).toEqual([])
  })

  it('An id and a key with just as many bytes as there is room for are written', async () => {
    const { store, asked } = storeWith()
    await store.write({ ...order, orderId: 'i'.repeat(1020), keys: ['k'.repeat(2048)] })
    expect(asked.map(({ text }) => text.split(' ', 1)[0])).toEqual(['insert', 'insert'])
  })

  it('The schema ends each statement, so that it can be run as one script', () => {
    const schema = mysqlSchema()
    expect(schema.trimEnd()).toMatch(/;$/)
    expect(schema.match(/;\n/g)).toHaveLength(3)
  })
})
