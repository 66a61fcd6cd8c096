import {
  checkPayment,
  createKhaltiStore,
  idle,
  type KhaltiState,
  type KhaltiStore,
  type StoreOptions,
} from './khalti-store.ts'
import type { PaymentStatus } from './payment-status.ts'

const firstWaitMs = 1500
const longestWaitMs = 30_000

/** The payment of a return page, without React: asks until the answer is final. */
export interface PaymentWatch {
  store: KhaltiStore
  /** Starts asking for a payment. Returns the function that ends it. */
  start(pidx: string | undefined): () => void
  /** Asks now. */
  refetch(): Promise<PaymentStatus | undefined>
}

/** Makes a {@link PaymentWatch}. */
export function createPaymentWatch(options: StoreOptions): PaymentWatch {
  // Before mount nobody knows the address, so a server renders this too, and hydration finds the same.
  const store = createKhaltiStore(options, { ...idle, phase: 'checking' })
  let pidx: string | undefined
  let waitMs: number
  let timer: ReturnType<typeof setTimeout>

  async function check(shown?: KhaltiState) {
    if (!pidx) return undefined
    const payment = await checkPayment(store, pidx, shown)
    checkIn(waitMs)
    waitMs = Math.min(waitMs * 1.5, longestWaitMs)
    return payment
  }

  function checkIn(ms: number) {
    clearTimeout(timer)
    if (pidx && document.visibilityState !== 'hidden' && mayChange(store.get())) {
      timer = setTimeout(() => check(store.get()), ms)
    }
  }

  return {
    store,
    refetch: () => check(),
    start(next) {
      const wake = () => checkIn(0)
      pidx = next
      waitMs = firstWaitMs
      store.set(idle)
      check()
      document.addEventListener('visibilitychange', wake)
      return () => {
        document.removeEventListener('visibilitychange', wake)
        pidx = undefined
        clearTimeout(timer)
      }
    },
  }
}

/** Whether another check could bring other news: while pending, and after any failure but a refusal. */
function mayChange({ phase, statusError }: KhaltiState): boolean {
  return /^(pend|check|fail)/.test(phase) && !/^4/.test(`${statusError?.status}`)
}
