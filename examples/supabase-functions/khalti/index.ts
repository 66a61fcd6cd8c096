import { KhaltiClient, paisa } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import postgres, { type TransactionSql } from 'postgres'

// Secrets: npx supabase secrets set KHALTI_SECRET_KEY=… FRONTEND_URL=https://shop.example CRON_SECRET=…
// Supabase itself sets SUPABASE_URL and SUPABASE_DB_URL.
const read = (name: string): string => Deno.env.get(name) ?? ''

// The tables are made once, in the SQL editor: those of `postgresSchema()` of khalti-kit/postgres, and
// create table orders (id text primary key, name text not null, amount integer not null, paid_by text)
const sql = postgres(read('SUPABASE_DB_URL'), { max: 3, prepare: false })
const payments = sqlPayments<TransactionSql>({
  dialect: 'postgres',
  query: async (text, values, transaction) => ({ rows: await (transaction ?? sql).unsafe(text, values) }),
  transaction: (run) => sql.begin(run) as ReturnType<typeof run>,
})

const checkout = createCheckout({
  client: new KhaltiClient(), // KHALTI_SECRET_KEY, KHALTI_ENVIRONMENT
  payments,
  // Functions are reached below /functions/v1, which Supabase takes off.
  siteUrl: `${read('SUPABASE_URL')}/functions/v1`,
  basePath: '/khalti',
  frontendUrl: read('FRONTEND_URL'),
  cronSecret: read('CRON_SECRET'),

  // The browser names an order. The price is ours. Check that it is this customer's, too: the token is in the request.
  async readOrder({ orderId }) {
    const [order] = await sql`select id, name, amount from orders where id = ${String(orderId)}`
    if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
    return { id: order.id, name: order.name, amount: paisa(order.amount) }
  },

  async fulfil({ orderId, pidx, amount }, { transaction, accepted }) {
    const asPaid = accepted ? transaction`` : transaction`and amount = ${amount}`
    const rows = await transaction`
      update orders set paid_by = ${pidx} where id = ${orderId} ${asPaid} returning id`
    if (rows.length === 0) throw new PaymentHold('The order has changed since it was paid.')
  },

  landing: ({ payment, outcome }) => `/orders/${payment?.orderId ?? ''}?payment=${outcome}`,
})

Deno.serve(checkout.handler)
