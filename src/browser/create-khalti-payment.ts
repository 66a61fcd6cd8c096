import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import { isolated } from './isolated.ts'
import type { KhaltiPaymentError } from './khalti-payment-error.ts'
import { followAddress, pidxInAddress } from './page-address.ts'
import { type PageCallbacks, PaymentMachine } from './payment-machine.ts'
import type { KhaltiPhase, PageState, PhaseAndPayment } from './payment-state.ts'

/** Options of {@link createKhaltiPayment}. */
export interface KhaltiPaymentOptions extends PageCallbacks {
  /** Which payment. Default: `?pidx=` of the page's own address, and the next one when the address changes. */
  pidx?: string | null | undefined
}

/** The phases of a return page: it starts nothing and does not leave. `idle`: the address names no payment. */
export type KhaltiPaymentPhase = Exclude<KhaltiPhase, 'starting' | 'leaving'>

/** What a return page shows. Once the shop has answered there is a `payment`, and `phase` is its outcome. */
export type KhaltiPaymentState = PhaseAndPayment<KhaltiPaymentPhase> & {
  /** Why the last check failed. While `pending`, polling continues; the next check may succeed. */
  error: KhaltiPaymentError | null
}

/** A payment that a page watches, without a framework. */
export interface KhaltiPayment {
  /** What to show now. The same object until it changes. */
  get: () => KhaltiPaymentState
  /** Asks from the first listener until the answer is final or the last one has left. What a listener throws is reported, and stops nothing. */
  subscribe: (listener: (state: KhaltiPaymentState) => void) => () => void
  /** Asks now, for a "Check again" button. */
  refetch: () => Promise<PaymentStatusAnswer | undefined>
}

/** A {@link KhaltiPayment} whose options may change: `look` switches to another payment where they ask for one. */
export interface ReadingKhaltiPayment extends Pick<KhaltiPayment, 'refetch'> {
  /** The state, or that of a payment which has not been asked about where `pidx` names another. */
  get(pidx?: string | null): KhaltiPaymentState
  subscribe(listener: () => void): () => void
  look(): void
}

/**
 * How a payment went, as the shop says after asking Khalti: what `useKhaltiPayment` is made of. Asks again while it is
 * pending, at growing intervals, and not while the tab is hidden. Of the address only `pidx` is read, never a result.
 *
 * @example
 * ```ts
 * import { createKhaltiPayment } from 'khalti-kit/browser'
 *
 * const payment = createKhaltiPayment()
 * payment.subscribe(({ phase, payment }) => {
 *   document.title = phase === 'paid' ? `Thank you! ${payment?.orderName} is paid.` : phase
 * })
 * ```
 */
export function createKhaltiPayment(options: KhaltiPaymentOptions = {}): KhaltiPayment {
  const { get, subscribe, refetch } = readingKhaltiPayment(() => options)
  const listen = typeof location === 'undefined' ? whoeverStays(subscribe) : subscribe
  return { get, subscribe: (listener) => listen(isolated(() => listener(get()))), refetch }
}

/**
 * Where there is no address, a server may be rendering. Svelte listens there and leaves at once, and must not be told that
 * there is no payment; in an app somebody stays.
 */
function whoeverStays(subscribe: ReadingKhaltiPayment['subscribe']): ReadingKhaltiPayment['subscribe'] {
  return (listener) => {
    let leave: (() => void) | undefined = () => {}
    queueMicrotask(() => {
      if (leave) leave = subscribe(listener)
    })
    return () => {
      leave?.()
      leave = undefined
    }
  }
}

/** {@link createKhaltiPayment} with options that may be others at every call, as a hook's are. */
export function readingKhaltiPayment(read: () => KhaltiPaymentOptions): ReadingKhaltiPayment {
  // Before the first listener nobody knows the address, so a server renders this too, and hydration finds the same.
  const store = new PaymentMachine({ phase: 'checking' }, read, open)
  let last = store.get()
  const unasked = show(last)
  let shown = unasked
  let isOpen = false
  let watched: string | undefined

  // An address without a pidx belongs to the next page. Until the customer is there, the payment stays the same.
  const wanted = () => read().pidx ?? pidxInAddress() ?? watched

  function open() {
    const unfollow = followAddress(look)
    isOpen = true
    const { phase, payment } = store.get()
    const isFinal = payment !== null && payment.pidx === wanted() && phase !== 'pending'
    if (!isFinal) begin()
    return () => {
      isOpen = false
      unfollow()
      store.stop()
    }
  }

  function begin() {
    watched = wanted()
    if (watched) store.watch(watched)
    else store.set({ phase: 'idle' })
  }

  function look() {
    if (isOpen && wanted() !== watched) begin()
  }

  function get(pidx?: string | null) {
    if (pidx && pidx !== watched) return unasked
    const now = store.get()
    if (now !== last) shown = show(now)
    last = now
    return shown
  }

  return {
    get,
    subscribe: store.subscribe,
    async refetch() {
      const pidx = wanted()
      if (!pidx) return undefined
      return isOpen ? store.watch(pidx) : store.check(pidx)
    },
    look,
  }
}

// A watch starts no payment, so it has none of the phases that would go with it.
function show({ phase, payment, statusError }: PageState): KhaltiPaymentState {
  return { phase, payment, error: statusError } as KhaltiPaymentState
}
