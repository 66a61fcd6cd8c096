import { createCheckout } from 'khalti-kit/checkout'
import { type MongoPayments, mongoPayments } from 'khalti-kit/mongodb'
import type { ClientSession, Db, MongoClient } from 'mongodb'
import type { ClientSession as ClientSession6, Db as Db6 } from 'mongodb-6'
import type { ClientSession as MongooseSession } from 'mongoose'
import mongoose from 'mongoose'

declare const client: MongoClient
declare const db: Db
declare const db6: Db6
declare const rest: Omit<Parameters<typeof createCheckout>[0], 'payments' | 'fulfil' | 'orderOf'>

// `fulfil` gets the driver's own session, which a model takes.
export const onDriver7: MongoPayments<ClientSession> = mongoPayments(db)
export const onDriver6: MongoPayments<ClientSession6> = mongoPayments(db6)
export const onMongoose: MongoPayments<MongooseSession> = mongoPayments(mongoose.connection)
declare function dbConnect(): Promise<typeof mongoose>
export const onFunction: MongoPayments<MongooseSession> = mongoPayments(async () => (await dbConnect()).connection)
declare const clientPromise: Promise<MongoClient>
export const onPromise: MongoPayments<ClientSession> = mongoPayments(async () => (await clientPromise).db())
export const without: MongoPayments<undefined> = mongoPayments(db, { transactions: false })

export const checkout = createCheckout({
  ...rest,
  payments: mongoPayments(db),
  fulfil: async (payment, { transaction }) => {
    await db.collection('orders').updateOne({ id: payment.orderId }, { $set: { paid: true } }, { session: transaction })
  },
})

// @ts-expect-error a client is no database
mongoPayments(client)
