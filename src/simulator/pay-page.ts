import { html } from '../web-page/html.ts'
import { seeOther, wrongMethod } from '../web-page/page.ts'
import { readBounded } from './bounded-body.ts'
import type { SimulatorContext } from './context.ts'
import { parsedUrl } from './drf-url.ts'
import { canRefund, type LedgerEntry } from './ledger.ts'
import { closedPage, otpPage, walletPage } from './pay-page-views.ts'
import { redirectUrl } from './redirect-url.ts'
import { type SimulatorPage, simulatorPage } from './simulator-page.ts'
import { playTurn, refundPart } from './turns.ts'
import { checkOtp, checkWallet } from './wallet-check.ts'

/**
 * The customer's payment page: Khalti ID and MPIN, then the OTP, then a 303 to the shop. The forms post `khalti_id` and
 * `mpin`, and `otp` with both of them again; `intent=cancel` cancels, and other intents are what else can happen. The
 * server keeps nothing between the steps.
 */
export async function payPage(request: Request, context: SimulatorContext): Promise<Response> {
  // A payment_url of 2022 ends in a slash, behind the pidx.
  const pidx = new URL(request.url).searchParams.get('pidx')?.replace(/\/$/, '')
  if (pidx === undefined) return simulatorPage(startPage())
  const form = request.method === 'POST' ? await readBounded(request) : undefined
  // Looked for only now: while a form is on its way, another tab may pay.
  const entry = context.ledger.find(pidx)
  if (entry === undefined) return simulatorPage(unknownPage())
  if (form !== undefined) return takeForm(entry, new URLSearchParams(new TextDecoder().decode(form)), context)
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET, HEAD, POST')
  return show(entry, isOpen(entry, context) ? walletPage(entry, context, {}) : closedPage(entry, context))
}

const isOpen = (entry: LedgerEntry, { ledger }: SimulatorContext) =>
  ledger.statusOf(entry) === 'Initiated' && entry.settlement === null

function takeForm(entry: LedgerEntry, form: URLSearchParams, context: SimulatorContext): Response {
  if (form.get('intent') === 'refund-part') return takeRefund(entry, form.get('rupees') ?? '', context)
  const turn = playTurn(entry, form, context)
  if (turn !== undefined) return turn
  if (!isOpen(entry, context)) return show(entry, closedPage(entry, context))
  if (form.get('intent') === 'cancel') return seeOther(redirectUrl(context.ledger.cancel(entry), context.settings))
  return takePayment(entry, form, context)
}

function takePayment(entry: LedgerEntry, form: URLSearchParams, context: SimulatorContext): Response {
  const khaltiId = form.get('khalti_id')?.replace(/[\s-]/g, '') ?? ''
  const wallet = { khaltiId, mpin: form.get('mpin')?.trim() ?? '' }
  const walletErrors = checkWallet(wallet)
  if (walletErrors.length > 0) return show(entry, walletPage(entry, context, { khaltiId, errors: walletErrors }))
  const otp = form.get('otp')
  if (otp === null) return show(entry, otpPage(entry, context, { ...wallet, errors: [] }))

  const errors = checkOtp(otp.replace(/\s/g, ''))
  if (errors.length > 0) return show(entry, otpPage(entry, context, { ...wallet, errors }))
  return seeOther(redirectUrl(context.ledger.pay(entry, { mobile: khaltiId }), context.settings))
}

function takeRefund(entry: LedgerEntry, typed: string, context: SimulatorContext): Response {
  if (!canRefund(entry, context.ledger.statusOf(entry))) return show(entry, closedPage(entry, context))
  const errors = refundPart(entry, typed, context)
  return errors.length > 0
    ? show(entry, { ...closedPage(entry, context, { typed, errors }), status: 422 })
    : seeOther(`?pidx=${entry.pidx}`)
}

/**
 * Lets the page's forms lead to the shop. Chromium and Safari hold `form-action` against every redirect behind a form, also those
 * of the shop itself, so a shop on this machine may go on to another of its ports.
 */
function show({ order }: LedgerEntry, page: SimulatorPage): Response {
  const shop = [order.return_url, order.website_url].flatMap((address) => parsedUrl(address)?.origin ?? [])
  const formTargets = [...new Set([...shop, 'http://localhost:*', 'http://127.0.0.1:*'])]
  return simulatorPage({ ...page, formTargets })
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
<p>This simulator has no payment with this id. It forgets its payments when it is restarted. Pay for a new order in the shop: for the same one a checkout of khalti-kit gives this link for some ten minutes more, until it believes that the payment is gone.</p></div>`,
  }
}
