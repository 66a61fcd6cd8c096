import { KhaltiClient } from 'khalti-kit'
import { createSimulator } from 'khalti-kit/testing'
import { MongoClient } from 'mongodb'
import mongoose from 'mongoose'
import { afterAll, expect, it } from 'vitest'
import { openMongodb } from './mongodb-server.ts'
import { openCheckout } from './mongodb-shop.ts'
import { checkoutWith } from './mongoose-shop.ts'

const server = await openMongodb()

function openKhalti() {
  const simulator = createSimulator()
  const client = new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch })
  return { simulator, client }
}

const asked = (orderId: string) =>
  new Request('https://shop.example/api/khalti/initiate', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orderId }),
  })

if ('missing' in server) {
  it.skip(`The shops of docs/mongodb.md are not tried here: ${server.missing}`, () => {})
} else {
  const mongo = new MongoClient(server.url)
  afterAll(async () => {
    await mongo.db('shop').dropDatabase()
    await Promise.all([mongo.close(), mongoose.disconnect()])
    await server.close()
  })

  it('The shop of docs/mongodb.md marks its order as paid when Khalti says so, and holds one whose price has changed', async () => {
    const { simulator, client } = openKhalti()
    const checkout = await openCheckout(mongo, client)
    const orders = mongo.db('shop').collection<{ _id: string; name: string; total: number }>('orders')
    await orders.insertMany([
      { _id: 'topi', name: 'Dhaka topi', total: 85_000 },
      { _id: 'khukuri', name: 'Khukuri', total: 250_000 },
    ])
    const [topi, khukuri] = await Promise.all(
      ['topi', 'khukuri'].map(async (id) => (await checkout.handler(asked(id))).json() as Promise<{ pidx: string }>),
    )
    await orders.updateOne({ _id: 'khukuri' }, { $set: { total: 300_000 } })
    for (const { pidx } of [topi, khukuri] as { pidx: string }[]) simulator.pay(pidx)
    expect(await checkout.settle(topi?.pidx ?? '')).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(await checkout.settle(khukuri?.pidx ?? '')).toMatchObject({ outcome: 'hold', fulfilled: false })
    expect(await orders.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'khukuri', name: 'Khukuri', total: 300_000 },
      { _id: 'topi', name: 'Dhaka topi', total: 85_000, paidAt: expect.any(Date) },
    ])
  })

  it('The Mongoose shop of docs/mongodb.md marks its order as paid when Khalti says so', async () => {
    const { simulator, client } = openKhalti()
    const checkout = checkoutWith(client)
    await mongoose.connect(server.url, { dbName: 'shop' })
    const order = await mongoose.model('Order').create({ name: 'Dhaka topi', total: 85_000 })
    const { pidx } = await (await checkout.handler(asked(order.id))).json()
    simulator.pay(pidx)
    expect(await checkout.settle(pidx)).toMatchObject({ outcome: 'paid', fulfilled: true })
    expect(await mongoose.model('Order').findById(order.id)).toMatchObject({ paidAt: expect.any(Date) })
  })
}
