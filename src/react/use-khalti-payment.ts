import {
  type KhaltiPayment,
  type KhaltiPaymentOptions,
  type KhaltiPaymentState,
  readingKhaltiPayment,
} from '../browser/create-khalti-payment.ts'
import { useReading } from './use-reading.ts'

/** Options of {@link useKhaltiPayment}. They may change from one render to the next. */
export interface UseKhaltiPaymentOptions extends KhaltiPaymentOptions {}

/** What {@link useKhaltiPayment} gives. Once the shop has answered there is a `payment`, and `phase` is its outcome. */
export type UseKhaltiPaymentResult = KhaltiPaymentState & Pick<KhaltiPayment, 'refetch'>

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
  const [, { get, refetch }] = useReading(readingKhaltiPayment, options)
  // Another payment is asked about only after the render that names it.
  return { ...get(options.pidx), refetch }
}
