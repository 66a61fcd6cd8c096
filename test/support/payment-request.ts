import type { PaymentRequest } from 'khalti-kit'

/** A request that Khalti accepts. */
export const paymentRequest: PaymentRequest = {
  return_url: 'https://shop.example/return',
  website_url: 'https://shop.example',
  amount: 1000,
  purchase_order_id: 'order-1',
  purchase_order_name: 'Dhaka topi',
}
