import { formatRupees } from 'khalti-kit'
import type { Metadata } from 'next'
import Link from 'next/link'
import { openCheckout } from '../../lib/checkout'
import { currentCustomer } from '../../lib/customer'
import { describe, ordersOf } from '../../lib/orders'
import { PaymentState } from './payment-state'

export const metadata: Metadata = { title: 'Orders' }

export default async function OrdersPage() {
  const checkout = await openCheckout()
  const orders = await ordersOf(await currentCustomer())
  const rows = await Promise.all(
    orders.map(async (order) => {
      const payments = await checkout.find(order.id)
      // Of several links of one order, the one that was paid counts.
      return { order, payment: payments.find(({ fulfilledAt }) => fulfilledAt) ?? payments[0] }
    }),
  )
  return (
    <div className="narrow">
      <h1>Your orders</h1>
      {rows.length === 0 && <p>There are none yet.</p>}
      <ul className="orders">
        {rows.map(({ order, payment }) => (
          <li key={order.id} className="card">
            <div>
              <h2>
                <Link href={`/orders/${order.id}`}>{describe(order.lines)}</Link>
              </h2>
              <p className="soft">
                {order.id} · {formatRupees(order.total)}
              </p>
            </div>
            <PaymentState payment={payment} />
          </li>
        ))}
      </ul>
    </div>
  )
}
