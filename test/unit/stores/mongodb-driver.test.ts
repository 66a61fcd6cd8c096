import { MongoClient } from 'mongodb'
import { MongoClient as MongoClient6 } from 'mongodb-6'
import { describe, expect, it, vi } from 'vitest'
import { mongoPayments } from '../../../src/mongodb.ts'
import { StandInDatabase, StandInError } from '../../stores/mongodb-stand-in.ts'

// What a shop's connection string may say, and a store must not be misled by. Nobody listens at this port.
const url = 'mongodb://127.0.0.1:1/shop'
const odd = { readPreference: 'secondaryPreferred', readConcernLevel: 'local', w: 0 } as const
const order = { orderId: 'topi', version: 0, record: {}, keys: ['HT6o'], attention: false, changedAt: new Date(0) }
const topi = { orderId: 'topi' }

/** A stand-in whose collections and sessions are asked of a client of the driver as well. */
function besideDriver(client: MongoClient) {
  const database = new StandInDatabase()
  const given: ReturnType<ReturnType<MongoClient['db']>['collection']>[] = []
  return {
    given,
    client,
    collection: (name: string, options: object) => {
      given.push(client.db('shop').collection(name, options))
      return database.collection(name)
    },
    command: (command: Record<string, unknown>) => database.command(command),
  }
}

describe.each([
  ['7', MongoClient],
  ['6', MongoClient6 as never as typeof MongoClient],
])('mongoPayments on the driver %s', (_version, Client) => {
  it('The collection of orders is read from the primary, and written to a majority, whatever the client says', async () => {
    const database = besideDriver(new Client(url, odd))
    await mongoPayments(database).read(topi)
    const [orders] = database.given
    expect(orders).toMatchObject({
      collectionName: 'khalti_orders',
      readPreference: { mode: 'primary' },
      readConcern: { level: 'majority' },
      writeConcern: { w: 'majority' },
    })
  })

  it.each([{ promoteLongs: false }, { promoteValues: false }, { useBigInt64: true }, { raw: true }])(
    'Numbers and dates come as such where the client says %o',
    async (client) => {
      const database = besideDriver(new Client(url, client))
      await mongoPayments(database).read(topi)
      const plain = { promoteLongs: true, promoteValues: true, useBigInt64: false, raw: false }
      expect(database.given[0]).toMatchObject({ bsonOptions: plain })
    },
  )

  it('A transaction reads a snapshot of the primary, and is there for a majority, whatever the client says', async () => {
    const database = besideDriver(new Client(url, odd))
    const options = await mongoPayments(database).transaction?.(async (session) => {
      const { options } = Reflect.get(session, 'transaction')
      return options
    })
    expect(options).toMatchObject({
      readPreference: { mode: 'primary' },
      readConcern: { level: 'snapshot' },
      writeConcern: { w: 'majority' },
    })
  })

  it('A transaction that is over has ended its session, whether its function throws or not', async () => {
    const payments = mongoPayments(besideDriver(new Client(url)))
    const session = await payments.transaction?.(async (given) => given)
    expect(session?.hasEnded).toBe(true)
    const ended = vi.fn()
    const failing = payments.transaction?.(async (given) => {
      given.once('ended', ended)
      throw new Error('The printer is out of paper')
    })
    await expect(failing).rejects.toThrow('The printer is out of paper')
    expect(ended).toHaveBeenCalledOnce()
  })

  it('A session of another MongoClient is refused to a read and to a write', async () => {
    const payments = mongoPayments(besideDriver(new Client(url)))
    const stranger = new Client(url).startSession()
    const refusal =
      'The transaction is a session of another MongoClient than the one of mongoPayments. Use the session that the store gives as context.transaction.'
    await expect(payments.read(topi, stranger)).rejects.toThrow(refusal)
    await expect(payments.write(order, stranger)).rejects.toThrow(refusal)
    await stranger.endSession()
  })
})

/** A connection as Mongoose gives it: `db` is there once it is open. */
class Connection {
  db: StandInDatabase | undefined
  readonly asPromise = vi.fn(async () => {})
  getClient() {}
  startSession = async () => new StandInDatabase().client.startSession()
}

describe('A connection of Mongoose', () => {
  it('A connection that is open gives its database, also another one after it was opened anew', async () => {
    const connection = new Connection()
    const payments = mongoPayments(connection)
    connection.db = new StandInDatabase()
    expect(await payments.write(order)).toBe(true)
    expect((await payments.read(topi)).order?.version).toBe(1)
    connection.db = new StandInDatabase()
    expect((await payments.read(topi)).order).toBeUndefined()
    expect(connection.asPromise).not.toHaveBeenCalled()
  })

  it('A connection that is being opened is waited for', async () => {
    const connection = new Connection()
    connection.asPromise.mockImplementation(async () => {
      connection.db = new StandInDatabase()
    })
    expect(await mongoPayments(connection).write(order)).toBe(true)
  })

  it('A connection that nobody opens is refused with a sentence that says what to call', async () => {
    await expect(mongoPayments(new Connection()).write(order)).rejects.toThrow(
      'The Mongoose connection of mongoPayments is not open. Call mongoose.connect(uri) before it is used, or give mongoPayments a function that connects.',
    )
  })

  it('A connection of an old Mongoose, whose database has no client, is refused with a sentence that says which to take', async () => {
    const connection = new Connection()
    connection.db = { collection: () => ({}), command: async () => ({}) } as never
    await expect(mongoPayments(connection).read(topi)).rejects.toThrow(
      'mongoPayments(mongoose.connection) of Mongoose 8 or newer',
    )
  })

  it('A function may give a connection that is open', async () => {
    const connection = new Connection()
    connection.db = new StandInDatabase()
    expect(await mongoPayments(async () => connection).write(order)).toBe(true)
  })

  it('A database without its client is refused when the store is made, since it begins no transaction', () => {
    const database = { collection: () => ({}), command: async () => ({}) }
    expect(() => mongoPayments(database as never)).toThrow(TypeError)
    expect(() => mongoPayments(database as never)).toThrow(
      'mongoPayments was given a database without `client`. It takes a database or a connection: mongoPayments(client.db())',
    )
  })
})

describe('What a server says of itself', () => {
  /** A stand-in that answers each command in this way. */
  function answering(answer: (name: string) => Promise<Record<string, unknown>>) {
    const database = new StandInDatabase()
    const asked: string[] = []
    database.command = (command) => {
      const [name = ''] = Object.keys(command)
      asked.push(name)
      return answer(name)
    }
    return { database, asked }
  }

  it('A server older than 4.4.2 knows no hello, and is asked isMaster', async () => {
    const localTime = new Date(5)
    const { database, asked } = answering(async (name) => {
      if (name === 'isMaster') return { localTime, setName: 'rs0' }
      throw new StandInError(`no such command: '${name}'`, 59)
    })
    const payments = mongoPayments(database)
    expect((await payments.read(topi)).now).toEqual(localTime)
    expect(await payments.transaction?.(async () => 'run')).toBe('run')
    expect(asked.slice(0, 2)).toEqual(['hello', 'isMaster'])
  })

  it.each([
    ['an error with another code', new StandInError('Authentication failed.', 18)],
    ['an error without a code', new Error('connection closed')],
    ['text', 'connection closed'],
    ['null', null],
    ['nothing', undefined],
  ])(
    'A hello that is refused with %s is not asked again in another way, and throws the same',
    async (_what, refusal) => {
      const { database, asked } = answering(() => Promise.reject(refusal))
      await expect(mongoPayments(database).read(topi)).rejects.toBe(refusal)
      expect(asked).toEqual(['hello'])
    },
  )

  it('An answer whose localTime is no moment is refused, and is quoted', async () => {
    const { database } = answering(async () => ({ localTime: '2026-07-01' }))
    await expect(mongoPayments(database).read(topi)).rejects.toThrow(
      'MongoDB says no time: localTime of its answer to hello is "2026-07-01".',
    )
  })
})
