import { nepalTime } from '../nepal/writing.ts'
import { formatAmount } from '../web-page/format-for-people.ts'
import { type Html, html } from '../web-page/html.ts'
import { wrongMethod } from '../web-page/page.ts'
import type { SimulatorContext } from './context.ts'
import type { LedgerEntry } from './ledger.ts'
import { simulatorPage } from './simulator-page.ts'

/** Rows on the page, which reloads every two seconds. */
const mostRows = 100

interface Filter {
  name: string
  label: string
  takes(status: string): boolean
}

const everything: Filter = { name: 'all', label: 'All', takes: () => true }
const filters: readonly Filter[] = [
  everything,
  { name: 'open', label: 'Open', takes: (status) => status === 'Initiated' || status === 'Pending' },
  { name: 'paid', label: 'Paid', takes: (status) => status === 'Completed' },
  { name: 'unpaid', label: 'Not paid', takes: (status) => unpaid.has(status) },
  { name: 'refunded', label: 'Refunded', takes: (status) => /refunded$/i.test(status) },
  { name: 'odd', label: 'Anything else', takes: (status) => !filters.slice(1, -1).some((one) => one.takes(status)) },
]
const unpaid: ReadonlySet<string> = new Set(['Expired', 'User canceled', 'Canceled', 'Failed'])

interface Row {
  entry: LedgerEntry
  status: string
}

/** Lists the payments so far, newest first; `state` and `q` choose among them. It keeps itself up to date. */
export function paymentsPage(request: Request, { ledger }: SimulatorContext): Response {
  if (request.method !== 'GET' && request.method !== 'HEAD') return wrongMethod('GET, HEAD')
  const { searchParams } = new URL(request.url)
  const wanted = (searchParams.get('q') ?? '').trim()
  const filter = filters.find(({ name }) => name === searchParams.get('state')) ?? everything
  const all = ledger.entries().map((entry): Row => ({ entry, status: ledger.statusOf(entry) }))
  const found = all.filter(({ entry }) => matches(entry, wanted))
  const rows = found.filter(({ status }) => filter.takes(status)).reverse()
  const body = html`<div class="card"><h1>Payments so far</h1>
<form class="search" method="get" role="search"><input type="hidden" name="state" value="${filter.name}">
<label for="q">Order, payment or transaction</label>
<div class="row"><input id="q" name="q" type="search" value="${wanted}" autocomplete="off"><button class="quiet">Search</button></div></form>
<div id="payments" data-live>${filterLinks({ rows: found, chosen: filter.name, wanted })}
${rows.length > 0 ? table(rows) : html`<p>${all.length > 0 ? 'None of these.' : 'None yet. Start one with the API, or in your shop.'}</p>`}</div></div>`
  return simulatorPage({ title: 'Payments so far', body, wide: true, live: true })
}

function matches({ pidx, order, settlement }: LedgerEntry, wanted: string): boolean {
  const texts = [pidx, order.purchase_order_id, order.purchase_order_name, settlement?.transactionId ?? '']
  return texts.some((text) => text.toLowerCase().includes(wanted.toLowerCase()))
}

function filterLinks({ rows, chosen, wanted }: { rows: Row[]; chosen: string; wanted: string }): Html {
  const links = filters.map(({ name, label, takes }) => {
    const count = rows.filter(({ status }) => takes(status)).length
    const query = new URLSearchParams({ state: name, ...(wanted === '' ? {} : { q: wanted }) })
    const current = name === chosen && html` aria-current="true"`
    return html`<li><a href="?${query.toString()}"${current}>${label} ${count}</a></li>`
  })
  return html`<ul class="filters row">${links}</ul>`
}

/** The roles are said: Safari takes them from a table whose rows are laid out as something else. */
function table(rows: Row[]): Html {
  const more = rows.length > mostRows && html` The newest ${mostRows} of ${rows.length} are shown.`
  return html`<table role="table">
<caption>Newest first, times in Nepal.${more}</caption>
<thead role="rowgroup"><tr role="row"><th role="columnheader">Order</th><th role="columnheader" class="amount">Amount and state</th></tr></thead>
<tbody role="rowgroup">${rows.slice(0, mostRows).map(row)}</tbody>
</table>`
}

function row({ entry, status }: Row): Html {
  const { pidx, order, createdAt, refunded } = entry
  const paid = status === 'Completed' ? ' paid' : ''
  return html`<tr role="row"><td role="cell"><a href="/?pidx=${pidx}">${order.purchase_order_name}</a>
<p class="hint">${order.purchase_order_id}<br>${nepalTime(createdAt)}<br>${pidx}</p></td>
<td role="cell" class="amount">${formatAmount(order.amount)}<br><span class="state${paid}">${status}</span>
${refunded > 0 && html`<p class="hint">${formatAmount(refunded)} given back</p>`}</td></tr>`
}
