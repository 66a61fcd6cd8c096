import { KhaltiPaymentStatus } from 'khalti-kit/react'

export default function ThanksPage() {
  return <KhaltiPaymentStatus endpoint={process.env.ENDPOINT} />
}
