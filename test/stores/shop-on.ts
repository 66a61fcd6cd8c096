import { KhaltiClient, paisa } from 'khalti-kit'
import { createCheckout, type FulfilContext, type PaymentStore } from 'khalti-kit/checkout'
import { createSimulator } from 'khalti-kit/testing'

/** A shop on this store, and the gateway at which its customers pay. */
export function openShopOn<Transaction>(
  payments: PaymentStore<Transaction>,
  fulfil: (orderId: string, context: FulfilContext<Transaction>) => unknown,
) {
  const simulator = createSimulator()
  const checkout = createCheckout({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', fetch: simulator.fetch }),
    payments,
    siteUrl: 'https://shop.example',
    readOrder: () => Promise.reject(new Error('no browser asks here')),
    fulfil: async ({ orderId }, context) => void (await fulfil(orderId, context)),
    landing: () => '/',
    onError: () => {},
  })
  const initiate = async (id: string) =>
    (await checkout.initiate({ id, name: 'Dhaka topi', amount: paisa(85_000) })).pidx
  return { simulator, checkout, initiate }
}
