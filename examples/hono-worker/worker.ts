import { Hono } from 'hono'
import { html } from 'hono/html'
import { formatRupees, KhaltiClient, paisa, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import { type Bindings, openDatabase } from './database.ts'

// Before the first deployment the tables are made once: `postgresSchema()` prints those of the payments, and
// create table orders (id text primary key, name text not null, amount integer not null, paid_by text)
interface OrderRow {
  id: string
  name: string
  amount: number
  paid_by: string | null
}

async function findOrder(env: Bindings, id: unknown): Promise<OrderRow | undefined> {
  const { rows } = await openDatabase(env).query<OrderRow>('select * from orders where id = $1', [String(id)])
  return rows[0]
}

function openCheckout(env: Bindings) {
  const { KHALTI_SECRET_KEY: secretKey, KHALTI_ENVIRONMENT: environment, KHALTI_BASE_URL: baseUrl } = env
  return createCheckout({
    client: new KhaltiClient({ secretKey, environment, ...(baseUrl && { baseUrl }) }),
    payments: postgresPayments(openDatabase(env)),
    siteUrl: env.SITE_URL,
    cronSecret: env.CRON_SECRET,
    async readOrder({ orderId }) {
      const order = await findOrder(env, orderId)
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: order.id, name: order.name, amount: paisa(order.amount) }
    },
    // This driver has no transactions, so it may run again after a crash: writing the same twice does no harm.
    async fulfil({ orderId, pidx }) {
      await openDatabase(env).query('update orders set paid_by = $1 where id = $2', [pidx, orderId])
    },
    landing: ({ payment, outcome }) => (payment ? `/orders/${payment.orderId}?payment=${outcome}` : '/'),
  })
}

const app = new Hono<{ Bindings: Bindings }>()
app.all('/api/khalti/*', (context) => openCheckout(context.env).handler(context.req.raw))

app.get('/', (context) =>
  context.html(html`<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>`),
)

app.post('/orders', async (context) => {
  const order = [crypto.randomUUID(), 'Dhaka topi', rupees(850)]
  await openDatabase(context.env).query('insert into orders (id, name, amount) values ($1, $2, $3)', order)
  return context.redirect(`/orders/${order[0]}`, 303)
})

app.get('/orders/:id', async (context) => {
  const order = await findOrder(context.env, context.req.param('id'))
  if (!order) return context.text('There is no such order.', 404)
  const state = order.paid_by ? html`<p>Paid. Thank you!</p>` : payForm(order.id)
  return context.html(html`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
})

const payForm = (orderId: string) => html`<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

// Khalti has no webhooks: a cron trigger finds the payments of customers who closed the tab.
export default {
  fetch: app.fetch,
  async scheduled(_event: unknown, env: Bindings): Promise<void> {
    await openCheckout(env).reconcile()
  },
}
