import type { PaymentRequest } from 'khalti-kit'

/** A pidx as Khalti mints them. */
export const pidx = 'bZQLD9wRVWo4CdESSfuSsB'

/** A request for a payment link that Khalti takes. */
export const paymentRequest: PaymentRequest = {
  return_url: 'https://shop.example/return',
  website_url: 'https://shop.example',
  amount: 1000,
  purchase_order_id: 'order-1',
  purchase_order_name: 'Dhaka topi',
}

/** What Khalti answers to a lookup of {@link paymentRequest} once it is paid. */
export const completedLookup = {
  pidx,
  total_amount: 1000,
  status: 'Completed',
  transaction_id: 'GFq9PFS7b2iYvL8Lir9oXe',
  fee: 0,
  refunded: false,
}
