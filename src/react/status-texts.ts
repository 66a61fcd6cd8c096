import type { KhaltiPaymentPhase } from './use-khalti-payment.ts'

/**
 * The cases that {@link KhaltiPaymentStatus} can have words for: the phases, and more closely a phase with the `reason` of
 * the payment or the `code` of the error, such as `unpaid-canceled`, `hold-wrong-amount` or `failed-not-found`.
 */
export type KhaltiStatusCase = KhaltiPaymentPhase | `${'unpaid' | 'hold' | 'failed'}-${string}`

/** Heading, sentence and next step of one case; the next step is what the link or button says. */
export type KhaltiStatusText = readonly [heading: string, sentence: string, next?: string]

/** What {@link KhaltiPaymentStatus} says. */
export type KhaltiStatusTexts = { [it in KhaltiStatusCase]: KhaltiStatusText }

/** English and Nepali. */
export const statusTexts: Record<'en' | 'ne', KhaltiStatusTexts> = {
  en: {
    idle: ['No payment found', 'Please see your order in the shop.', 'Back to the shop'],
    checking: ['Checking your payment…', 'Please wait.'],
    pending: ['Payment not finished', 'We keep checking.', 'Check again'],
    paid: ['Payment received', 'Thank you! Your order is paid.', 'Back to the shop'],
    unpaid: ['Payment failed', 'Your order is not paid. You can try again.', 'Back to the shop'],
    'unpaid-canceled': ['Payment canceled', 'Your order is not paid. You can try again.', 'Back to the shop'],
    'unpaid-expired': ['Payment expired', 'Your order is not paid. You can try again.', 'Back to the shop'],
    refunded: ['Payment refunded', 'Please ask the shop for more.', 'Back to the shop'],
    hold: ['Payment under review', 'The shop will check it. Please do not pay again.', 'Back to the shop'],
    failed: ['Payment not checked', 'If you paid, please do not pay again.', 'Check again'],
  },
  ne: {
    idle: ['भुक्तानी भेटिएन', 'पसलमा अर्डर हेर्नुहोस्।', 'पसलमा जानुहोस्'],
    checking: ['भुक्तानी जाँच्दैछौँ…', 'पर्खनुहोस्।'],
    pending: ['भुक्तानी सकिएको छैन', 'हामी जाँच्दैछौँ।', 'फेरि जाँच्नुहोस्'],
    paid: ['भुक्तानी भयो', 'धन्यवाद!', 'पसलमा जानुहोस्'],
    unpaid: ['भुक्तानी भएन', 'फेरि तिर्न सक्नुहुन्छ।', 'पसलमा जानुहोस्'],
    'unpaid-canceled': ['भुक्तानी रद्द भयो', 'फेरि तिर्न सक्नुहुन्छ।', 'पसलमा जानुहोस्'],
    'unpaid-expired': ['भुक्तानीको म्याद सकियो', 'फेरि तिर्न सक्नुहुन्छ।', 'पसलमा जानुहोस्'],
    refunded: ['भुक्तानी फिर्ता भयो', 'पसललाई सोध्नुहोस्।', 'पसलमा जानुहोस्'],
    hold: ['भुक्तानी जाँचमा छ', 'पसलले जाँच्नेछ। फेरि नतिर्नुहोस्।', 'पसलमा जानुहोस्'],
    failed: ['भुक्तानी जाँच्न सकिएन', 'तिरिसकेको भए फेरि नतिर्नुहोस्।', 'फेरि जाँच्नुहोस्'],
  },
}
