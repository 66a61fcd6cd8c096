import type { KhaltiPaymentError, KhaltiPaymentErrorCode } from '../browser/khalti-payment-error.ts'
import { refusedFields } from './form-faults.ts'
import type { KhaltiLocale } from './khalti-locale.ts'
import { type KhaltiStatusCase, statusTexts, textOf } from './status-texts.ts'
import type { UseKhaltiResult } from './use-khalti.ts'

/** What customers read for an error's code, such as `error-network`. Without one: see {@link KhaltiFormTexts}. */
export type KhaltiErrorTexts = { [code in `error-${KhaltiPaymentErrorCode}`]?: string }

/**
 * What customers read once `open` has given a promise and the payment was checked, by its case, such as `paid` or
 * `unpaid-canceled`. Default: heading and sentence of {@link KhaltiPaymentStatus}.
 */
export type KhaltiOutcomeTexts = { [it in KhaltiStatusCase]?: string }

/** What {@link KhaltiPaymentForm} says. */
export interface KhaltiFormTexts extends KhaltiErrorTexts, KhaltiOutcomeTexts {
  name: string
  email: string
  phone: string
  /** Behind the label of a field that may stay empty. */
  optional: string
  submit: string
  /** While the shop makes the payment link and the browser goes there. */
  busy: string
  /** At a field that is empty and must not be; `:field` is its label. */
  missing: string
  emailInvalid: string
  phoneInvalid: string
  /** For an error that is the shop's own fault and says nothing to customers. */
  error: string
}

const unreachableNepali = 'खल्तीसँग सम्पर्क भएन। फेरि प्रयास गर्नुहोस्।'

/** English and Nepali. The words of docs/nepali.md. */
export const formTexts: Record<KhaltiLocale, KhaltiFormTexts> = {
  en: {
    name: 'Full name',
    email: 'Email',
    phone: 'Phone',
    optional: '(optional)',
    submit: 'Pay with Khalti',
    busy: 'Opening Khalti…',
    missing: ':field is missing.',
    emailInvalid: 'Write it like sita@example.com.',
    phoneInvalid: 'A mobile number has ten digits and begins with 98, 97 or 96.',
    error: 'This did not work. Please try again later.',
    'error-network': 'No connection. Please try again.',
  },
  // The codes that the routes explain to customers, in English.
  ne: {
    name: 'पूरा नाम',
    email: 'इमेल',
    phone: 'मोबाइल नम्बर',
    optional: '(ऐच्छिक)',
    submit: 'खल्तीबाट भुक्तानी गर्नुहोस्',
    busy: 'खल्ती खुल्दैछ…',
    missing: ':field लेख्नुहोस्।',
    emailInvalid: 'sita@example.com जसरी लेख्नुहोस्।',
    phoneInvalid: 'मोबाइल नम्बर दस अङ्कको हुन्छ र ९८, ९७ वा ९६ बाट सुरु हुन्छ।',
    error: 'भुक्तानी सुरु भएन। पछि फेरि प्रयास गर्नुहोस्।',
    'error-network': 'सम्पर्क भएन। फेरि प्रयास गर्नुहोस्।',
    'error-input': 'विवरण जाँच्नुहोस्।',
    'error-busy': 'यो अर्डरको भुक्तानी भइरहेको छ। एकछिन पर्खनुहोस्।',
    // Also where a payment is held, which waits for the shop.
    'error-in-progress': 'यो अर्डरको भुक्तानी भइरहेको वा जाँचिँदै छ। फेरि भुक्तानी नगर्नुहोस्।',
    'error-already-paid': 'यो अर्डरको भुक्तानी भइसक्यो।',
    'error-refunded': 'यो अर्डरको रकम फिर्ता भइसक्यो।',
    'error-gateway': unreachableNepali,
    'error-timeout': unreachableNepali,
    'error-internal': 'पसलमा समस्या आयो। फेरि प्रयास गर्नुहोस्।',
  },
}

/** What a customer reads of an error. What the shop refuses, it says in its own words. */
function errorText(error: KhaltiPaymentError, words: KhaltiFormTexts): string {
  const { code, message, status } = error
  // What is wrong with the order alone, no customer can put right.
  if (code === 'input' && !Object.keys(refusedFields(error)).length) return words.error
  // Without a status no route has said it, and it is for developers.
  const isForCustomers = status && (code === 'refused' || formTexts.ne[`error-${code}`])
  return words[`error-${code}`] ?? (isForCustomers ? message : words.error)
}

/** What the live region says: how a payment that was opened stands, why none was started, or that one is. */
export function messageOf(khalti: UseKhaltiResult, words: KhaltiFormTexts, language: KhaltiLocale) {
  const { phase, payment, initiationError, statusError: error, isLoading } = khalti
  if (initiationError) return errorText(initiationError, words)
  if (!payment && !error && phase !== 'checking') return isLoading && words.busy
  const facts = { phase, payment, error }
  return textOf(words, facts) ?? textOf(statusTexts[language], facts)?.slice(0, 2).join(' – ')
}
