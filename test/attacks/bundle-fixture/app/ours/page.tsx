import { KhaltiPaymentForm } from 'khalti-kit/react'
import { checkout } from '../../lib/khalti'

/** A page of ours: it asks the checkout on the server, and gives the browser a form. */
export default async function Page() {
  const payments = await checkout.find('pashmina')
  return payments.length === 0 ? <KhaltiPaymentForm orderId="pashmina" /> : <p>Thank you.</p>
}
