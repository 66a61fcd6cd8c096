import { KhaltiPaymentStatus, type KhaltiStatusTexts } from 'khalti-kit/react'
import type { Metadata } from 'next'

export const metadata: Metadata = { title: 'Your payment' }

const texts: Partial<KhaltiStatusTexts> = {
  paid: ['Payment received', 'Dhanyabad! We are packing your parcel.', 'See your order'],
  'unpaid-canceled': ['Payment canceled', 'Nothing was paid. Your order is still here.', 'Try again'],
  'unpaid-expired': ['Payment expired', 'The payment link is too old. Your order is still here.', 'Try again'],
  hold: ['Payment under review', 'We look into it. Please do not pay again.', 'See your order'],
  idle: ['No payment found', 'Your orders say which are paid.', 'See your orders'],
}

const links = {
  paid: '/orders/:orderId',
  unpaid: '/checkout/:orderId',
  refunded: '/orders/:orderId',
  hold: '/orders/:orderId',
  idle: '/orders',
}

export default function PaymentPage() {
  return (
    <div className="narrow">
      <h1>Your payment</h1>
      <KhaltiPaymentStatus texts={texts} links={links} />
      <noscript>
        <p>
          <a href="/orders">See your orders</a>: they say which are paid.
        </p>
      </noscript>
    </div>
  )
}
