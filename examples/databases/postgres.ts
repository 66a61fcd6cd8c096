import { type KhaltiClient, paisa } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import type { Pool } from 'pg'

// create table orders (id text primary key, name text not null, amount integer not null, paid_by text)
export const openCheckout = (pool: Pool, client: KhaltiClient) =>
  createCheckout({
    client,
    payments: postgresPayments(pool), // await payments.migrate() when the server starts
    siteUrl: 'https://shop.example',
    async readOrder({ orderId }) {
      const { rows } = await pool.query('select id, name, amount from orders where id = $1', [orderId])
      if (!rows[0]) throw new CheckoutRefusal(404, 'There is no such order.')
      return { ...rows[0], amount: paisa(rows[0].amount) }
    },
    async fulfil({ orderId, pidx, amount }, { transaction, accepted }) {
      const paid = 'update orders set paid_by = $1 where id = $2 and (amount = $3 or $4)'
      const { rowCount } = await transaction.query(paid, [pidx, orderId, amount, accepted !== undefined])
      if (rowCount === 0) throw new PaymentHold('The order has changed since it was paid.')
    },
    landing: ({ outcome }) => `/thanks?outcome=${outcome}`,
  })
