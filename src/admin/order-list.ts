import type { OrderView, Payment } from '../checkout/payment.ts'
import type { OrdersPage } from '../checkout/people.ts'
import { type Html, html } from '../web-page/html.ts'
import { adminPage, searchForm } from './admin-page.ts'
import { attentionWords } from './attention.ts'
import type { Visit } from './visit.ts'

/** Orders on a page. */
const limit = 20

/** What needs a person first, then the newest orders. */
export async function homePage(visit: Visit): Promise<Response> {
  const { texts, at, desk } = visit
  const [wanting, newest] = await Promise.all([
    desk.checkout.orders({ attention: true, limit }),
    desk.checkout.orders({ limit }),
  ])
  const body = html`<div class="card"><h1>${texts.needsYou}</h1>
${wanting.orders.length === 0 ? html`<p>${texts.nothingNeedsYou}</p>` : list(visit, wanting.orders)}
${wanting.next !== undefined && html`<p class="more-links"><a href="${at('/orders', { attention: '1' })}">${texts.allThatNeedsYou}</a></p>`}
${searchForm(visit)}</div>
<div class="card"><h2>${texts.newest}</h2>
${newest.orders.length === 0 ? html`<p>${texts.noOrders}</p>` : list(visit, newest.orders)}
${links(visit, newest, {})}</div>`
  return adminPage(visit, { title: visit.title, body })
}

/** Orders from somewhere on, all of them or those that want a person. */
export async function ordersPage(visit: Visit): Promise<Response> {
  const { texts, at, desk, query } = visit
  const attention = query.get('attention') === '1' || undefined
  const found = await desk.checkout.orders({ attention, limit, after: query.get('after') ?? undefined })
  const title = attention ? texts.allThatNeedsYou : texts.allOrders
  const body = html`<div class="card"><h1>${title}</h1>
${found.orders.length === 0 ? html`<p>${texts.noMoreOrders}</p>` : list(visit, found.orders)}
${links(visit, found, { attention: attention && '1' })}
<p class="more-links"><a href="${at('')}">${texts.home}</a></p></div>`
  return adminPage(visit, { title, body })
}

function links({ texts, at }: Visit, { next }: OrdersPage, query: { attention?: string | undefined }): Html {
  return html`<p class="more-links">${next !== undefined && html`<a rel="next" href="${at('/orders', { ...query, after: next })}">${texts.older}</a>`}
<a href="${at('/orders.csv', query)}">${texts.csv}</a></p>`
}

function list(visit: Visit, orders: OrderView[]): Html {
  return html`<ul class="orders">${orders.map((order) => row(visit, order))}</ul>`
}

function row(visit: Visit, order: OrderView): Html {
  const { texts, at, money, time } = visit
  const labels = order.attention.flatMap((name) => attentionWords(texts, order, name)).map(([label]) => label)
  const wants = labels.map((label) => html` <span class="state wants">${label}</span>`)
  return html`<li><div><a href="${at('/order', { id: order.id })}">${order.name || order.id}</a>
<p class="hint">${order.id}<br>${time(order.changedAt)}</p></div>
<div class="sum">${money(order.amount)} <br>${stateBadge(visit, order, labels)}${wants}</div></li>`
}

/** How an order stands, by the payment that counts; not where a label of what it needs says the same. */
function stateBadge({ texts }: Visit, { payments, fulfilledAt }: OrderView, labels: readonly string[]): Html {
  const hasMoney = ({ state }: Payment) => state === 'paid' || state === 'hold'
  const shown = payments.find((payment) => payment.fulfilledAt) ?? payments.find(hasMoney) ?? payments[0]
  if (shown === undefined) return html``
  const state = shown.state === 'refunded' && shown.refundExtent === 'partial' ? 'partial' : shown.state
  const name = texts.states[state]
  return html`${!labels.includes(name) && html`<span class="state ${state}">${name}</span>`}${fulfilledAt && html` <span class="state">${texts.handedOut}</span>`}`
}
