import { loopback } from '../browser/payment-url.ts'

/** Whether a developer looks at the page. Bundlers put their own word for `process.env.NODE_ENV`; without one the address tells. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return loopback.test(globalThis.location?.origin)
  }
}
