import { type KhaltiClient, paisa } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { mongoPayments } from 'khalti-kit/mongodb'
import mongoose from 'mongoose'

const Order = mongoose.model(
  'Order',
  new mongoose.Schema({
    name: { type: String, required: true },
    // Paisa.
    total: { type: Number, required: true },
    paidAt: Date,
  }),
)

// Mongoose leaves out what the schema does not have, and says nothing. These make it an error.
const strictly = { strict: 'throw', strictQuery: 'throw' } as const

export const checkoutWith = (client: KhaltiClient) =>
  createCheckout({
    client,
    payments: mongoPayments(mongoose.connection),
    siteUrl: 'https://shop.example',
    async readOrder({ orderId }) {
      const order = mongoose.isValidObjectId(orderId) ? await Order.findById(orderId) : null
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: order.id, name: order.name, amount: paisa(order.total) }
    },
    async fulfil({ orderId, amount }, { transaction, accepted }) {
      const asPaid = { _id: orderId, ...(!accepted && { total: amount }) }
      const options = { session: transaction, ...strictly }
      const { matchedCount } = await Order.updateOne(asPaid, { paidAt: new Date() }, options)
      if (matchedCount !== 1) throw new PaymentHold('The order is not the one that was paid.')
    },
    landing: ({ outcome, payment }) => `/orders/${payment?.orderId ?? ''}?outcome=${outcome}`,
  })
