import { CheckoutRefusal } from '../../checkout/checkout-refusal.ts'
import { createCheckout } from '../../checkout/create-checkout.ts'
import { memoryPayments } from '../../checkout/memory-payments.ts'
import type { KhaltiClient } from '../../core/client.ts'
import { formatRupees, rupees } from '../../core/money.ts'
import { type Html, html } from '../../web-page/html.ts'
import { page } from '../../web-page/page.ts'

/** What the shop sells, and for how many rupees. */
export const goods: Record<string, { name: string; price: number }> = {
  topi: { name: 'Dhaka topi', price: 850 },
  shawl: { name: 'Pashmina shawl', price: 4500 },
  tea: { name: 'Ilam tea, 250 g', price: 320 },
}

/** A small shop on a checkout of its own, which forgets everything when it stops. */
export type DemoShop = ReturnType<typeof openShop>

/** Opens the shop at `siteUrl`; `gatewayUrl` is where its customers pay. */
export function openShop(client: KhaltiClient, { siteUrl, gatewayUrl }: { siteUrl: string; gatewayUrl: string }) {
  const handedOut = new Set<string>()
  let orders = 0
  const checkout = createCheckout({
    client,
    siteUrl,
    payments: memoryPayments(),
    readOrder: ({ orderId }) => orderOf(String(orderId)),
    fulfil: (payment) => void handedOut.add(payment.orderId),
    landing: ({ payment, error }) => {
      if (payment) return `/orders/${payment.orderId}`
      return `/sorry?why=${error instanceof CheckoutRefusal ? error.code : ''}`
    },
    // What fails here was asked for, and is on the screen.
    onError: () => undefined,
  })

  async function orderPage(orderId: string): Promise<Response> {
    const [payment] = await checkout.find(orderId)
    if (payment === undefined) return shopPage(404, 'There is no such order.')
    const settlement = await checkout.settle(payment.pidx).catch(() => undefined)
    return shopPage(200, wordsOf(settlement?.outcome), {
      more: html`<dl><dt>Order</dt><dd>${payment.orderName}</dd><dt>Price</dt><dd>${formatRupees(payment.amount)}</dd>
<dt>What Khalti says</dt><dd>${settlement?.verdict?.lookup.status ?? 'nothing yet'}</dd>
<dt>Goods</dt><dd>${handedOut.has(orderId) ? 'handed out' : 'kept'}</dd></dl>`,
    })
  }

  async function handler(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname.startsWith('/api/khalti/')) return checkout.handler(request)
    if (pathname.startsWith('/orders/')) return orderPage(pathname.slice('/orders/'.length))
    if (pathname === '/sorry') return shopPage(409, whyNot(searchParams.get('why')))
    if (pathname !== '/') return shopPage(404, 'There is nothing here.')
    orders += 1
    return shopPage(200, 'A small shop', { more: shelf(orders), formTargets: [gatewayUrl] })
  }

  return { handler, settle: checkout.settle, handedOut: (orderId: string) => handedOut.has(orderId) }
}

/** The browser names a thing and a number; the price is the shop's own. */
function orderOf(orderId: string) {
  const product = goods[/^(\w+)-\d+$/.exec(orderId)?.[1] ?? '']
  if (product === undefined) throw new CheckoutRefusal(404, 'There is no such thing in this shop.')
  return { id: orderId, name: product.name, amount: rupees(product.price) }
}

/** Why no payment was started, by the code of a refusal. */
function whyNot(code: string | null): string {
  switch (code) {
    case 'already-paid':
      return 'This order is paid already.'
    case 'in-progress':
      return 'A payment of this order is under way. Please wait a moment.'
    case 'refunded':
      return 'The money of this order has gone back.'
    default:
      return 'No payment was started. Please try again.'
  }
}

function wordsOf(outcome: string | undefined): string {
  switch (outcome) {
    case 'paid':
      return 'Paid. Thank you!'
    case 'unpaid':
      return 'Nothing was paid.'
    case 'refunded':
      return 'Your money, or a part of it, has gone back.'
    case 'hold':
      return 'We are looking into this payment.'
    default:
      return 'Not paid yet.'
  }
}

function shelf(number: number): Html {
  return html`<table><tbody>${Object.entries(goods).map(
    ([thing, { name, price }]) => html`<tr><td>${name}<br><span class="hint">${formatRupees(rupees(price))}</span></td>
<td class="amount"><form method="post" action="/api/khalti/initiate"><input type="hidden" name="orderId" value="${thing}-${number}">
<button>Pay with Khalti</button></form></td></tr>`,
  )}</tbody></table>`
}

function shopPage(status: number, heading: string, parts: { more?: Html; formTargets?: string[] } = {}): Response {
  const isShelf = parts.formTargets !== undefined
  return page({
    status,
    title: `${heading} · khalti-kit demo`,
    header: html`<p><strong>A demo: nothing is sold, and no money moves.</strong></p>`,
    body: html`<div class="card" id="order" data-live><h1>${heading}</h1>${parts.more}</div>`,
    footer: isShelf ? undefined : html`<p><a href="/">Back to the shelf</a></p>`,
    // The page of an order follows what becomes of it; the shelf and a refusal stay as they are.
    live: !isShelf && status === 200,
    formTargets: parts.formTargets,
  })
}
