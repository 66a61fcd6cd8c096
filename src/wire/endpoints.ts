/** The two gateways, by environment. Paths are whole: they begin at the origin. */
export const baseUrls = {
  /** Test money only; docs name it since 2024-12-31 (`a.khalti.com` is an older alias). */
  sandbox: 'https://dev.khalti.com',
  /** Real money. */
  production: 'https://khalti.com',
} as const

/** Which of Khalti's gateways is talked to. */
export type KhaltiEnvironment = keyof typeof baseUrls
