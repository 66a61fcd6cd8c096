import { afterEach, describe, expect, it, vi } from 'vitest'
import { mongoPayments } from '../../../src/mongodb.ts'
import { StandInDatabase, StandInError } from '../../stores/mongodb-stand-in.ts'

const order = { orderId: 'topi', version: 0, record: {}, keys: ['HT6o'], attention: false, changedAt: new Date(0) }
const khukuri = { ...order, orderId: 'khukuri', keys: ['p2'] }
const topi = { orderId: 'topi' }
const noTransactions =
  'This MongoDB server has no transactions: it is no replica set. Start it as one (mongod --replSet rs0, then rs.initiate() once; one member is enough), or say mongoPayments(db, { transactions: false }) and make fulfil idempotent.'

/** A database, the collection of its orders, and what its server is asked. */
function openDatabase(hello: Record<string, unknown> = { setName: 'rs0' }) {
  const database = new StandInDatabase()
  database.hello = hello
  return { database, orders: database.collection('khalti_orders'), command: vi.spyOn(database, 'command') }
}

/** An error that is thrown. */
const errorOf = (failing: Promise<unknown> | undefined) =>
  Promise.resolve(failing).then(
    () => undefined,
    (error) => error,
  )

describe('A first write', () => {
  it('A first write of an order that is there is false, and its transaction goes on', async () => {
    const payments = mongoPayments(openDatabase().database)
    await payments.write(order)
    const answers = await payments.transaction?.(async (session) => [
      await payments.write({ ...order, keys: ['late'] }, session),
      await payments.write(khukuri, session),
    ])
    expect(answers).toEqual([false, true])
    expect((await payments.read(topi)).order?.keys).toEqual(['HT6o'])
    expect((await payments.read({ orderId: 'khukuri' })).order?.version).toBe(1)
  })

  it('A first write of an order that the same transaction has written is false, and the transaction goes on', async () => {
    const payments = mongoPayments(openDatabase().database)
    const answers = await payments.transaction?.(async (session) => [
      await payments.write(order, session),
      await payments.write({ ...order, keys: ['late'] }, session),
    ])
    expect(answers).toEqual([true, false])
    expect((await payments.read(topi)).order?.keys).toEqual(['HT6o'])
  })

  it('A key of another order ends the transaction with the words of the other stores, and with the error of the driver', async () => {
    const payments = mongoPayments(openDatabase().database)
    await payments.write(order)
    const error = await errorOf(
      payments.transaction?.((session) => payments.write({ ...khukuri, keys: ['HT6o'] }, session)),
    )
    expect(error).toMatchObject({
      message: 'Order khukuri was not stored: one of its keys (HT6o) belongs to another order.',
      cause: { code: 11_000 },
    })
  })

  it('A connection that breaks while an order is inserted is an error, also where the order is there afterwards', async () => {
    const { database, orders } = openDatabase()
    const payments = mongoPayments(database)
    const insertOne = orders.insertOne.bind(orders)
    const broken = new Error('connection closed')
    orders.insertOne = async (...args) => {
      await insertOne(...args)
      throw broken
    }
    await expect(payments.write(order)).rejects.toBe(broken)
    expect((await payments.read(topi)).order?.version).toBe(1)
  })

  it.each([
    ['text', 'connection closed'],
    ['null', null],
    ['nothing', undefined],
    ['an error with another code', new StandInError('not primary', 10_107)],
  ])('A driver that throws %s is not asked for its reasons: a write throws the same', async (_what, thrown) => {
    const { database, orders } = openDatabase()
    orders.insertOne = () => Promise.reject(thrown)
    await expect(mongoPayments(database).write(order)).rejects.toBe(thrown)
  })
})

describe('What is due', () => {
  it('What is due comes with the end of its lease as dueAt', async () => {
    const now = new Date(60_000)
    const payments = mongoPayments(openDatabase().database, { now: () => now })
    await payments.write({ ...order, dueAt: new Date(1) })
    const { orders } = await payments.due(5, 30_000)
    expect(orders).toEqual([{ ...order, version: 1, dueAt: new Date(90_000) }])
  })
})

describe('The lock of a transaction', () => {
  it('What a transaction reads is written by nobody else before it ends', async () => {
    const payments = mongoPayments(openDatabase().database)
    await payments.write(order)
    const events: string[] = []
    let outside: Promise<unknown> = Promise.resolve()
    await payments.transaction?.(async (session) => {
      await payments.read(topi, session)
      outside = payments.write({ ...order, version: 1 }).then(() => events.push('written'))
      await new Promise((resolve) => setTimeout(resolve, 20))
      events.push('read')
    })
    await outside
    expect(events).toEqual(['read', 'written'])
  })
})

describe('The index that keeps a key to one order', () => {
  /** A store whose user may not make indexes, beside those that are there. */
  function openWithout(error: unknown, indexes: Record<string, unknown>[]) {
    const { database, orders } = openDatabase()
    orders.indexes = indexes
    orders.createIndexes = () => Promise.reject(error)
    return mongoPayments(database)
  }
  const keys = { name: 'keys', key: { keys: 1 }, unique: true }
  const unauthorized = new StandInError('not authorized on shop to execute command createIndexes', 13)

  it.each([
    ['is of another field', { name: 'email', key: { email: 1 }, unique: true }],
    ['is of keys and another field', { name: 'both', key: { keys: 1, email: 1 }, unique: true }],
    ['is not unique', { name: 'keys', key: { keys: 1 } }],
  ])('Nothing is written where the only index %s, and the sentence says what to do', async (_what, index) => {
    const error = await errorOf(openWithout(unauthorized, [index]).write(order))
    expect(error).toMatchObject({
      message:
        'The collection khalti_orders has no unique index on keys, and this user may not make it. Call migrate(), or make mongoIndexes, as a user who may.',
      cause: unauthorized,
    })
  })

  it('Nothing is written where another index is in the way, and the sentence says to drop that one', async () => {
    const conflict = new StandInError('An existing index has the same name as the requested index.', 86)
    const error = await errorOf(openWithout(conflict, []).write(order))
    expect(error).toMatchObject({
      message:
        'The collection khalti_orders has no unique index on keys, and another index is in the way of mongoIndexes. Drop that one, then call migrate().',
      cause: conflict,
    })
  })

  it('A connection that breaks while indexes are made is an error, also where they are there', async () => {
    const broken = new Error('connection closed')
    await expect(openWithout(broken, [keys]).write(order)).rejects.toBe(broken)
  })

  it('An answer about indexes that is lost keeps no other write waiting', async () => {
    const { database, orders } = openDatabase()
    vi.spyOn(orders, 'createIndexes').mockReturnValueOnce(new Promise(() => {}))
    const payments = mongoPayments(database)
    payments.write(order)
    await new Promise((resolve) => setTimeout(resolve))
    expect(await payments.write(khukuri)).toBe(true)
  })

  it('Indexes that could not be made are tried again at the next write, and after that never again', async () => {
    const { database, orders } = openDatabase()
    const createIndexes = vi.spyOn(orders, 'createIndexes').mockRejectedValueOnce(new Error('connection closed'))
    const payments = mongoPayments(database)
    await expect(payments.write(order)).rejects.toThrow('connection closed')
    expect(await payments.write(order)).toBe(true)
    expect(await payments.write(khukuri)).toBe(true)
    expect(createIndexes).toHaveBeenCalledTimes(2)
  })
})

describe('Whether there are transactions', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('A store that must have transactions refuses a single server when it migrates, with a sentence that says what to do', async () => {
    const payments = mongoPayments(openDatabase({}).database, { transactions: true })
    await expect(payments.migrate()).rejects.toThrow(noTransactions)
    await expect(payments.transaction?.(async () => {})).rejects.toThrow(noTransactions)
  })

  it('A store that need not have them migrates on a single server, and one that must migrates on a replica set', async () => {
    const single = openDatabase({})
    await mongoPayments(single.database).migrate()
    expect(single.orders.indexes).toHaveLength(4)
    const replicas = openDatabase()
    await mongoPayments(replicas.database, { transactions: true }).migrate()
    expect(replicas.orders.indexes).toHaveLength(4)
  })

  it('A first transaction on a single server runs nothing, and says what to do', async () => {
    const payments = mongoPayments(openDatabase({}).database)
    const fulfil = vi.fn(async () => {})
    await expect(payments.transaction?.(fulfil)).rejects.toThrow(noTransactions)
    expect(fulfil).not.toHaveBeenCalled()
    expect(payments.transaction).toBeUndefined()
  })

  it('A store that is spread into another gives it its transaction', () => {
    const payments = mongoPayments(openDatabase().database)
    expect({ ...payments }.transaction).toBeTypeOf('function')
  })

  it('A server is asked what it is once, and by a transaction only where nothing was read before', async () => {
    const { database, command } = openDatabase()
    const payments = mongoPayments(database)
    await payments.transaction?.(async () => {})
    command.mockClear()
    await payments.transaction?.(async () => {})
    expect(command).not.toHaveBeenCalled()
  })

  it('A store with a clock of its own asks the server once what it is, and never for the time', async () => {
    const { database, command } = openDatabase()
    const payments = mongoPayments(database, { now: () => new Date(7) })
    expect((await payments.read(topi)).now).toEqual(new Date(7))
    expect((await payments.read(topi)).now).toEqual(new Date(7))
    expect(command).toHaveBeenCalledOnce()
  })

  it('A transaction that is over leaves no timer behind, which would keep a process alive', async () => {
    vi.useFakeTimers()
    const payments = mongoPayments(openDatabase().database)
    await payments.transaction?.(async () => {})
    await expect(payments.transaction?.(() => Promise.reject(new Error('no paper')))).rejects.toThrow('no paper')
    expect(vi.getTimerCount()).toBe(0)
  })

  it('A fulfil that uses its session with another MongoClient is told which to take, with the error of the driver', async () => {
    const payments = mongoPayments(openDatabase().database)
    const driver = new Error('ClientSession must be from the same MongoClient')
    const error = await errorOf(payments.transaction?.(() => Promise.reject(driver)))
    expect(error).toMatchObject({
      message:
        'fulfil used context.transaction with another MongoClient than the one of mongoPayments. Give mongoPayments the connection that your models use: mongoPayments(mongoose.connection), or the db() of the same client.',
      cause: driver,
    })
  })
})
