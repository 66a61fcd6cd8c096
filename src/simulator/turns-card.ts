import { errorSummary, type FieldError, field } from '../web-page/form-parts.ts'
import { formatAmount } from '../web-page/format-for-people.ts'
import { type Html, html } from '../web-page/html.ts'
import type { SimulatorContext } from './context.ts'
import { canRefund, type LedgerEntry } from './ledger.ts'
import { faultTurns, type Turn, turnsOf } from './turns.ts'

/** What was typed into the form for a part of the money, and what is wrong with it. */
export interface RefundForm {
  typed?: string
  errors?: FieldError[]
}

/** What else can happen, folded away below the customer's own path. */
export function turnsCard(entry: LedgerEntry, context: SimulatorContext, refund: RefundForm = {}): Html {
  const { errors = [] } = refund
  const turns = turnsOf(entry, context)
  const waiting = faultTurns.filter(({ fault }) => context.faults.waiting().some((one) => isSame(one.kind, fault)))
  const open = errors.length > 0 || waiting.length > 0
  return html`<details class="more"${open && html` open`}><summary>What else can happen</summary><div>
${turns.length > 0 && html`<h2>To this payment</h2>${buttons(entry, turns)}`}
${canRefund(entry, context.ledger.statusOf(entry)) && refundForm(entry, refund)}
<h2>To the next request of the shop</h2>
${waiting.length > 0 && html`<p class="hint" role="status">Next: ${waiting.map(({ told }) => told).join(', then ')}.</p>`}
${buttons(entry, faultTurns)}
</div></details>`
}

const isSame = (kind: string, fault: string | { kind: string }) =>
  kind === (typeof fault === 'string' ? fault : fault.kind)

function buttons({ pidx }: LedgerEntry, turns: readonly Turn[]): Html {
  return html`<form method="post" action="?pidx=${pidx}" class="choices">${turns.map(
    ({ intent, label }) => html`<button class="quiet" name="intent" value="${intent}">${label}</button>`,
  )}</form>`
}

function refundForm(entry: LedgerEntry, { typed, errors = [] }: RefundForm): Html {
  const left = formatAmount(entry.order.amount - entry.refunded)
  return html`<form method="post" action="?pidx=${entry.pidx}" novalidate>
${errorSummary(errors)}
${field({ id: 'rupees', label: 'Give a part back, in rupees', hint: `Up to ${left}`, errors, attributes: html`type="text" inputmode="decimal" autocomplete="off" value="${typed}"` })}
<button class="quiet" name="intent" value="refund-part">Give this part back</button>
</form>`
}
