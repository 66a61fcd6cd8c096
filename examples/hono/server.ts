import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { formatRupees, paisa, rupees } from 'khalti-kit'
import { checkout, database, findOrder } from './checkout.ts'

const app = new Hono()
app.all('/api/khalti/*', (context) => checkout.handler(context.req.raw))

app.get('/', (context) =>
  context.html(html`<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>`),
)

app.post('/orders', async (context) => {
  const id = randomUUID()
  await database.query('insert into orders (id, name, amount) values ($1, $2, $3)', [id, 'Dhaka topi', rupees(850)])
  return context.redirect(`/orders/${id}`, 303)
})

app.get('/orders/:id', async (context) => {
  const order = await findOrder(context.req.param('id'))
  if (!order) return context.text('There is no such order.', 404)
  const state = order.paid_by ? html`<p>Paid. Thank you!</p>` : await payable(order.id)
  return context.html(html`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
})

// While the shop looks at a payment, a second one would pay twice.
const payable = async (orderId: string) =>
  (await checkout.order(orderId))?.attention.includes('hold')
    ? html`<p>The shop checks your payment. Please do not pay again.</p>`
    : payForm(orderId)

const payForm = (orderId: string) => html`<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

// Khalti has no webhooks: this finds the payments of customers who closed the tab.
setInterval(() => checkout.reconcile().catch(console.error), 60_000).unref()

const port = Number(process.env.PORT ?? 3000)
serve({ fetch: app.fetch, port }, () => console.log(`http://localhost:${port}`))
