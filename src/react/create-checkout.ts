import type { PaymentInitiateResponse } from '../wire/initiate.ts'
import { checkPayment, createKhaltiStore, idle, isBusy, type KhaltiStore, type StoreOptions } from './khalti-store.ts'
import type { PaymentStatus } from './payment-status.ts'
import { assertPaymentUrl } from './payment-url.ts'

/** Options of {@link useKhalti}. They may change from one render to the next. */
export interface UseKhaltiOptions extends StoreOptions {
  /** Whether `initiate` goes to Khalti's page itself. Default: true. */
  autoRedirect?: boolean | undefined
  /** Origins of yours, beside Khalti's, that a payment URL may have: a simulator that is not on loopback. */
  allowedOrigins?: readonly string[] | undefined
}

/** What a component can do; these functions never change. */
export interface CheckoutActions {
  /**
   * Asks the shop for a payment link and goes there. `input` is what `readOrder` reads; the shop prices the order.
   * Resolves to the route's answer; to undefined when that failed, or when a payment is being started already.
   */
  initiate(input: object): Promise<PaymentInitiateResponse | undefined>
  /** Asks the shop once how a payment stands; undefined when that failed. To keep asking, use {@link useKhaltiPayment}. */
  checkPaymentStatus(pidx: string): Promise<PaymentStatus | undefined>
  /** Back to `idle`; what is under way is aborted. */
  reset(): void
}

/** The payment of a checkout page, without React. */
export interface Checkout {
  store: KhaltiStore<UseKhaltiOptions>
  actions: CheckoutActions
}

/** Makes a {@link Checkout}. */
export function createCheckout(options: UseKhaltiOptions): Checkout {
  const store = createKhaltiStore(options)
  const actions: CheckoutActions = {
    async initiate(input) {
      const body = JSON.stringify(input)
      if (isBusy(store.get())) return undefined
      store.set({ ...idle, phase: 'starting' })
      const { autoRedirect = true, allowedOrigins } = store.options
      const link = await store.ask<PaymentInitiateResponse>({
        path: '/initiate',
        body,
        accept: ({ payment_url }) => payment_url,
        answered: ({ pidx, payment_url }) => {
          assertPaymentUrl(payment_url, allowedOrigins)
          return { ...idle, phase: autoRedirect ? 'leaving' : 'idle', pidx }
        },
        failed: (initiationError) => ({ ...idle, phase: 'failed', initiationError }),
      })
      if (link && store.get().phase === 'leaving') location.assign(link.payment_url)
      return link
    },
    async checkPaymentStatus(pidx) {
      const state = store.get()
      return isBusy(state) && state.phase !== 'checking' ? undefined : checkPayment(store, pidx)
    },
    reset: store.reset,
  }
  return { store, actions }
}
