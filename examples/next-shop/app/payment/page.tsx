import { KhaltiPaymentStatus, type KhaltiStatusTexts } from 'khalti-kit/react'
import type { Metadata } from 'next'
import { currentLanguage } from '../../lib/language'

export const metadata: Metadata = { title: 'Your payment' }

const links = {
  paid: '/orders/:orderId',
  unpaid: '/checkout/:orderId',
  refunded: '/orders/:orderId',
  hold: '/orders/:orderId',
  failed: '/orders',
  idle: '/orders',
}

export default async function PaymentPage() {
  const { language, words } = await currentLanguage()
  const texts: Partial<KhaltiStatusTexts> = { paid: [words.paid, words.packing, words.seeOrder] }
  return (
    <div className="narrow">
      <h1>{words.payment}</h1>
      <KhaltiPaymentStatus locale={language} texts={texts} links={links} />
      <noscript>
        <p>
          <a href="/orders">{words.seeOrders}</a>
        </p>
      </noscript>
    </div>
  )
}
