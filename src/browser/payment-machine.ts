import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import { askRoute, type RouteOptions } from './ask-route.ts'
import { isPassing, type KhaltiPaymentError } from './khalti-payment-error.ts'
import { type NextState, outcomes, type PageState, stateOf } from './payment-state.ts'

/** The longest time for one route, for one pause of a watch, and for leaving to Khalti. A page that is still here then has not left. */
export const patienceMs = 30_000

/** What a page wants to know. */
export interface PageCallbacks extends RouteOptions {
  /** A status check said paid. Never called for a redirect. */
  onSuccess?: ((payment: PaymentStatusAnswer) => void) | undefined
  /** A payment could not be started or checked. A canceled payment is no error: its phase is `unpaid`. */
  onError?: ((error: KhaltiPaymentError) => void) | undefined
}

/** A payment's state, those who listen to it, and the one question that may change it. */
export class PaymentMachine {
  #read: () => PageCallbacks
  #state: PageState
  /** What was shown last while nothing was under way. */
  #known: PageState
  #listeners = new Set<() => void>()
  #call: AbortController | undefined
  /** Until the next check, while there is a watch. */
  #waitMs: number | undefined
  /** For a question: when to give up. Otherwise: the next check. */
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `open` is called for the first listener; what it gives is called when the last one has left. */
  constructor(initial: NextState, read: () => PageCallbacks, open: () => () => void) {
    this.#state = this.#known = stateOf(initial)
    this.#read = read
    let close: () => void
    this.subscribe = (listener) => {
      if (this.#listeners.add(listener).size === 1) close = open()
      return () => {
        if (this.#listeners.delete(listener) && !this.#listeners.size) close()
      }
    }
  }

  /** What to show now. The same object until it changes. */
  get = () => this.#state

  /** Calls `listener` for every new state, until the returned function is called. The same listener counts once. It must not throw: see {@link isolated}. */
  declare readonly subscribe: (listener: () => void) => () => void

  set(next: NextState, isLoading?: boolean): void {
    this.#state = stateOf(next, isLoading)
    if (!isLoading) {
      this.#known = this.#state
      this.#plan()
    }
    for (const tell of this.#listeners) tell()
  }

  /** Runs `act`, and aborts the run before it. Shows `meanwhile` until it ends; null leaves the state as it is. Resolves to undefined where `act` failed or another run took over. */
  async run<Answer>(
    meanwhile: NextState | null,
    act: (signal: AbortSignal) => Promise<Answer>,
    failed: (error: KhaltiPaymentError) => NextState,
  ): Promise<Answer | undefined> {
    this.#call?.abort()
    const call = new AbortController()
    this.#call = call
    const isLast = () => this.#call === call
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => call.abort(), patienceMs)
    if (meanwhile) this.set(meanwhile, true)
    try {
      const answer = await act(call.signal)
      if (isLast()) return answer
    } catch (error) {
      if (isLast()) {
        this.set(failed(error as KhaltiPaymentError))
        this.#read().onError?.(error as KhaltiPaymentError)
      }
    }
    return undefined
  }

  /** Asks once how a payment stands; undefined when that failed. A quiet check shows what is known until then. */
  async check(pidx: string, meanwhile: NextState | null = { phase: 'checking', pidx }) {
    const payment = await this.run(
      meanwhile,
      (signal) =>
        askRoute<PaymentStatusAnswer>(
          {
            path: `/status?pidx=${encodeURIComponent(pidx)}`,
            accept: ({ outcome }) => outcomes.includes(outcome),
          },
          this.#read(),
          signal,
        ),
      // A failure does not take back what the shop has said before.
      (statusError) => ({
        phase: 'failed',
        pidx,
        ...(this.#known.payment?.pidx === pidx && this.#known),
        statusError,
      }),
    )
    if (!payment) return undefined
    this.set({ phase: payment.outcome, payment, pidx })
    if (payment.outcome === 'paid') this.#read().onSuccess?.(payment)
    return payment
  }

  /** Asks now, and again at growing intervals until the answer is final or {@link stop}. Not while the tab is hidden. */
  watch(pidx: string): Promise<PaymentStatusAnswer | undefined> {
    this.stop()
    this.#waitMs = 1500
    // React Native has no document.
    globalThis.document?.addEventListener('visibilitychange', this.#plan)
    return this.check(pidx)
  }

  /** Ends the question under way and the watch; nothing more is heard of them. */
  stop(): void {
    this.#call?.abort()
    this.#call = this.#waitMs = undefined
    clearTimeout(this.#timer)
    globalThis.document?.removeEventListener('visibilitychange', this.#plan)
  }

  /** Checks again after a while, unless nothing can change: what is final or refused stays. */
  #plan = (lookedAt?: Event): void => {
    clearTimeout(this.#timer)
    const { payment, statusError, pidx } = this.#state
    const isOpen = payment ? payment.outcome === 'pending' : isPassing(statusError)
    if (this.#waitMs && pidx && isOpen && !globalThis.document?.hidden) {
      this.#timer = setTimeout(() => this.check(pidx, null), lookedAt ? 0 : this.#waitMs)
      // Each wait is half as long again as the one before.
      this.#waitMs = Math.min(this.#waitMs * 1.5, patienceMs)
    }
  }
}
