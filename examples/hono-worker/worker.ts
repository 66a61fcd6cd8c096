import type { D1Database } from '@cloudflare/workers-types'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { formatRupees, KhaltiClient, paisa, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { sqlitePayments } from 'khalti-kit/sqlite'

/** What the worker is given: its database, variables and secrets. The tables are in `migrations`. */
interface Bindings {
  DB: D1Database
  KHALTI_SECRET_KEY: string
  KHALTI_ENVIRONMENT: 'sandbox' | 'production'
  /** For the simulator alone. */
  KHALTI_BASE_URL?: string
  SITE_URL: string
  CRON_SECRET: string
}

interface OrderRow {
  id: string
  name: string
  /** Paisa. */
  amount: number
  /** The pidx of the payment, once it is paid. */
  paid_by: string | null
}

const findOrder = ({ DB }: Bindings, id: unknown) =>
  DB.prepare('select * from orders where id = ?').bind(String(id)).first<OrderRow>()

// A worker has its bindings in a request only, so each request opens a checkout. That opens no connection.
function openCheckout(env: Bindings) {
  const { KHALTI_SECRET_KEY: secretKey, KHALTI_ENVIRONMENT: environment, KHALTI_BASE_URL: baseUrl } = env
  return createCheckout({
    client: new KhaltiClient({ secretKey, environment, ...(baseUrl && { baseUrl }) }),
    payments: sqlitePayments(env.DB),
    siteUrl: env.SITE_URL,
    cronSecret: env.CRON_SECRET,
    async readOrder({ orderId }) {
      const order = await findOrder(env, orderId)
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: order.id, name: order.name, amount: paisa(order.amount) }
    },
    // D1 has no transactions, so it may run again after a crash: writing the same twice does no harm. An order that is not
    // the one that was paid any more is held, until a person has accepted it.
    async fulfil({ orderId, pidx, amount }, { accepted }) {
      const paid = 'update orders set paid_by = ? where id = ? and (amount = ? or ?) returning id'
      const order = await env.DB.prepare(paid)
        .bind(pidx, orderId, amount, accepted ? 1 : 0)
        .first()
      if (!order) throw new PaymentHold('The order has changed since it was paid.')
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
  const id = crypto.randomUUID()
  const insert = context.env.DB.prepare('insert into orders (id, name, amount) values (?, ?, ?)')
  await insert.bind(id, 'Dhaka topi', rupees(850)).run()
  return context.redirect(`/orders/${id}`, 303)
})

app.get('/orders/:id', async (context) => {
  const order = await findOrder(context.env, context.req.param('id'))
  if (!order) return context.text('There is no such order.', 404)
  const state = order.paid_by ? html`<p>Paid. Thank you!</p>` : await payable(context.env, order.id)
  return context.html(html`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
})

// While the shop looks at a payment, a second one would pay twice.
const payable = async (env: Bindings, orderId: string) =>
  (await openCheckout(env).order(orderId))?.attention.includes('hold')
    ? html`<p>The shop checks your payment. Please do not pay again.</p>`
    : payForm(orderId)

const payForm = (orderId: string) => html`<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

export default {
  fetch: app.fetch,
  // The cron trigger of wrangler.jsonc.
  async scheduled(_event: unknown, env: Bindings): Promise<void> {
    await openCheckout(env).reconcile()
  },
}
