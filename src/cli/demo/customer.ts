import { sandboxWallets } from '../../wire/sandbox-wallets.ts'

/** A page as the customer has it before them. */
export interface Visit {
  url: string
  text: string
}

/** Goes somewhere and follows redirects, as a browser does. */
export async function visit(url: string, form?: Record<string, string>): Promise<Visit> {
  const body = form && new URLSearchParams(form)
  // As a browser that goes to a page.
  const headers = { accept: 'text/html' }
  const response = await fetch(url, { method: form ? 'POST' : 'GET', headers, body: body ?? null, redirect: 'manual' })
  const location = response.headers.get('location')
  if (location !== null) return visit(new URL(location, url).href)
  return { url, text: await response.text() }
}

/** Fills in the payment page: the Khalti ID and MPIN, then the OTP. */
export async function pay(paymentPage: Visit): Promise<Visit> {
  const [khalti_id] = sandboxWallets.ids
  const wallet = { khalti_id, mpin: sandboxWallets.mpin }
  const otpPage = await visit(paymentPage.url, wallet)
  if (!otpPage.text.includes('name="otp"')) throw new Error(`There is no field for the OTP on ${otpPage.url}.`)
  return visit(otpPage.url, { ...wallet, otp: sandboxWallets.otp })
}

/** Presses Cancel. */
export function cancel(paymentPage: Visit): Promise<Visit> {
  return visit(paymentPage.url, { intent: 'cancel' })
}

/** What the page says, in one line. */
export function heading({ text }: Visit): string {
  return (/<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? text).replace(/<[^>]*>/g, '').trim()
}
