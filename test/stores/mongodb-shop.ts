import { type KhaltiClient, paisa } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { mongoPayments } from 'khalti-kit/mongodb'
import type { MongoClient } from 'mongodb'

/** An order, as this shop keeps it. */
interface ShopOrder {
  _id: string
  name: string
  /** Paisa. */
  total: number
  paidAt?: Date
}

export async function openCheckout(mongo: MongoClient, client: KhaltiClient) {
  const db = mongo.db('shop')
  const orders = db.collection<ShopOrder>('orders')
  const payments = mongoPayments(db)
  await payments.migrate()
  return createCheckout({
    client,
    payments,
    siteUrl: 'https://shop.example',
    async readOrder({ orderId }) {
      const order = await orders.findOne({ _id: String(orderId) })
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: order._id, name: order.name, amount: paisa(order.total) }
    },
    async fulfil({ orderId, amount }, { transaction, accepted }) {
      const asPaid = { _id: orderId, ...(!accepted && { total: amount }) }
      const { matchedCount } = await orders.updateOne(
        asPaid,
        { $set: { paidAt: new Date() } },
        { session: transaction },
      )
      if (matchedCount === 0) throw new PaymentHold('The order is not the one that was paid.')
    },
    landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?outcome=${outcome}`,
  })
}
