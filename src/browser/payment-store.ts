import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import { askRoute, type RouteOptions, type RouteQuestion } from './ask-route.ts'
import { isPassing, type KhaltiPaymentError } from './khalti-payment-error.ts'
import { type NextState, outcomes, type PaymentState, stateOf } from './payment-state.ts'

/** How long a route may take, a watch waits at most, and the way to Khalti lasts: by then the navigation was stopped. */
export const patienceMs = 30_000

/** What a page wants to know. */
export interface PaymentCallbacks extends RouteOptions {
  /** A status check said paid. Never called for a redirect. */
  onSuccess?: ((payment: PaymentStatusAnswer) => void) | undefined
  /** A payment could not be started or checked. A canceled payment is no error: its phase is `unpaid`. */
  onError?: ((error: KhaltiPaymentError) => void) | undefined
}

/** A question to one route, and what is shown where it fails. */
export interface StoreQuestion<Answer> extends RouteQuestion<Answer> {
  failed: (error: KhaltiPaymentError) => NextState
}

/** A payment's state, those who listen to it, and the one question that may change it. */
export class PaymentStore {
  #read: () => PaymentCallbacks
  #open: () => () => void
  #state: PaymentState
  #listeners = new Set<() => void>()
  #close = () => {}
  #call: AbortController | undefined
  #watched: string | undefined
  #waitMs = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** `open` is called for the first listener; what it gives is called when the last one has left. */
  constructor(initial: NextState, read: () => PaymentCallbacks, open: () => () => void) {
    this.#state = stateOf(initial)
    this.#read = read
    this.#open = open
  }

  /** What to show now. The same object until it changes. */
  get = () => this.#state

  /** Calls `listener` with every new state, until the function that it returns is called. It must not throw: see {@link isolated}. */
  subscribe = (listener: (state: PaymentState) => void) => {
    const tell = () => listener(this.#state)
    if (this.#listeners.add(tell).size === 1) this.#close = this.#open()
    return () => {
      if (this.#listeners.delete(tell) && this.#listeners.size === 0) this.#close()
    }
  }

  set(next: NextState): void {
    this.#state = stateOf(next)
    if (!this.#state.isLoading) {
      this.#checkIn(this.#waitMs)
      this.#waitMs = Math.min(this.#waitMs * 1.5, patienceMs)
    }
    for (const tell of this.#listeners) tell()
  }

  /** Shows a failure and reports it. */
  fail(error: KhaltiPaymentError, next: NextState): void {
    this.set(next)
    this.#read().onError?.(error)
  }

  /** Asks a route and aborts the question before. Resolves to undefined when it failed, or was aborted itself. */
  async ask<Answer>(question: StoreQuestion<Answer>): Promise<Answer | undefined> {
    this.#call?.abort()
    const call = new AbortController()
    this.#call = call
    const timer = setTimeout(() => call.abort(), patienceMs)
    try {
      const answer = await askRoute(question, this.#read(), call.signal)
      if (this.#call === call) return answer
    } catch (error) {
      if (this.#call === call) this.fail(error as KhaltiPaymentError, question.failed(error as KhaltiPaymentError))
    } finally {
      clearTimeout(timer)
    }
    return undefined
  }

  /** Asks once how a payment stands; undefined when that failed. `meanwhile` is what is shown until then. */
  async check(pidx: string, meanwhile: NextState = { phase: 'checking', pidx }) {
    if (meanwhile !== this.#state) this.set(meanwhile)
    const payment = await this.ask<PaymentStatusAnswer>({
      path: `/status?pidx=${encodeURIComponent(pidx)}`,
      accept: ({ outcome }) => outcomes.includes(outcome),
      // A failure does not take back what the shop has said before.
      failed: (statusError) => ({ phase: 'failed', pidx, ...(meanwhile.payment && meanwhile), statusError }),
    })
    if (!payment) return undefined
    this.set({ phase: payment.outcome, payment, pidx })
    if (payment.outcome === 'paid') this.#read().onSuccess?.(payment)
    return payment
  }

  /** Asks now, and again at growing intervals until the answer is final or {@link stop}. Not while the tab is hidden. */
  watch(pidx: string): Promise<PaymentStatusAnswer | undefined> {
    this.stop()
    this.#watched = pidx
    // Each wait is half as long again as the one before.
    this.#waitMs = 1500
    // React Native has no document.
    globalThis.document?.addEventListener('visibilitychange', this.#wake)
    return this.check(pidx)
  }

  /** Ends the question under way and the watch; nothing more is heard of them. */
  stop(): void {
    this.#call?.abort()
    this.#call = this.#watched = undefined
    clearTimeout(this.#timer)
    globalThis.document?.removeEventListener('visibilitychange', this.#wake)
  }

  /** Checks again after a while, unless nothing can change: what is final or refused stays. */
  #checkIn(ms: number): void {
    clearTimeout(this.#timer)
    const { phase, payment, statusError } = this.#state
    const isOpen = payment ? phase === 'pending' : !statusError || isPassing(statusError)
    const pidx = this.#watched
    if (pidx && isOpen && !globalThis.document?.hidden) {
      this.#timer = setTimeout(() => this.check(pidx, this.#state), ms)
    }
  }

  #wake = () => this.#checkIn(0)
}
