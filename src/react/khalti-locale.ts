/** English or Nepali. */
export type KhaltiLocale = 'en' | 'ne'
