import { errorSummary, type FieldError, field } from '../web-page/form-parts.ts'
import { formatAmount, formatDuration } from '../web-page/format-for-people.ts'
import { type Html, html } from '../web-page/html.ts'
import type { SimulatorContext } from './context.ts'
import { parsedUrl } from './drf-url.ts'
import type { LedgerEntry, SimulatedOrder } from './ledger.ts'
import { redirectUrl } from './redirect-url.ts'
import type { SimulatorPage } from './simulator-page.ts'
import { type RefundForm, turnsCard } from './turns-card.ts'

/** The first step: who pays. */
export function walletPage(
  entry: LedgerEntry,
  context: SimulatorContext,
  { khaltiId, errors = [] }: { khaltiId?: string; errors?: FieldError[] },
): SimulatorPage {
  const form = html`<form method="post" action="${formAction(entry)}" novalidate>
<h2>Log in with your test wallet</h2>
${errorSummary(errors)}
${field({ id: 'khalti_id', label: 'Khalti ID', hint: 'A test ID, from 9800000000 to 9800000005', errors, attributes: html`type="text" inputmode="numeric" autocomplete="username" value="${khaltiId}"` })}
${field({ id: 'mpin', label: 'MPIN', hint: 'For test wallets it is 1111', errors, attributes: html`type="password" inputmode="numeric" autocomplete="off"` })}
<button>Continue</button>
</form>`
  return step(entry, context, { form, errors })
}

/** The second step: the one-time password. */
export function otpPage(
  entry: LedgerEntry,
  context: SimulatorContext,
  { khaltiId, mpin, errors }: { khaltiId: string; mpin: string; errors: FieldError[] },
): SimulatorPage {
  const form = html`<form method="post" action="${formAction(entry)}" novalidate>
<h2>Confirm with the OTP</h2>
${errorSummary(errors)}
<input type="hidden" name="khalti_id" value="${khaltiId}">
<input type="hidden" name="mpin" value="${mpin}">
${field({ id: 'otp', label: 'One-time password (OTP)', hint: `Nothing is sent to ${khaltiId}; here it is 987654`, errors, autofocus: true, attributes: html`type="text" inputmode="numeric" autocomplete="one-time-code"` })}
<button>Pay ${formatAmount(entry.order.amount)}</button>
</form>`
  return step(entry, context, { form, errors })
}

function step(
  entry: LedgerEntry,
  context: SimulatorContext,
  { form, errors }: { form: Html; errors: FieldError[] },
): SimulatorPage {
  const amount = formatAmount(entry.order.amount)
  return {
    status: errors.length > 0 ? 422 : 200,
    title: `${errors.length > 0 ? 'Error: ' : ''}Pay ${amount}`,
    body: html`${orderCard(entry, html`Pay ${amount}`, timeLeft(entry, context))}
<div class="card">${form}
<form method="post" action="${formAction(entry)}"><button class="quiet" name="intent" value="cancel">Cancel payment</button></form>
</div>
${turnsCard(entry, context)}`,
  }
}

/** What a link says that can no longer be paid. */
export function closedPage(entry: LedgerEntry, context: SimulatorContext, refund: RefundForm = {}): SimulatorPage {
  const status = context.ledger.statusOf(entry)
  const { title, text } = closedTexts.get(status) ?? (entry.settlement ? alreadyPaid : onHold(status))
  const ended = entry.settlement !== null || status === 'User canceled' || status === 'Failed'
  const wayBack = ended ? redirectUrl(entry, context.settings) : entry.order.website_url
  return {
    status: status === 'Expired' || status === 'User canceled' ? 410 : 200,
    title,
    body: html`${orderCard(
      entry,
      html`${title}`,
      html`<dt>State</dt><dd>${status}</dd>
${entry.refunded > 0 && html`<dt>Given back</dt><dd>${formatAmount(entry.refunded)}</dd>`}`,
    )}
<div class="card"><p>${text}</p>
<a class="button" href="${wayBack}">Back to ${merchant(entry.order)}</a></div>
${turnsCard(entry, context, refund)}`,
  }
}

const alreadyPaid = { title: 'Already paid', text: 'This payment was made. There is nothing more to do here.' }

const nothingPaid = 'Nothing was paid. Start the payment again in the shop.'
const closedTexts = new Map([
  ['Expired', { title: 'This link has expired', text: nothingPaid }],
  ['Failed', { title: 'Payment failed', text: nothingPaid }],
  ['User canceled', { title: 'Payment canceled', text: nothingPaid }],
  ['Pending', { title: 'Payment pending', text: 'Khalti has not decided yet. Look again in a while.' }],
  ['Refunded', { title: 'Refunded', text: 'This payment was made, and the money has gone back.' }],
])

const onHold = (status: string) => ({
  title: 'Payment on hold',
  text: `This payment is held as "${status}" and cannot be paid here.`,
})

function orderCard({ order }: LedgerEntry, title: Html, lastRow: Html): Html {
  return html`<div class="card">
<h1>${title}</h1>
<p class="to">Payment to <strong>${merchant(order)}</strong></p>
<dl><dt>Order</dt><dd>${order.purchase_order_name}</dd>
<dt>Order id</dt><dd>${order.purchase_order_id}</dd>
<dt>Amount</dt><dd>${formatAmount(order.amount)}</dd>
${lastRow}</dl>
</div>`
}

function timeLeft({ expiresAt }: LedgerEntry, { settings }: SimulatorContext): Html {
  return html`<dt>Time left</dt><dd>${formatDuration(expiresAt.getTime() - settings.now().getTime())}</dd>`
}

const formAction = ({ pidx }: LedgerEntry) => `?pidx=${pidx}`
const merchant = ({ website_url }: SimulatedOrder) => parsedUrl(website_url)?.host ?? website_url
