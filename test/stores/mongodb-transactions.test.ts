import { afterEach, describe, expect, it, vi } from 'vitest'
import { PaymentHold } from '../../src/checkout.ts'
import { describePaymentStore } from '../../src/conformance/describe-payment-store.ts'
import { mongoPayments } from '../../src/mongodb.ts'
import { StandInDatabase, StandInError, type StandInSession } from './mongodb-stand-in.ts'
import { openShopOn } from './shop-on.ts'

describePaymentStore('mongoPayments on a stand-in for a replica set', ({ now }) =>
  mongoPayments(new StandInDatabase(), { now }),
)

const order = { orderId: 'topi', version: 0, record: {}, keys: ['HT6o'], attention: false, changedAt: new Date(0) }

describe('mongoPayments in transactions', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('A transaction that met another one runs its function again, and gives the last result', async () => {
    const payments = mongoPayments(new StandInDatabase())
    let runs = 0
    const result = await payments.transaction?.(async () => {
      runs += 1
      if (runs < 3) throw new StandInError('Write conflict', 112, 'TransientTransactionError')
      return `run ${runs}`
    })
    expect(result).toBe('run 3')
  })

  it('A transaction that takes 55 seconds is rolled back before MongoDB ends it, and its session is of no use after that', async () => {
    const database = new StandInDatabase()
    const payments = mongoPayments(database)
    await payments.write(order)
    vi.useFakeTimers()
    let late: Promise<unknown> = Promise.resolve()
    const slow = payments.transaction?.(async (session) => {
      await payments.write({ ...order, version: 1 }, session)
      await new Promise((resolve) => setTimeout(resolve, 56_000))
      late = payments.write({ ...order, version: 2 }, session)
      return late
    })
    const refused = expect(slow).rejects.toThrow('rolled back after 55 seconds: MongoDB ends each after 60')
    await vi.advanceTimersByTimeAsync(55_000)
    await refused
    await vi.advanceTimersByTimeAsync(2_000)
    await expect(late).rejects.toThrow('was over before fulfil was')
    expect((await payments.read({ orderId: 'topi' })).order?.version).toBe(1)
  })

  it.each<[string, (session: StandInSession) => unknown]>([
    ['takes its transaction back', (session) => session.abortTransaction()],
    ['commits its transaction', (session) => session.commitTransaction()],
    ['ends its session', (session) => session.endSession()],
    [
      'takes its transaction back and starts another',
      async (session) => {
        await session.abortTransaction()
        session.startTransaction()
      },
    ],
  ])('A fulfil that %s is an error, and the order is not marked', async (_what, end) => {
    const payments = mongoPayments(new StandInDatabase())
    await payments.write(order)
    const marking = payments.transaction?.(async (session) => {
      await end(session)
      await payments.read({ orderId: 'topi' }, session)
      await payments.write({ ...order, version: 1 }, session)
    })
    await expect(marking).rejects.toThrow('The transaction of fulfil was over before fulfil was')
    expect((await payments.read({ orderId: 'topi' })).order?.version).toBe(1)
  })

  it('What a fulfil throws that has taken its transaction back is what the checkout hears, a PaymentHold too', async () => {
    const hold = new PaymentHold('sold out')
    const held = mongoPayments(new StandInDatabase()).transaction?.(async (session) => {
      await session.abortTransaction()
      throw hold
    })
    await expect(held).rejects.toBe(hold)
  })

  it('A fulfil that catches an error of its transaction is called twice, and not again and again for two minutes', async () => {
    const database = new StandInDatabase()
    const payments = mongoPayments(database)
    await payments.write(order)
    const receipts = database.collection('receipts')
    await receipts.insertOne({ _id: 'topi' }, {})
    let calls = 0
    const marking = payments.transaction?.(async (session) => {
      calls += 1
      await receipts.insertOne({ _id: 'topi' }, { session }).catch(() => {})
      await payments.read({ orderId: 'topi' }, session)
    })
    await expect(marking).rejects.toThrow('Do not catch such an error inside fulfil')
    expect(calls).toBe(2)
  })

  it('A transaction that an election has taken back runs again', async () => {
    const payments = mongoPayments(new StandInDatabase())
    const results = ['gone', 'conflict', 'stored']
    const result = await payments.transaction?.(async () => {
      const next = results.shift()
      if (next === 'gone') throw new StandInError('no such transaction', 251, 'TransientTransactionError')
      if (next === 'conflict') throw new StandInError('Write conflict', 112, 'TransientTransactionError')
      return next
    })
    expect(result).toBe('stored')
  })

  it('A fulfil that uses its session with another MongoClient is told which client to take', async () => {
    const payments = mongoPayments(new StandInDatabase())
    const failing = payments.transaction?.(async () => {
      throw new Error('ClientSession must be from the same MongoClient')
    })
    await expect(failing).rejects.toThrow('mongoPayments(mongoose.connection)')
  })

  it.each([
    ['text that is no JSON', '{"format":1,'],
    ['a document', { format: 1 }],
    ['nothing', undefined],
  ])('A record that somebody has made %s keeps due from no other order', async (_what, record) => {
    const database = new StandInDatabase()
    const payments = mongoPayments(database)
    const dueAt = new Date(0)
    await payments.write({ ...order, orderId: 'bad', keys: ['p1'], dueAt })
    await payments.write({ ...order, orderId: 'good', keys: ['p2'], dueAt: new Date(1) })
    await database.collection('khalti_orders').findOneAndUpdate({ _id: 'bad' }, { $set: { record } }, {})
    const { orders } = await payments.due(10, 1_000)
    expect(orders.map((given) => [given.orderId, given.record])).toEqual([
      ['bad', record],
      ['good', {}],
    ])
  })

  it.each([
    ['a change that is no date', { changedAt: 'yesterday' }],
    ['a version that is text', { version: '1' }],
    ['no keys', { keys: null }],
  ])('A document with %s keeps reconcile from no other order', async (_what, change) => {
    const database = new StandInDatabase()
    const { checkout, simulator, initiate } = openShopOn(mongoPayments(database), () => {})
    for (const id of ['bad', 'good']) simulator.pay(await initiate(id))
    await database.collection('khalti_orders').findOneAndUpdate({ _id: 'bad' }, { $set: change }, {})
    expect(await checkout.reconcile()).toMatchObject({ paid: 1, failed: 1 })
    expect((await checkout.find('good'))[0]?.state).toBe('paid')
  })

  it('A store that is told to have no transactions has none, on a replica set too', () => {
    expect('transaction' in mongoPayments(new StandInDatabase(), { transactions: false })).toBe(false)
  })

  it('A replica set and a sharded cluster have transactions, and a single server has none', async () => {
    const has = async (hello: Record<string, unknown>) => {
      const database = new StandInDatabase()
      database.hello = hello
      const payments = mongoPayments(database)
      await payments.read({ orderId: 'topi' })
      return payments.transaction !== undefined
    }
    expect(await Promise.all([has({ setName: 'rs0' }), has({ msg: 'isdbgrid' }), has({})])).toEqual([true, true, false])
  })
})

describe('mongoPayments', () => {
  it.each([
    ['a MongoClient', { db: () => new StandInDatabase() }],
    ['mongoose itself', { connection: {}, connect: () => {} }],
    ['a collection', new StandInDatabase().collection('orders')],
  ])('A store is refused %s in place of a database, with a sentence that says what to give', (_, wrong) => {
    expect(() => mongoPayments(wrong as never)).toThrow(
      /takes a database or a connection: mongoPayments\(client\.db\(\)\)/,
    )
  })

  it('A function that gives no database is refused when it is called, and one that fails is tried at the next call', async () => {
    const gives = vi.fn().mockResolvedValueOnce({ connection: {} }).mockRejectedValueOnce(new Error('ENOTFOUND mongo'))
    const payments = mongoPayments(gives)
    const read = () => payments.read({ orderId: 'topi' })
    await expect(read()).rejects.toThrow(/takes a database or a connection/)
    await expect(read()).rejects.toThrow('ENOTFOUND mongo')
    gives.mockResolvedValue(new StandInDatabase())
    expect((await read()).order).toBeUndefined()
  })

  it('A prefix that cannot begin a name is refused', () => {
    for (const prefix of ['', '1st_', 'a.b', 'system$']) {
      expect(() => mongoPayments(new StandInDatabase(), { prefix })).toThrow('cannot begin a collection')
    }
  })

  it('A user who may not make indexes writes where they are, and where they are not is told to migrate', async () => {
    const database = new StandInDatabase()
    const orders = database.collection('khalti_orders')
    orders.createIndexes = async () => {
      throw new StandInError('not authorized on shop to execute command createIndexes', 13)
    }
    const payments = mongoPayments(database)
    await expect(payments.write(order)).rejects.toThrow('no unique index on keys, and this user may not make it')
    orders.indexes = [{ name: 'keys', key: { keys: 1 }, unique: true }]
    expect(await payments.write(order)).toBe(true)
  })

  it('A unique index on keys that the shop has made under another name is as good as one of the store', async () => {
    const database = new StandInDatabase()
    database.collection('khalti_orders').indexes = [{ name: 'keys_1', key: { keys: 1 }, unique: true }]
    expect(await mongoPayments(database).write(order)).toBe(true)
  })

  it('An index on keys that is not unique, and has the name of the one of the store, is told before a write', async () => {
    const database = new StandInDatabase()
    database.collection('khalti_orders').indexes = [{ name: 'keys', key: { keys: 1 } }]
    await expect(mongoPayments(database).write(order)).rejects.toThrow(
      'The collection khalti_orders has no unique index on keys, and another index is in the way',
    )
  })

  it('A key of another order is told in the words of the other stores', async () => {
    const payments = mongoPayments(new StandInDatabase())
    await payments.write({ ...order, keys: ['p1'] })
    await expect(payments.write({ ...order, orderId: 'khukuri', keys: ['p1', 'p2'] })).rejects.toThrow(
      'Order khukuri was not stored: one of its keys (p1, p2) belongs to another order.',
    )
  })

  it('A server that says no time is refused, where dates of drivers are decoded in another way', async () => {
    const database = new StandInDatabase()
    database.hello = { localTime: '2026-07-01' }
    await expect(mongoPayments(database).read({ orderId: 'topi' })).rejects.toThrow('MongoDB says no time')
  })
})
