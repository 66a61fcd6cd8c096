import { type KhaltiActions, type KhaltiOptions, type KhaltiState, readingKhalti } from '../browser/create-khalti.ts'
import { useReading } from './use-reading.ts'

/** Options of {@link useKhalti}. They may change from one render to the next. */
export interface UseKhaltiOptions extends KhaltiOptions {}

/** What {@link useKhalti} gives: where the payment stands, and what can be done. */
export type UseKhaltiResult = KhaltiState & KhaltiActions

/**
 * Starts a payment with the shop's checkout, and leaves for Khalti's page.
 *
 * @example
 * ```tsx
 * import { useKhalti } from 'khalti-kit/react'
 *
 * export function PayButton() {
 *   const { initiate, isLoading, initiationError } = useKhalti()
 *   return (
 *     <>
 *       <button type="button" aria-disabled={isLoading} onClick={() => initiate({ orderId: 'A-42' })}>
 *         Pay with Khalti
 *       </button>
 *       <p role="alert">{initiationError?.message}</p>
 *     </>
 *   )
 * }
 * ```
 */
export function useKhalti(options: UseKhaltiOptions = {}): UseKhaltiResult {
  const [state, { actions }] = useReading(readingKhalti, options)
  return { ...state, ...actions }
}
