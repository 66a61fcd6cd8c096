import type { ReactNode } from 'react'
import type { KhaltiPaymentPhase } from '../browser/create-khalti-payment.ts'

/** Props of the icon of an outcome, and of a component of the shop's that stands for it. */
export interface StatusIconProps {
  phase: KhaltiPaymentPhase
  className: string
}

const question = 'm9 9q1-2 4-2t3 3-4 3v2m0 3v0'
const shapes: Record<KhaltiPaymentPhase, string> = {
  // The way round that the sheet turns.
  checking: 'M12 3a9 9 0 1 0 9 9',
  paid: 'm6 13 4 4 8-9',
  pending: 'M12 6v6l4 2',
  unpaid: 'm8 8 8 8m0-8-8 8',
  refunded: 'm10 8-4 4 4 4m-4-4h12',
  hold: 'M12 6v8m0 4v0',
  failed: question,
  idle: question,
}

/** A sign for each phase; the heading beside it says the same in words. */
export function StatusIcon({ phase, className }: StatusIconProps): ReactNode {
  return (
    <svg
      className={className}
      width="40"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={shapes[phase]} />
    </svg>
  )
}
