import { MongoClient } from 'mongodb'
import { MongoClient as MongoClient6 } from 'mongodb-6'
import mongoose from 'mongoose'
import { afterAll, describe, expect, it } from 'vitest'
import { describePaymentStore } from '../../src/conformance/describe-payment-store.ts'
import { mongoPayments } from '../../src/mongodb.ts'
import { openMongodb } from './mongodb-server.ts'

const server = await openMongodb()
const name = `khalti_kit_${process.pid}`

if ('missing' in server) {
  it.skip(`MongoDB is not tried here: ${server.missing}`, () => {})
} else {
  const { url } = server
  const client = new MongoClient(url)
  const client6 = new MongoClient6(url)
  // What a shop's connection string may say, and a store must not be misled by.
  const odd = new MongoClient(url, {
    readPreference: 'secondaryPreferred',
    w: 0,
    useBigInt64: true,
    ignoreUndefined: true,
    readConcernLevel: 'local',
  })
  const connection = mongoose.createConnection(url, { dbName: name })
  afterAll(async () => {
    await client.db(name).dropDatabase()
    await Promise.all([client.close(), client6.close(), odd.close(), connection.close()])
    await server.close()
  })

  let stores = 0
  const fresh = () => {
    stores += 1
    return `t${stores}_`
  }
  const order = { orderId: 'topi', version: 0, record: {}, keys: ['HT6o'], attention: false, changedAt: new Date(0) }

  describePaymentStore('mongoPayments on the driver 7', ({ now }) =>
    mongoPayments(client.db(name), { prefix: fresh(), now }),
  )
  describePaymentStore('mongoPayments on the driver 6', ({ now }) =>
    mongoPayments(client6.db(name), { prefix: fresh(), now }),
  )
  describePaymentStore('mongoPayments on a connection of Mongoose', ({ now }) =>
    mongoPayments(connection, { prefix: fresh(), now }),
  )
  describePaymentStore('mongoPayments on a client with odd options', ({ now }) =>
    mongoPayments(odd.db(name), { prefix: fresh(), now }),
  )
  describePaymentStore('mongoPayments by the clock of the server', () =>
    mongoPayments(client.db(name), { prefix: fresh() }),
  )

  describe('mongoPayments', () => {
    it('A shop that never calls migrate has the index that keeps a key to one order', async () => {
      const prefix = fresh()
      await mongoPayments(client.db(name), { prefix }).write(order)
      const indexes = await client.db(name).collection(`${prefix}orders`).listIndexes().toArray()
      expect(indexes).toContainEqual(expect.objectContaining({ key: { keys: 1 }, unique: true }))
    })

    it('Several servers can migrate at once, and again', async () => {
      const prefix = fresh()
      const servers = [client.db(name), client6.db(name), connection]
      await Promise.all(servers.map((db) => mongoPayments(db as never, { prefix }).migrate()))
      await mongoPayments(client.db(name), { prefix }).migrate()
    })

    it('An order is one document that people can find by its pidx', async () => {
      const prefix = fresh()
      await mongoPayments(client.db(name), { prefix }).write({ ...order, record: { links: ['$HT6o'] } })
      const document = await client.db(name).collection(`${prefix}orders`).findOne({ keys: 'HT6o' })
      expect(document).toEqual({
        ...{ _id: 'topi', version: 1, keys: ['HT6o'], attention: false, changedAt: new Date(0) },
        record: '{"links":["$HT6o"]}',
      })
    })

    it('A document that is no order is refused with a sentence', async () => {
      const prefix = fresh()
      await client.db(name).collection<{ _id: string }>(`${prefix}orders`).insertOne({ _id: 'topi' })
      const reading = mongoPayments(client.db(name), { prefix }).read({ orderId: 'topi' })
      await expect(reading).rejects.toThrow('"topi" is not as khalti-kit stores an order')
    })

    it('A session of another MongoClient is refused with a sentence', async () => {
      const payments = mongoPayments(client.db(name), { prefix: fresh() })
      const stranger = new MongoClient(url)
      const session = stranger.startSession()
      await expect(payments.read({ orderId: 'topi' }, session)).rejects.toThrow('a session of another MongoClient')
      await expect(payments.write(order, session)).rejects.toThrow('a session of another MongoClient')
      await session.endSession()
      await stranger.close()
    })

    it('A Mongoose connection that is still being opened is waited for', async () => {
      const opening = mongoose.createConnection(url, { dbName: name })
      expect(await mongoPayments(opening, { prefix: fresh() }).write(order)).toBe(true)
      await opening.close()
    })

    it('A function that connects at the first request is called, as dbConnect() in a Next shop is', async () => {
      const cold = mongoose.createConnection()
      const dbConnect = async () => (cold.readyState === 0 ? await cold.openUri(url, { dbName: name }) : cold)
      const payments = mongoPayments(dbConnect, { prefix: fresh() })
      expect((await payments.read({ orderId: 'topi' })).order).toBeUndefined()
      expect(await payments.write(order)).toBe(true)
      await cold.close()
    })

    it("A function that awaits the driver's client gives its database", async () => {
      const clientPromise = new MongoClient(url).connect()
      const payments = mongoPayments(async () => (await clientPromise).db(name), { prefix: fresh() })
      expect(await payments.write(order)).toBe(true)
      await (await clientPromise).close()
    })

    it('A Mongoose connection that nobody opened is refused with a sentence', async () => {
      const payments = mongoPayments(mongoose.createConnection(), { prefix: fresh() })
      await expect(payments.write(order)).rejects.toThrow('Call mongoose.connect(uri)')
    })

    // Without them the suite has nothing to prove about transactions, and is green all the same.
    if (server.isReal) {
      it('The server that MONGODB_URL names has transactions', async () => {
        const payments = mongoPayments(client.db(name), { prefix: fresh(), transactions: true })
        await payments.migrate()
        expect(await payments.transaction?.(async () => 'run')).toBe('run')
      })
    }

    it.skipIf(server.isReal)('A store on a single server has no transaction once it has asked', async () => {
      const payments = mongoPayments(client.db(name), { prefix: fresh() })
      await expect(payments.transaction?.(async () => {})).rejects.toThrow('no transactions')
      expect(payments.transaction).toBeUndefined()
    })

    it.skipIf(server.isReal)(
      'A store that must have transactions refuses a single server when it migrates',
      async () => {
        const payments = mongoPayments(client.db(name), { prefix: fresh(), transactions: true })
        await expect(payments.migrate()).rejects.toThrow('mongod --replSet')
        await expect(payments.transaction?.(async () => {})).rejects.toThrow('mongod --replSet')
      },
    )
  })
}
