import { KhaltiClient } from 'khalti-kit'
import { type Checkout, CheckoutRefusal, createCheckout, type LandingResult, PaymentHold } from 'khalti-kit/checkout'
import { admin } from './admin'
import { currentCustomer } from './customer'
import { database } from './database'
import { describe, findOrder, sendParcel } from './orders'
import { siteUrl } from './site'

let opened: Promise<Checkout> | undefined

/** The checkout of this shop, opened with its database. */
export function openCheckout(): Promise<Checkout> {
  opened ??= open().catch((error: unknown) => {
    opened = undefined
    throw error
  })
  return opened
}

async function open(): Promise<Checkout> {
  const { payments } = await database()
  return createCheckout({
    client: new KhaltiClient(),
    payments,
    siteUrl,
    readOrder: async (input) => {
      const order = await findOrder(String(input.orderId), await currentCustomer())
      if (order === undefined) throw new CheckoutRefusal(404, 'This is none of your orders.')
      return {
        id: order.id,
        name: describe(order.lines),
        amount: order.total,
        customer: { name: text(input.name), email: text(input.email), phone: text(input.phone) },
        products: order.lines.map(({ slug, ...line }) => ({ id: slug, ...line })),
      }
    },
    fulfil: async ({ orderId, amount }, { transaction, accepted }) => {
      const isSent = await sendParcel({ orderId, amount, accepted: accepted !== undefined }, transaction)
      if (!isSent) throw new PaymentHold('The order has changed since it was paid.')
    },
    landing,
    cronSecret: process.env.CRON_SECRET || undefined,
    admin,
  })
}

/** Where the customer ends: the page asks for itself how it went. */
function landing({ outcome, payment }: LandingResult): string {
  return outcome === 'error' || payment === undefined ? '/payment/problem' : `/payment?pidx=${payment.pidx}`
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
