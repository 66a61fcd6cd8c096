import { formatAmount, formatTime } from '../web-page/format-for-people.ts'
import { type Html, html } from '../web-page/html.ts'
import { wrongMethod } from '../web-page/page.ts'
import type { SimulatorContext } from './context.ts'
import type { LedgerEntry } from './ledger.ts'
import { simulatorPage } from './simulator-page.ts'

/** Lists the payments so far, newest first. */
export function paymentsPage(request: Request, context: SimulatorContext): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET, HEAD')
  const entries = context.ledger.entries().reverse()
  const body = html`<div class="card"><h1>Payments so far</h1>
${entries.length > 0 ? table(entries, context) : html`<p>None yet. Start one with the API, or in your shop.</p>`}</div>`
  return simulatorPage({ status: 200, title: 'Payments so far', body, wide: true })
}

function table(entries: LedgerEntry[], context: SimulatorContext): Html {
  return html`<table>
<caption>Newest first, times in Nepal. They are kept until the simulator stops.</caption>
<thead><tr><th scope="col">Order</th><th scope="col" class="amount">Amount and state</th></tr></thead>
<tbody>${entries.map((entry) => row(entry, context))}</tbody>
</table>`
}

function row(entry: LedgerEntry, { ledger }: SimulatorContext): Html {
  const { pidx, order, createdAt, refunded } = entry
  const status = ledger.statusOf(entry)
  const paid = status === 'Completed' ? ' paid' : ''
  return html`<tr><td><a href="/?pidx=${pidx}">${order.purchase_order_name}</a>
<p class="hint">${order.purchase_order_id}<br>${formatTime(createdAt)}<br>${pidx}</p></td>
<td class="amount">${formatAmount(order.amount)}<br><span class="state${paid}">${status}</span>
${refunded > 0 ? html`<p class="hint">${formatAmount(refunded)} given back</p>` : undefined}</td></tr>`
}
