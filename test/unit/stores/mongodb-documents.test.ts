import { describe, expect, it, vi } from 'vitest'
import { mongoIndexes, mongoPayments } from '../../../src/mongodb.ts'
import { StandInDatabase } from '../../stores/mongodb-stand-in.ts'
import { answers, isIn, type Question } from '../../stores/mongodb-stand-in-indexes.ts'

const order = { orderId: 'topi', version: 0, record: {}, keys: ['HT6o'], attention: false, changedAt: new Date(0) }

const document = {
  ...{ _id: 'topi', version: 1, keys: ['HT6o'], attention: false, changedAt: new Date(0) },
  record: '{"links":["$HT6o"]}',
}

/** A store, and the collection in which it keeps its orders. */
function openStore() {
  const database = new StandInDatabase()
  return { payments: mongoPayments(database), orders: database.collection('khalti_orders') }
}

describe('A document of MongoDB', () => {
  it('An order is one document with its id, its keys, its times and its record as text', async () => {
    const { payments, orders } = openStore()
    await payments.write({ ...order, record: { links: ['$HT6o'] } })
    await payments.write({ ...order, orderId: 'due', keys: ['p2'], dueAt: new Date(5) })
    expect(await orders.findOne({ _id: 'topi' })).toEqual(document)
    expect(await orders.findOne({ _id: 'due' })).toMatchObject({ dueAt: new Date(5), record: '{}' })
  })

  it('A document that has all that an order has is read as that order, with dueAt and without', async () => {
    const { payments, orders } = openStore()
    const read = { ...order, version: 1, record: { links: ['$HT6o'] } }
    await orders.insertOne(document, {})
    expect((await payments.read({ orderId: 'topi' })).order).toEqual(read)
    await orders.replaceOne({ _id: 'topi' }, { ...document, dueAt: new Date(5) }, {})
    expect((await payments.read({ orderId: 'topi' })).order).toEqual({ ...read, dueAt: new Date(5) })
  })

  it.each([
    ['a version that is text', { version: '1' }],
    ['a version that is a Long, as a driver without promoteLongs gives it', { version: { low: 1, high: 0 } }],
    ['no version', { version: undefined }],
    ['one key in place of a list', { keys: 'HT6o' }],
    ['attention that is a number', { attention: 0 }],
    ['no attention', { attention: undefined }],
    ['a changedAt that is text', { changedAt: '2026-07-01T00:00:00Z' }],
    ['a changedAt that is no moment', { changedAt: new Date(Number.NaN) }],
    ['a dueAt that is text', { dueAt: '2026-07-01T00:00:00Z' }],
    ['a dueAt that is null', { dueAt: null }],
  ])('A document with %s is no order, and is refused with a sentence', async (_what, wrong) => {
    const { payments, orders } = openStore()
    await orders.insertOne({ ...document, ...wrong }, {})
    await expect(payments.read({ orderId: 'topi' })).rejects.toThrow(
      'The document "topi" is not as khalti-kit stores an order. Is something else written to this collection, or does the driver give dates or numbers in another form?',
    )
  })

  it('A document whose id is no text is no order, and its id is named', async () => {
    const { payments, orders } = openStore()
    await orders.insertOne({ ...document, _id: 7 }, {})
    await expect(payments.read({ key: 'HT6o' })).rejects.toThrow('The document 7 is not as khalti-kit stores an order')
  })

  it('Orders without keys are stored side by side, though an empty list is one entry of a unique index', async () => {
    const { payments } = openStore()
    expect(await payments.write({ ...order, keys: [] })).toBe(true)
    expect(await payments.write({ ...order, orderId: 'khukuri', keys: [] })).toBe(true)
    expect((await payments.read({ orderId: 'topi' })).order?.keys).toEqual([])
  })
})

describe('The indexes of MongoDB', () => {
  it('MongoDB takes the indexes of migrate, and takes them again', async () => {
    const { payments, orders } = openStore()
    await payments.migrate()
    await payments.migrate()
    expect(orders.indexes).toEqual(mongoIndexes)
    expect(orders.indexes).toHaveLength(4)
  })

  const first = { changedAt: new Date(0), orderId: 'topi' }
  it.each<[string, string, (payments: ReturnType<typeof openStore>['payments']) => Promise<unknown>]>([
    ['keys', 'which order a key belongs to', (payments) => payments.read({ key: 'HT6o' })],
    ['due', 'what is due', (payments) => payments.due(1, 1_000)],
    ['changed', 'the list of all orders', (payments) => payments.list({ limit: 5 })],
    ['changed', 'the next page of all orders', (payments) => payments.list({ limit: 5, before: first })],
    ['attention', 'which orders need a person', (payments) => payments.list({ limit: 5, attention: true })],
    [
      'attention',
      'the next page of those that need one',
      (payments) => payments.list({ limit: 5, attention: true, before: first }),
    ],
  ])('The index %s answers %s without sorting', async (name, _what, ask) => {
    const { payments, orders } = openStore()
    const questions: Question[] = []
    vi.spyOn(orders, 'findOne').mockImplementation(async (filter) => {
      questions.push({ filter })
      return null
    })
    vi.spyOn(orders, 'findOneAndUpdate').mockImplementation(async (filter, _update, { sort = {} }) => {
      questions.push({ filter, sort })
      return null
    })
    vi.spyOn(orders, 'find').mockImplementation((filter, { sort = {} }) => {
      questions.push({ filter, sort })
      return { toArray: async () => [] }
    })
    await ask(payments)
    expect(questions).toHaveLength(1)
    const fitting = mongoIndexes.filter((index) => questions.every((question) => answers({ ...index }, question)))
    expect(fitting.map((index) => index.name)).toContain(name)
  })

  it('The indexes of what is due and of what needs a person are small: they leave every other order out', () => {
    const indexesOf = (stored: object) => mongoIndexes.filter((index) => isIn({ ...index }, { ...stored }))
    const names = (stored: object) => indexesOf(stored).map(({ name }) => name)
    expect(names(document)).toEqual(['keys', 'changed'])
    expect(names({ ...document, dueAt: new Date(5) })).toEqual(['keys', 'due', 'changed'])
    expect(names({ ...document, attention: true })).toEqual(['keys', 'changed', 'attention'])
  })
})
