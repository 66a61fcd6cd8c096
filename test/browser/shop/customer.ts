import type { Page } from 'playwright-core'

/** Puts a garment into the cart and goes to the checkout. Returns the order's id. */
export async function fillCart(page: Page, garment = 'Dhaka topi'): Promise<string> {
  await page.goto('/')
  await page.getByRole('button', { name: `Add to cart: ${garment}` }).click()
  await page.getByRole('button', { name: 'Check out' }).click()
  await page.waitForURL('**/checkout/*')
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

/** Fills in the checkout's form. */
export async function sayWho(page: Page): Promise<void> {
  await page.getByLabel('Full name').fill('Sita Gurung')
  await page.getByLabel('Email').fill('sita@example.com')
  await page.getByLabel('Phone').fill('9800000001')
}

/** The button of the checkout. */
export const payButton = (page: Page) => page.getByRole('button', { name: /^Pay Rs [\d,.]+ with Khalti$/ })

/** Presses the button and waits for Khalti's page. Returns the payment's id. */
export async function leave(page: Page): Promise<string> {
  await payButton(page).click()
  await page.waitForURL(/\?pidx=/)
  return new URL(page.url()).searchParams.get('pidx') ?? ''
}

/** Shops until Khalti's page. */
export async function shopAndLeave(page: Page, garment?: string): Promise<{ orderId: string; pidx: string }> {
  const orderId = await fillCart(page, garment)
  await sayWho(page)
  return { orderId, pidx: await leave(page) }
}

/** Logs in on Khalti's page. */
export async function logIn(page: Page, mpin = '1111'): Promise<void> {
  await page.getByLabel('Khalti ID').fill('9800000001')
  await page.getByRole('textbox', { name: 'MPIN' }).fill(mpin)
  await page.getByRole('button', { name: 'Continue' }).click()
}

/** Confirms on Khalti's page. */
export async function confirm(page: Page, otp = '987654'): Promise<void> {
  await page.getByLabel('One-time password (OTP)').fill(otp)
  await page.getByRole('button', { name: /^Pay Rs/ }).click()
}

/** Pays on Khalti's page, without a mistake. */
export async function payAtKhalti(page: Page): Promise<void> {
  await logIn(page)
  await confirm(page)
}

/** The return page, once it says this. */
export const said = (page: Page, heading: string) => page.getByRole('heading', { name: heading, exact: true }).waitFor()

/** What the order's page says: the parcel's line, and the state of each payment, newest first. */
export async function orderPage(page: Page, orderId: string): Promise<{ parcel: string | null; payments: string[] }> {
  await page.goto(`/orders/${orderId}`)
  return {
    parcel: await page.locator('.lead').textContent(),
    payments: await page.locator('.state').allTextContents(),
  }
}
