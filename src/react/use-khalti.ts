import { type CheckoutActions, createCheckout, type UseKhaltiOptions } from './create-checkout.ts'
import { isBusy, type KhaltiState } from './khalti-store.ts'
import { useStore } from './use-store.ts'

/** What {@link useKhalti} gives: where the payment stands, and what can be done. */
export type UseKhaltiResult = KhaltiState &
  CheckoutActions & {
    /** The phase is `starting`, `leaving` or `checking`. */
    isLoading: boolean
  }

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
  const [state, { actions }] = useStore(createCheckout, options)
  return { ...state, ...actions, isLoading: isBusy(state) }
}
