const { randomUUID } = require('node:crypto')
const express = require('express')
const { formatRupees, paisa, rupees } = require('khalti-kit')
const { toNodeListener } = require('khalti-kit/node')
const { checkout, database, findOrder, prepare } = require('./khalti')

const app = express()
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
  const state = order.paid_by ? '<p>Paid. Thank you!</p>' : payForm(order.id)
  return response.send(`<h1>${order.name}, ${formatRupees(paisa(order.amount))}</h1>${state}`)
})

const payForm = (orderId) => `<form method="post" action="/api/khalti/initiate">
  <input type="hidden" name="orderId" value="${orderId}">
  <button>Pay with Khalti</button>
</form>`

// Khalti has no webhooks: this finds the payments of customers who closed the tab.
setInterval(() => checkout.reconcile().catch(console.error), 60_000).unref()

const port = Number(process.env.PORT ?? 3000)
prepare().then(() => app.listen(port, () => console.log(`http://localhost:${port}`)))
