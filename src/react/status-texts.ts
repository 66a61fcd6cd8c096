import type { KhaltiPaymentPhase } from '../browser/create-khalti-payment.ts'
import type { KhaltiPaymentError, KhaltiPaymentErrorCode } from '../browser/khalti-payment-error.ts'
import type { KhaltiPhase } from '../browser/payment-state.ts'
import type { PaymentHoldReason, PaymentStatusAnswer } from '../checkout/answers.ts'
import type { KhaltiLocale } from './khalti-locale.ts'

/**
 * The cases that {@link KhaltiPaymentStatus} can have words for: the phases, and more closely a phase with the `reason` of
 * the payment or the `code` of the error, such as `unpaid-canceled`, `refunded-partial` or `failed-not-found`.
 */
export type KhaltiStatusCase = KhaltiPaymentPhase | CloserCase

/** A phase, with what the answer or the error says beside it. */
type CloserCase =
  | `unpaid-${'canceled' | 'expired' | 'failed'}`
  | 'refunded-partial'
  | `hold-${PaymentHoldReason}`
  | `failed-${KhaltiPaymentErrorCode}`

/** Heading, sentence and next step of one case; the next step is what the button says, or the link that `links` has for the phase. */
export type KhaltiStatusText = readonly [heading: string, sentence: string, next?: string]

/** The words of {@link KhaltiPaymentStatus} that every case shares. */
export interface KhaltiReceiptTexts {
  /** A link to `/`. */
  back: string
  order: string
  amount: string
  /** The time of the answer that is shown. */
  asOf: string
  transaction: string
  copy: string
  copied: string
}

/** What {@link KhaltiPaymentStatus} says. */
export type KhaltiStatusTexts = { [it in KhaltiPaymentPhase]: KhaltiStatusText } & {
  [it in CloserCase]?: KhaltiStatusText
} & KhaltiReceiptTexts

/** What is known of a payment, and so decides between words. */
interface StatusFacts {
  phase: KhaltiPhase
  payment: PaymentStatusAnswer | null
  error: KhaltiPaymentError | null
}

/** The words of the closest case that has some. */
export function textOf<Text>(
  texts: { [it in KhaltiStatusCase]?: Text } = {},
  { phase, payment, error }: StatusFacts,
): Text | undefined {
  const closer = `${phase}-${payment?.reason ?? error?.code}` as CloserCase
  return texts[closer] ?? texts[phase as KhaltiPaymentPhase]
}

const notPaid = 'Your order is not paid. You can try again.'
const notPaidNepali = 'अर्डरको भुक्तानी भएको छैन। फेरि प्रयास गर्न सक्नुहुन्छ।'

/** English and Nepali. The words of docs/nepali.md. */
export const statusTexts: Record<KhaltiLocale, KhaltiStatusTexts> = {
  en: {
    idle: ['No payment found', 'Your orders show what is paid.', 'See your orders'],
    checking: ['Checking your payment…', 'One moment, please.'],
    pending: ['Payment pending', 'We keep checking.', 'Check again'],
    paid: ['Payment received', 'Thank you! Your order is paid.', 'See your order'],
    unpaid: ['Payment failed', notPaid, 'Try again'],
    'unpaid-canceled': ['Payment canceled', notPaid, 'Try again'],
    'unpaid-expired': ['Payment expired', notPaid, 'Try again'],
    refunded: ['Payment refunded', 'The money went back to you.', 'See your order'],
    'refunded-partial': ['Payment partly refunded', 'Part of the money went back to you.', 'See your order'],
    hold: ['Payment under review', 'The shop checks it. Please do not pay again.', 'See your order'],
    failed: ['Payment not checked', 'If you paid, nothing is lost.', 'Check again'],
    'failed-not-found': ['Payment not checked', 'Your orders show what is paid.'],
    back: 'Back to the shop',
    order: 'Order',
    amount: 'Amount',
    asOf: 'As of',
    transaction: 'Transaction ID',
    copy: 'Copy',
    copied: 'Copied',
  },
  ne: {
    idle: ['भुक्तानी भेटिएन', 'अर्डर सूचीमा हेर्नुहोस्।', 'अर्डर सूची हेर्नुहोस्'],
    checking: ['भुक्तानी जाँच्दैछौँ…', 'एकछिन पर्खनुहोस्।'],
    pending: ['भुक्तानी पुष्टि हुन बाँकी', 'हामी जाँच्दैछौँ।', 'फेरि जाँच्नुहोस्'],
    paid: ['भुक्तानी सफल भयो', 'धन्यवाद! अर्डरको भुक्तानी भयो।', 'अर्डर हेर्नुहोस्'],
    unpaid: ['भुक्तानी असफल भयो', notPaidNepali, 'फेरि प्रयास गर्नुहोस्'],
    'unpaid-canceled': ['भुक्तानी रद्द भयो', notPaidNepali, 'फेरि प्रयास गर्नुहोस्'],
    'unpaid-expired': ['भुक्तानीको म्याद सकियो', notPaidNepali, 'फेरि प्रयास गर्नुहोस्'],
    refunded: ['भुक्तानी फिर्ता भयो', 'रकम तपाईंलाई फिर्ता भयो।', 'अर्डर हेर्नुहोस्'],
    'refunded-partial': ['केही रकम फिर्ता भयो', 'केही रकम तपाईंलाई फिर्ता भयो।', 'अर्डर हेर्नुहोस्'],
    hold: ['भुक्तानी जाँचमा छ', 'पसलले जाँच्दैछ। फेरि भुक्तानी नगर्नुहोस्।', 'अर्डर हेर्नुहोस्'],
    failed: ['भुक्तानी जाँच्न सकिएन', 'भुक्तानी भएको भए सुरक्षित छ।', 'फेरि जाँच्नुहोस्'],
    'failed-not-found': ['भुक्तानी जाँच्न सकिएन', 'अर्डर सूचीमा हेर्नुहोस्।'],
    back: 'पसलमा फर्कनुहोस्',
    order: 'अर्डर',
    amount: 'रकम',
    asOf: 'जाँचिएको समय',
    transaction: 'कारोबार नम्बर',
    copy: 'कपी गर्नुहोस्',
    copied: 'कपी भयो',
  },
}
