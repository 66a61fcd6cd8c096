import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { PGlite } from '@electric-sql/pglite'
import { formatRupees, KhaltiClient, paisa, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { toNodeListener } from 'khalti-kit/node'
import { postgresPayments } from 'khalti-kit/postgres'

// A folder, for one process. On a Postgres server it is a Pool of `pg`, and the rest stays as it is.
const database = new PGlite(process.env.DATA_FOLDER ?? './data')
const payments = postgresPayments(database)
await payments.migrate()
await database.exec(`create table if not exists orders (
  id text primary key, name text not null, amount integer not null, paid_by text
)`)

async function findOrder(id) {
  const { rows } = await database.query('select * from orders where id = $1', [String(id)])
  return rows[0]
}

const checkout = createCheckout({
  client: new KhaltiClient(), // KHALTI_SECRET_KEY, KHALTI_ENVIRONMENT
  payments,
  siteUrl: process.env.SITE_URL ?? 'http://localhost:3000',

  // The browser names an order. The price is ours. In a shop with accounts, check that it is this customer's, too.
  async readOrder({ orderId }) {
    const order = await findOrder(orderId)
    if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
    return { id: order.id, name: order.name, amount: paisa(order.amount) }
  },

  // What is written through the transaction is written exactly once, whatever crashes. An order that is not the one that
  // was paid any more is held, until a person has accepted it.
  async fulfil({ orderId, pidx, amount }, { transaction, accepted }) {
    const { rows } = await transaction.query(
      'update orders set paid_by = $1 where id = $2 and (amount = $3 or $4) returning id',
      [pidx, orderId, amount, accepted !== undefined],
    )
    if (rows.length === 0) throw new PaymentHold('The order has changed since it was paid.')
  },

  landing: ({ payment, outcome }) => (payment ? `/orders/${payment.orderId}?payment=${outcome}` : '/'),
})

const page = (html, status = 200) =>
  new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

const payForm = (orderId) => `<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

async function orderPage(id) {
  const order = await findOrder(id)
  if (!order) return page('There is no such order.', 404)
  const state = order.paid_by ? '<p>Paid. Thank you!</p>' : payForm(order.id)
  return page(`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
}

async function newOrder() {
  const id = randomUUID()
  await database.query('insert into orders (id, name, amount) values ($1, $2, $3)', [id, 'Dhaka topi', rupees(850)])
  return new Response(null, { status: 303, headers: { location: `/orders/${id}` } })
}

async function shop(request) {
  const { pathname } = new URL(request.url)
  if (pathname.startsWith('/api/khalti/')) return checkout.handler(request)
  if (pathname === '/orders' && request.method === 'POST') return newOrder()
  if (pathname.startsWith('/orders/')) return orderPage(pathname.slice('/orders/'.length))
  return page('<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>')
}

// Khalti has no webhooks: this finds the payments of customers who closed the tab.
setInterval(() => checkout.reconcile().catch(console.error), 60_000).unref()

const port = Number(process.env.PORT ?? 3000)
createServer(toNodeListener(shop)).listen(port, () => console.log(`http://localhost:${port}`))
