import type { Payment } from 'khalti-kit/checkout'

const words: Record<Payment['state'], string> = {
  pending: 'Waiting for Khalti',
  paid: 'Paid',
  unpaid: 'Not paid',
  refunded: 'Refunded',
  hold: 'Under review',
}

/** Where a payment stands; without one, that there is none. */
export function PaymentState({ payment }: { payment: Payment | undefined }) {
  if (payment === undefined) return <span className="state">Not started</span>
  const { state, duplicateOf } = payment
  return (
    <span className="state" data-state={state}>
      {duplicateOf ? 'Paid twice: we give this back' : words[state]}
    </span>
  )
}
