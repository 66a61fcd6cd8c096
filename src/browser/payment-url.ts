import { KhaltiPaymentError } from './khalti-payment-error.ts'

// Read from the text, not with URL. The patterns below let through no user name, no backslash and no blank.
// React Native has half a URL only.
const originOf = /^https?:\/\/[^/?#]*/
const khalti = /^https:\/\/[\w.-]+\.khalti\.com$/
/** An origin on the developer's own machine. */
export const loopback = /^https?:\/\/(([\w.-]+\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/

/**
 * Refuses a payment URL that is not Khalti's: a customer sent elsewhere types a wallet's MPIN into a stranger's page.
 * Khalti's hosts need https; the simulator on loopback counts only while the page itself is on loopback.
 *
 * @throws {@link KhaltiPaymentError} with code `payment-url`.
 */
export function assertPaymentUrl(paymentUrl: string, allowedOrigins?: readonly string[]): true {
  const [origin] = originOf.exec(paymentUrl) ?? []
  const isTrusted =
    origin &&
    (khalti.test(origin) ||
      (loopback.test(origin) && loopback.test(globalThis.location?.origin)) ||
      allowedOrigins?.includes(origin))
  if (isTrusted) return true
  throw new KhaltiPaymentError('payment-url', `${paymentUrl} is not Khalti's or in allowedOrigins`)
}
