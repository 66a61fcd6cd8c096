import { paymentError } from './payment-error.ts'

// Read from the text, not with URL: what it lets through cannot hold a user name, a backslash or a blank before the path.
const originOf = /^https?:\/\/[\w.:[\]-]+(?=[/?#]|$)/
const khalti = /^https:\/\/[\w.-]+\.khalti\.com$/
const loopback = /^https?:\/\/((.+\.)?localhost|127\.[\d.]+|\[::1])(:\d+)?$/

/**
 * Refuses a payment URL that is not Khalti's: a customer sent elsewhere types a wallet's MPIN into a stranger's page.
 * Khalti's hosts need https; the simulator on loopback counts only while the page itself is on loopback.
 *
 * @throws {@link KhaltiPaymentError} with code `payment-url`.
 */
export function assertPaymentUrl(paymentUrl: string, allowedOrigins?: readonly string[]): void {
  const [origin] = originOf.exec(paymentUrl) ?? []
  const trusted =
    origin &&
    (khalti.test(origin) ||
      (loopback.test(origin) && loopback.test(location.origin)) ||
      allowedOrigins?.includes(origin))
  if (!trusted) {
    throw paymentError('payment-url', `${paymentUrl} is not Khalti's, nor in allowedOrigins`)
  }
}
