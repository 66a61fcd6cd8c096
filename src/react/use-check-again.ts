import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import { useState } from './react.ts'
import type { UseKhaltiPaymentResult } from './use-khalti-payment.ts'
import { useLostFocus } from './use-lost-focus.ts'

/** What the customer asked again for: the button stays where it was, with what was known of the payment. */
export interface CheckAgain {
  isAsking: boolean
  /** The payment as it is known, or was before the customer asked. */
  known: PaymentStatusAnswer | null
  check: () => Promise<void>
  /** Gets the focus when the button that had it is gone. */
  heading: { current: HTMLHeadingElement | null }
}

/** A "Check again" button that keeps the focus, and hands it on when there is nothing to check any more. */
export function useCheckAgain({ payment, refetch }: UseKhaltiPaymentResult): CheckAgain {
  const [before, setBefore] = useState<{ payment: PaymentStatusAnswer | null }>()
  const heading = useLostFocus<HTMLHeadingElement>(!before)
  return {
    isAsking: !!before,
    known: payment ?? before?.payment ?? null,
    heading,
    async check() {
      if (before) return
      setBefore({ payment })
      try {
        await refetch()
      } finally {
        setBefore(undefined)
      }
    },
  }
}
