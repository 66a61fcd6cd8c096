import { formatRupees } from 'khalti-kit'
import { KhaltiPaymentForm } from 'khalti-kit/react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { currentCustomer } from '../../../lib/customer'
import { findOrder } from '../../../lib/orders'
import { OrderLines } from '../../order-lines'

export const metadata: Metadata = { title: 'Checkout' }

export default async function CheckoutPage({ params }: { params: Promise<{ orderId: string }> }) {
  const order = await findOrder((await params).orderId, await currentCustomer())
  if (order === undefined) notFound()
  if (order.paidAt) redirect(`/orders/${order.id}`)
  return (
    <>
      <h1>Checkout</h1>
      <p className="lead">Order {order.id}</p>
      <div className="beside">
        <section aria-labelledby="you">
          <h2 id="you">You</h2>
          <KhaltiPaymentForm orderId={order.id} texts={{ submit: `Pay ${formatRupees(order.total)} with Khalti` }} />
          <p className="small">Khalti asks for your MPIN on its own page. This shop never sees it.</p>
        </section>
        <section aria-labelledby="goods">
          <h2 id="goods">Your order</h2>
          <OrderLines lines={order.lines} total={order.total} />
        </section>
      </div>
    </>
  )
}
