import type { SimulatorContext } from './context.ts'
import { formatAmount, formatDuration } from './format-for-people.ts'
import { type Html, html } from './html.ts'
import type { LedgerEntry } from './ledger.ts'
import type { Page } from './page.ts'
import { redirectUrl } from './redirect-url.ts'
import type { FormError } from './wallet-check.ts'

/** The first step: who pays. */
export function walletPage(
  entry: LedgerEntry,
  context: SimulatorContext,
  { khaltiId, errors = [] }: { khaltiId?: string; errors?: FormError[] },
): Page {
  const focus = errors[0]?.field
  const form = html`<form method="post" action="${formAction(entry)}" novalidate>
<h2>Log in with your test wallet</h2>
${summary(errors)}
${field({ id: 'khalti_id', label: 'Khalti ID', hint: 'A test ID, from 9800000000 to 9800000005', errors, focus, attributes: html`type="text" inputmode="numeric" autocomplete="username" value="${khaltiId}"` })}
${field({ id: 'mpin', label: 'MPIN', hint: 'For test wallets it is 1111', errors, focus, attributes: html`type="password" inputmode="numeric" autocomplete="off"` })}
<button>Continue</button>
</form>`
  return step(entry, context, { form, errors })
}

/** The second step: the one-time password. */
export function otpPage(
  entry: LedgerEntry,
  context: SimulatorContext,
  { khaltiId, mpin, errors }: { khaltiId: string; mpin: string; errors: FormError[] },
): Page {
  const form = html`<form method="post" action="${formAction(entry)}" novalidate>
<h2>Confirm with the OTP</h2>
${summary(errors)}
<input type="hidden" name="khalti_id" value="${khaltiId}">
<input type="hidden" name="mpin" value="${mpin}">
${field({ id: 'otp', label: 'One-time password (OTP)', hint: `Nothing is sent to ${khaltiId}; here it is 987654`, errors, focus: 'otp', attributes: html`type="text" inputmode="numeric" autocomplete="one-time-code"` })}
<button>Pay ${formatAmount(entry.order.amount)}</button>
</form>`
  return step(entry, context, { form, errors })
}

function step(
  entry: LedgerEntry,
  context: SimulatorContext,
  { form, errors }: { form: Html; errors: FormError[] },
): Page {
  const amount = formatAmount(entry.order.amount)
  return {
    status: errors.length > 0 ? 422 : 200,
    title: `${errors.length > 0 ? 'Error: ' : ''}Pay ${amount}`,
    main: html`${orderCard(entry, html`Pay ${amount}`, timeLeft(entry, context))}
<div class="card">${form}
<form method="post" action="${formAction(entry)}"><button class="quiet" name="intent" value="cancel">Cancel payment</button></form>
</div>`,
  }
}

/** What a link says that can no longer be paid. */
export function closedPage(entry: LedgerEntry, context: SimulatorContext): Page {
  const status = context.ledger.statusOf(entry)
  const { title, text } =
    entry.settlement && status !== 'Refunded' ? alreadyPaid : (closedTexts.get(status) ?? onHold(status))
  const ended = entry.settlement !== null || status === 'User canceled'
  const wayBack = ended ? redirectUrl(entry, context.settings) : entry.order.website_url
  return {
    status: status === 'Expired' || status === 'User canceled' ? 410 : 200,
    title,
    main: html`${orderCard(entry, html`${title}`, html`<dt>State</dt><dd>${status}</dd>`)}
<div class="card"><p>${text}</p>
<a class="button" href="${wayBack}">Back to ${merchant(entry)}</a></div>`,
  }
}

const alreadyPaid = { title: 'Already paid', text: 'This payment was made. Nothing more is to do here.' }

const nothingPaid = 'Nothing was paid. Start the payment again in the shop.'
const closedTexts = new Map([
  ['Expired', { title: 'This link has expired', text: nothingPaid }],
  ['User canceled', { title: 'Payment canceled', text: nothingPaid }],
  ['Refunded', { title: 'Refunded', text: 'This payment was made, and the money has gone back.' }],
])

const onHold = (status: string) => ({
  title: 'Payment on hold',
  text: `This payment is held as "${status}" and cannot be paid here.`,
})

function orderCard({ order }: LedgerEntry, title: Html, lastRow: Html): Html {
  return html`<div class="card">
<h1>${title}</h1>
<p class="to">Payment to <strong>${new URL(order.website_url).host}</strong></p>
<dl><dt>Order</dt><dd>${order.purchase_order_name}</dd>
<dt>Order id</dt><dd>${order.purchase_order_id}</dd>
<dt>Amount</dt><dd>${formatAmount(order.amount)}</dd>
${lastRow}</dl>
</div>`
}

function timeLeft({ expiresAt }: LedgerEntry, { settings }: SimulatorContext): Html {
  return html`<dt>Time left</dt><dd>${formatDuration(expiresAt.getTime() - settings.now().getTime())}</dd>`
}

function field(input: {
  id: FormError['field']
  label: string
  hint: string
  errors: FormError[]
  focus: FormError['field'] | undefined
  attributes: Html
}): Html {
  const { id, label, hint, errors, focus, attributes } = input
  const error = errors.find((one) => one.field === id)
  const describedBy = error ? `${id}-error ${id}-hint` : `${id}-hint`
  return html`<div class="field"><label for="${id}">${label}</label>
<p class="hint" id="${id}-hint">${hint}</p>
${error && html`<p class="wrong" id="${id}-error">${error.message}</p>`}
<input id="${id}" name="${id}" ${attributes} aria-describedby="${describedBy}" required${error && html` aria-invalid="true"`}${focus === id ? html` autofocus` : undefined}>
</div>`
}

function summary(errors: FormError[]): Html | undefined {
  if (errors.length === 0) return undefined
  const items = errors.map(({ field, message }) => html`<li><a href="#${field}">${message}</a></li>`)
  return html`<div class="summary" role="alert"><p><strong>That did not work:</strong></p><ul>${items}</ul></div>`
}

const formAction = ({ pidx }: LedgerEntry) => `?pidx=${pidx}`
const merchant = ({ order }: LedgerEntry) => new URL(order.website_url).host
