import { KhaltiClient, rupees } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'

/** The shop's checkout, whose key is in the environment of its server. */
export const checkout = createCheckout({
  client: new KhaltiClient({ secretKey: () => process.env.KHALTI_SECRET_KEY ?? '' }),
  payments: memoryPayments(),
  siteUrl: 'https://shop.example',
  readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Pashmina', amount: rupees(9_000) }),
  fulfil: () => {},
  landing: () => '/',
})
