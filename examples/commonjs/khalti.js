const { PGlite } = require('@electric-sql/pglite')
const { KhaltiClient, paisa } = require('khalti-kit')
const { CheckoutRefusal, createCheckout, PaymentHold } = require('khalti-kit/checkout')
const { postgresPayments } = require('khalti-kit/postgres')

// A folder, for one process. On a Postgres server it is a Pool of `pg`, and the rest stays as it is.
const database = new PGlite(process.env.DATA_FOLDER ?? './data')
const payments = postgresPayments(database)

/** Makes the tables. CommonJS has no top-level await, so the server waits for this before it listens. */
async function prepare() {
  await payments.migrate()
  await database.exec(`create table if not exists orders (
    id text primary key, name text not null, amount integer not null, paid_by text
  )`)
}

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

module.exports = { checkout, database, findOrder, prepare }
