import { KhaltiPaymentStatus } from 'khalti-kit/react'

export default function PaymentPage() {
  return (
    <>
      <h1>Your payment</h1>
      <KhaltiPaymentStatus />
    </>
  )
}
