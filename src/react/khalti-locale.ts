/** English or Nepali. */
export type KhaltiLocale = 'en' | 'ne'

/** A locale of the shop's, such as a router's `ne-NP`. Its language counts: Nepali, or else English. */
export type KhaltiLocaleTag = KhaltiLocale | (string & {})

/** The language that we speak for a locale. */
export function languageOf(locale: KhaltiLocaleTag = 'en'): KhaltiLocale {
  // `new` is Nepal Bhasa.
  return /^ne(?![a-z])/i.test(locale) ? 'ne' : 'en'
}
