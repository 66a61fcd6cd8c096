import { randomUUID } from 'node:crypto'
import express from 'express'
import helmet from 'helmet'
import { formatRupees, paisa, rupees } from 'khalti-kit'
import { toNodeListener } from 'khalti-kit/node'
import { checkout, database, findOrder } from './checkout.ts'

const app = express()
// The pay button is a plain form that leads to Khalti's page. Browsers hold that against form-action, which is 'self' in
// helmet: the button would do nothing. And helmet's no-referrer has older browsers hide where a form comes from. On http
// its upgradeInsecureRequests leads Safari to https, also on your own machine, where nobody speaks it.
const khalti = process.env.KHALTI_BASE_URL ?? 'https://*.khalti.com'
const upgradeInsecureRequests = process.env.SITE_URL?.startsWith('https:') ? [] : null
app.use(
  helmet({
    contentSecurityPolicy: { directives: { formAction: ["'self'", khalti], upgradeInsecureRequests } },
    referrerPolicy: { policy: 'strict-origin-when-cross-origin' },
  }),
)
app.use('/api/khalti', toNodeListener(checkout.handler))

app.get('/', (_request, response) => {
  response.send('<h1>Dhaka topi</h1><form method="post" action="/orders"><button>Order for Rs 850</button></form>')
})

app.post('/orders', async (_request, response) => {
  const id = randomUUID()
  await database.query('insert into orders (id, name, amount) values ($1, $2, $3)', [id, 'Dhaka topi', rupees(850)])
  response.redirect(303, `/orders/${id}`)
})

app.get('/orders/:id', async (request, response) => {
  const order = await findOrder(request.params.id)
  if (!order) return response.status(404).send('There is no such order.')
  const state = order.paid_by ? '<p>Paid. Thank you!</p>' : await payable(order.id)
  return response.send(`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
})

// While the shop looks at a payment, a second one would pay twice.
const payable = async (orderId: string) =>
  (await checkout.order(orderId))?.attention.includes('hold')
    ? '<p>The shop checks your payment. Please do not pay again.</p>'
    : payForm(orderId)

const payForm = (orderId: string) => `<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

// Khalti has no webhooks: this finds the payments of customers who closed the tab.
setInterval(() => checkout.reconcile().catch(console.error), 60_000).unref()

const port = Number(process.env.PORT ?? 3000)
app.listen(port, () => console.log(`http://localhost:${port}`))
