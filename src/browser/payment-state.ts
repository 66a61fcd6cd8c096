import type { PaymentStatusAnswer } from '../checkout/answers.ts'
import type { KhaltiPaymentError } from './khalti-payment-error.ts'

/** What the status route says of a payment. Only `pending` can still change by itself. */
export type PaymentOutcome = PaymentStatusAnswer['outcome']

/**
 * Where a payment stands. `starting`: the shop is asked for a link · `leaving`: on the way to Khalti · `checking`: the
 * shop is asked how it went · `failed`: one of these did not work, the error says why · the rest: what the shop answered.
 */
export type KhaltiPhase = 'idle' | 'starting' | 'leaving' | 'checking' | 'failed' | PaymentOutcome

/** Once the shop has answered there is a `payment`: `if (phase === 'paid')` narrows it. */
export type PhaseAndPayment<Phase extends KhaltiPhase = KhaltiPhase> =
  | {
      /** Where the payment stands; see {@link KhaltiPhase}. */
      phase: Exclude<Phase, PaymentOutcome>
      /** What the shop answered; null until it has. */
      payment: null
    }
  | {
      /** Where the payment stands; see {@link KhaltiPhase}. */
      phase: PaymentOutcome
      /** What the shop answered; null until it has. */
      payment: PaymentStatusAnswer
    }

/** What is known of a payment. */
export type PageState = PhaseAndPayment & {
  /** The payment's id, as soon as it is known. */
  pidx: string | null
  /** Why a payment could not be started. */
  initiationError: KhaltiPaymentError | null
  /** Why a payment could not be checked. */
  statusError: KhaltiPaymentError | null
  /** The phase is `starting`, `leaving` or `checking`. */
  isLoading: boolean
}

/** A state to come: what differs from nothing asked, nothing known. */
export type NextState = { phase: KhaltiPhase } & Partial<Omit<PageState, 'phase' | 'isLoading'>>

/** Fills in a state. A phase that is an outcome comes with its payment. */
export function stateOf(next: NextState, isLoading?: boolean): PageState {
  return {
    payment: null,
    pidx: null,
    initiationError: null,
    statusError: null,
    ...next,
    isLoading: !!isLoading,
  } as PageState
}

/** What a status route may say. An outcome never heard of must not look final. */
export const outcomes: readonly (PaymentOutcome | undefined)[] = ['paid', 'pending', 'unpaid', 'refunded', 'hold']
