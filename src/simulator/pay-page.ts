import { html } from '../web-page/html.ts'
import { seeOther, wrongMethod } from '../web-page/page.ts'
import type { SimulatorContext } from './context.ts'
import type { LedgerEntry } from './ledger.ts'
import { closedPage, otpPage, walletPage } from './pay-page-views.ts'
import { redirectUrl } from './redirect-url.ts'
import { type SimulatorPage, simulatorPage } from './simulator-page.ts'
import { checkOtp, checkWallet } from './wallet-check.ts'

/**
 * The customer's payment page: Khalti ID and MPIN, then the OTP, then a 303 to the shop. The forms post `khalti_id` and
 * `mpin`, and `otp` with both of them again; `intent=cancel` cancels. The server keeps nothing between the steps.
 */
export async function payPage(request: Request, context: SimulatorContext): Promise<Response> {
  // A payment_url of 2022 ends in a slash, behind the pidx.
  const pidx = new URL(request.url).searchParams.get('pidx')?.replace(/\/$/, '')
  const entry = pidx === undefined ? undefined : context.ledger.find(pidx)
  if (pidx === undefined) return simulatorPage(startPage())
  if (entry === undefined) return simulatorPage(unknownPage())
  if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') {
    return wrongMethod('GET, HEAD, POST')
  }
  const open = context.ledger.statusOf(entry) === 'Initiated' && entry.settlement === null
  if (!open) return simulatorPage(closedPage(entry, context))
  if (request.method !== 'POST') return simulatorPage(payable(entry, walletPage(entry, context, {})))
  return takeForm(entry, new URLSearchParams(await request.text()), context)
}

function takeForm(entry: LedgerEntry, form: URLSearchParams, context: SimulatorContext): Response {
  const { ledger, settings } = context
  if (form.get('intent') === 'cancel') return seeOther(redirectUrl(ledger.cancel(entry), settings))

  const khaltiId = form.get('khalti_id')?.replace(/[\s-]/g, '') ?? ''
  const wallet = { khaltiId, mpin: form.get('mpin')?.trim() ?? '' }
  const walletErrors = checkWallet(wallet)
  if (walletErrors.length > 0) {
    return simulatorPage(payable(entry, walletPage(entry, context, { khaltiId, errors: walletErrors })))
  }
  const otp = form.get('otp')
  if (otp === null) return simulatorPage(payable(entry, otpPage(entry, context, { ...wallet, errors: [] })))

  const errors = checkOtp(otp.replace(/\s/g, ''))
  if (errors.length > 0) return simulatorPage(payable(entry, otpPage(entry, context, { ...wallet, errors })))
  return seeOther(redirectUrl(ledger.pay(entry, { mobile: khaltiId }), settings))
}

/**
 * Lets the page's forms lead to the shop. Chromium holds `form-action` against every redirect behind a form, also those
 * of the shop itself, so a shop on this machine may go on to another of its ports.
 */
function payable({ order }: LedgerEntry, page: SimulatorPage): SimulatorPage {
  const shop = [order.return_url, order.website_url].map((address) => new URL(address).origin)
  return { ...page, formTargets: [...new Set([...shop, 'http://localhost:*', 'http://127.0.0.1:*'])] }
}

function startPage(): SimulatorPage {
  return {
    status: 200,
    title: 'Simulator',
    body: html`<div class="card"><h1>khalti-kit simulator</h1>
<p>This is where customers pay. Start a payment with the API, then open its <code>payment_url</code>.</p>
<p><a href="/payments">See the payments so far</a></p></div>`,
  }
}

function unknownPage(): SimulatorPage {
  return {
    status: 404,
    title: 'Unknown payment',
    body: html`<div class="card"><h1>Unknown payment</h1>
<p>This simulator has no payment with this id. It forgets its payments when it is restarted: start the payment again in the shop.</p></div>`,
  }
}
