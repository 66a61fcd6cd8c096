import { formatRupees } from 'khalti-kit'
import type { Payment } from 'khalti-kit/checkout'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { openCheckout } from '../../../lib/checkout'
import { currentCustomer } from '../../../lib/customer'
import { findOrder } from '../../../lib/orders'
import { OrderLines } from '../../order-lines'
import { PaymentState } from '../payment-state'

export const metadata: Metadata = { title: 'Order' }

export default async function OrderPage({ params }: { params: Promise<{ orderId: string }> }) {
  const order = await findOrder((await params).orderId, await currentCustomer())
  if (order === undefined) notFound()
  const payments = await (await openCheckout()).find(order.id)
  return (
    <div className="narrow">
      <h1>Order {order.id}</h1>
      <p className="lead">{order.parcel ? `Parcel ${order.parcel} is being packed.` : 'We pack it once it is paid.'}</p>
      <OrderLines lines={order.lines} total={order.total} />
      {!order.paidAt && (
        <p>
          <Link className="button" href={`/checkout/${order.id}`}>
            Pay this order
          </Link>
        </p>
      )}
      {payments.length > 0 && <Payments payments={payments} />}
    </div>
  )
}

function Payments({ payments }: { payments: Payment[] }) {
  return (
    <section aria-labelledby="payments">
      <h2 id="payments">Payments</h2>
      <ul className="orders">
        {payments.map((payment) => (
          <li key={payment.pidx} className="card">
            <div>
              <p className="soft">
                {formatRupees(payment.amount)} · {time.format(payment.createdAt)}
              </p>
              <p className="soft small">
                {payment.transactionId ? `Transaction ${payment.transactionId}` : `Payment ${payment.pidx}`}
              </p>
            </div>
            <PaymentState payment={payment} />
          </li>
        ))}
      </ul>
    </section>
  )
}

const time = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Kathmandu' })
