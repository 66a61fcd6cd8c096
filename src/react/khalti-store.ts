import { askRoute, type RouteOptions, type RouteQuestion } from './ask-route.ts'
import type { KhaltiPaymentError } from './payment-error.ts'
import type { PaymentOutcome, PaymentStatus } from './payment-status.ts'

// For an answer, and for the way to Khalti: by then the navigation was stopped, and the checkout gives the same link again.
const patienceMs = 30_000

/**
 * Where a payment stands. `starting`: the shop is asked for a link · `leaving`: on the way to Khalti · `checking`: the
 * shop is asked how it went · `failed`: one of these did not work, the error says why · the rest: what the shop answered.
 */
export type KhaltiPhase = 'idle' | 'starting' | 'leaving' | 'checking' | 'failed' | PaymentOutcome

/** What a component shows. Once the shop has answered there is a `payment`: `if (phase === 'paid')` narrows it. */
export type KhaltiState = (
  | { phase: Exclude<KhaltiPhase, PaymentOutcome>; payment: null }
  | { phase: PaymentOutcome; payment: PaymentStatus }
) & {
  /** The payment's id, as soon as it is known. */
  pidx: string | null
  /** Why a payment could not be started. */
  initiationError: KhaltiPaymentError | null
  /** Why a payment could not be checked. */
  statusError: KhaltiPaymentError | null
}

/** What a component wants to know. */
export interface StoreOptions extends RouteOptions {
  /** A status check said paid. Never called for a redirect. */
  onSuccess?: ((payment: PaymentStatus) => void) | undefined
  /** A payment could not be started or checked. A canceled payment is no error: its phase is `unpaid`. */
  onError?: ((error: KhaltiPaymentError) => void) | undefined
}

/** A question to a route, and what the component shows afterwards. */
export interface StoreQuestion<Answer> extends Pick<RouteQuestion, 'path' | 'body'> {
  /** Whether a body is what the route answers. */
  accept: (body: Answer) => unknown
  answered: (answer: Answer) => KhaltiState
  failed: (error: KhaltiPaymentError) => KhaltiState
}

/** The payment of one component, without React: a state, and the one call that can change it. */
export interface KhaltiStore<Options extends StoreOptions = StoreOptions> {
  /** The latest. */
  options: Options
  get(): KhaltiState
  set(state: KhaltiState): void
  /**
   * For `useSyncExternalStore`: one listener, the hook that made it. What a component waits for is released when it goes,
   * and when the browser shows its page again as it was left: with a button that would wait for ever.
   */
  subscribe(listener: () => void): () => void
  /** Back to the start; what is under way is aborted, and nothing more is heard of it. */
  reset(): void
  /** Asks a route and aborts the question before. Resolves to undefined when that failed or was aborted. */
  ask<Answer>(question: StoreQuestion<Answer>): Promise<Answer | undefined>
}

/** Nothing asked, nothing known. */
export const idle = { phase: 'idle', payment: null, pidx: null, initiationError: null, statusError: null } as const

/** Makes a {@link KhaltiStore}. */
export function createKhaltiStore<Options extends StoreOptions>(
  options: Options,
  initial: KhaltiState = idle,
): KhaltiStore<Options> {
  let state = initial
  let notify: (() => void) | undefined
  let call: AbortController | undefined
  const reset = (always = true) => {
    call?.abort()
    call = undefined
    if (always || isBusy(state)) store.set(initial)
  }
  const onPageShow = ({ persisted }: PageTransitionEvent) => persisted && reset(false)
  const store: KhaltiStore<Options> = {
    options,
    get: () => state,
    set(next) {
      state = next
      notify?.()
    },
    subscribe(listener) {
      notify = listener
      addEventListener('pageshow', onPageShow)
      return () => {
        removeEventListener('pageshow', onPageShow)
        notify = undefined
        reset(false)
      }
    },
    reset,
    async ask({ accept, answered, failed, ...question }) {
      call?.abort()
      const mine = new AbortController()
      call = mine
      setTimeout(() => {
        // To abort a call that has ended does nothing.
        mine.abort()
        if (call === mine && state.phase === 'leaving') reset()
      }, patienceMs)
      try {
        const answer = await askRoute({ ...store.options, ...question, signal: mine.signal }, accept)
        if (call !== mine) return undefined
        store.set(answered(answer))
        return answer
      } catch (error) {
        if (call === mine) {
          store.set(failed(error as KhaltiPaymentError))
          store.options.onError?.(error as KhaltiPaymentError)
        }
      }
      return undefined
    },
  }
  return store
}

/** Whether something is under way, so that a button should wait. */
export function isBusy({ phase }: KhaltiState): boolean {
  return /^(start|leav|check)/.test(phase)
}

/** Asks once how a payment stands; `shown` is what the component shows meanwhile. */
export async function checkPayment(
  store: KhaltiStore,
  pidx: string,
  shown: KhaltiState = { ...idle, phase: 'checking', pidx },
): Promise<PaymentStatus | undefined> {
  store.set(shown)
  const payment = await store.ask<PaymentStatus>({
    path: `/status?pidx=${encodeURIComponent(pidx)}`,
    // An outcome never heard of is no answer: it must not look final.
    accept: ({ outcome }) => /^((un)?paid|pending|refunded|hold)$/.test(outcome),
    answered: (answer) => ({ ...idle, phase: answer.outcome, payment: answer, pidx }),
    // A failure does not take back what the shop has said before.
    failed: (statusError) =>
      shown.payment ? { ...shown, statusError } : { ...idle, phase: 'failed', pidx, statusError },
  })
  if (payment?.outcome === 'paid') store.options.onSuccess?.(payment)
  return payment
}
