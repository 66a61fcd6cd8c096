import { formatRupees, paisa, rupees } from 'khalti-kit'
import { checkout, database, findOrder } from './checkout.ts'

const page = (html: string, status = 200) =>
  new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

// While the shop looks at a payment, a second one would pay twice.
const payable = async (orderId: string) =>
  (await checkout.order(orderId))?.attention.includes('hold')
    ? '<p>The shop checks your payment. Please do not pay again.</p>'
    : payForm(orderId)

const payForm = (orderId: string) => `<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

async function orderPage(id: string): Promise<Response> {
  const order = await findOrder(id)
  if (!order) return page('There is no such order.', 404)
  const state = order.paid_by ? '<p>Paid. Thank you!</p>' : await payable(order.id)
  return page(`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
}

async function newOrder(): Promise<Response> {
  const id = crypto.randomUUID()
  await database.query('insert into orders (id, name, amount) values ($1, $2, $3)', [id, 'Dhaka topi', rupees(850)])
  return new Response(null, { status: 303, headers: { location: `/orders/${id}` } })
}

// Khalti has no webhooks: this finds the payments of customers who closed the tab.
setInterval(() => checkout.reconcile().catch(console.error), 60_000)

// Bun serves what a file exports by default.
export default {
  port: Number(process.env.PORT ?? 3000),
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname.startsWith('/api/khalti/')) return checkout.handler(request)
    if (pathname === '/orders' && request.method === 'POST') return newOrder()
    if (pathname.startsWith('/orders/')) return orderPage(pathname.slice('/orders/'.length))
    return page('<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>')
  },
}
