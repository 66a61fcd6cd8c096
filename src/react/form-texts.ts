/** What {@link KhaltiPaymentForm} says. */
export interface KhaltiFormTexts {
  name: string
  email: string
  phone: string
  /** Behind the label of a field that may stay empty. */
  optional: string
  submit: string
  /** While the shop makes the payment link and the browser goes there. */
  busy: string
  /** At a field that is empty and must not be, or holds something else than it is for. */
  invalid: string
  /** In place of the error's message when nothing answered. */
  network: string
}

/** English and Nepali. */
export const formTexts: Record<'en' | 'ne', KhaltiFormTexts> = {
  en: {
    name: 'Full name',
    email: 'Email',
    phone: 'Phone',
    optional: '(optional)',
    submit: 'Pay with Khalti',
    busy: 'Opening Khalti…',
    invalid: 'Please fill this in correctly.',
    network: 'No connection. Please try again.',
  },
  ne: {
    name: 'पूरा नाम',
    email: 'इमेल',
    phone: 'फोन',
    optional: '(ऐच्छिक)',
    submit: 'खल्तीबाट तिर्नुहोस्',
    busy: 'खल्ती खुल्दैछ…',
    invalid: 'ठीकसँग भर्नुहोस्।',
    network: 'इन्टरनेट छैन। फेरि तिर्नुहोस्।',
  },
}
