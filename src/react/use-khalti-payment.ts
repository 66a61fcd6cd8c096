import type { KhaltiPhase, StoreOptions } from './khalti-store.ts'
import type { KhaltiPaymentError } from './payment-error.ts'
import type { PaymentOutcome, PaymentStatus } from './payment-status.ts'
import { createPaymentWatch } from './payment-watch.ts'
import { useEffect } from './react.ts'
import { useStore } from './use-store.ts'

/** Options of {@link useKhaltiPayment}. They may change from one render to the next. */
export interface UseKhaltiPaymentOptions extends StoreOptions {
  /** Which payment. Default: `?pidx=` of the page's own address, read after mount. */
  pidx?: string | null | undefined
}

/** The phases of a return page: it starts nothing and does not leave. `idle`: the address names no payment. */
export type KhaltiPaymentPhase = Exclude<KhaltiPhase, 'starting' | 'leaving'>

/** What {@link useKhaltiPayment} gives. Once the shop has answered there is a `payment`, and `phase` is its outcome. */
export type UseKhaltiPaymentResult = (
  | { phase: Exclude<KhaltiPaymentPhase, PaymentOutcome>; payment: null }
  | { phase: PaymentOutcome; payment: PaymentStatus }
) & {
  /** Why the last check failed. Beside `pending` it is only news: the next check may do. */
  error: KhaltiPaymentError | null
  /** Asks now, for a "Check again" button. */
  refetch(): Promise<PaymentStatus | undefined>
}

// Some of Khalti's redirects carry a malformed query (`?a=b?pidx=…`), and shops pass queries on.
const pidxInQuery = /[?&]pidx=([\w-]+)(?![^&?/])/

/**
 * The return page: how the payment went, as the shop says after asking Khalti. Asks again while it is pending, at growing
 * intervals, and not while the tab is hidden. Needs no router. Of the address only `?pidx=` is read, never a result.
 *
 * @example
 * ```tsx
 * import { useKhaltiPayment } from 'khalti-kit/react'
 *
 * export default function ReturnPage() {
 *   const { phase, payment } = useKhaltiPayment()
 *   return <p>{phase === 'paid' ? `Thank you! ${payment.orderName} is paid.` : phase}</p>
 * }
 * ```
 */
export function useKhaltiPayment(options: UseKhaltiPaymentOptions = {}): UseKhaltiPaymentResult {
  const { pidx } = options
  const [{ phase, payment, statusError }, { start, refetch }] = useStore(createPaymentWatch, options)
  useEffect(() => start(pidx ?? pidxInQuery.exec(location.search)?.[1]), [start, pidx])
  // A watch starts no payment, so it has none of the phases that would go with it.
  return { phase, payment, error: statusError, refetch } as UseKhaltiPaymentResult
}
