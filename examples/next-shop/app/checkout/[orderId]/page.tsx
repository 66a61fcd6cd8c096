import { formatRupees } from 'khalti-kit'
import { KhaltiPaymentForm } from 'khalti-kit/react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { currentCustomer } from '../../../lib/customer'
import { amountIn, currentLanguage } from '../../../lib/language'
import { findOrder } from '../../../lib/orders'
import { OrderLines } from '../../order-lines'

export const metadata: Metadata = { title: 'Checkout' }

export default async function CheckoutPage({ params }: { params: Promise<{ orderId: string }> }) {
  const order = await findOrder((await params).orderId, await currentCustomer())
  if (order === undefined) notFound()
  if (order.paidAt) redirect(`/orders/${order.id}`)
  const { language, words } = await currentLanguage()
  const pay = words.pay.replace(':amount', formatRupees(order.total, amountIn(language)))
  return (
    <>
      <h1>{words.checkout}</h1>
      <p className="lead">
        {words.order} {order.id}
      </p>
      <div className="beside">
        <section aria-labelledby="you">
          <h2 id="you">{words.you}</h2>
          <KhaltiPaymentForm orderId={order.id} locale={language} texts={{ submit: pay }} />
          <p className="small">{words.mpin}</p>
        </section>
        <section aria-labelledby="goods">
          <h2 id="goods">{words.yourOrder}</h2>
          <OrderLines lines={order.lines} total={order.total} />
        </section>
      </div>
    </>
  )
}
