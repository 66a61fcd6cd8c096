import type { NeonQueryFunction } from '@neondatabase/serverless'
import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'

/** What `neon(url)` gives. */
type Sql = NeonQueryFunction<false, false>

/** Orders through Neon over HTTP: without transactions, so `fulfil` is called at least once. */
export const openPayments = (sql: Sql) =>
  postgresPayments({ query: async (text, values) => ({ rows: await sql.query(text, values) }) })

/** `fulfil` of the checkout: one statement, which may come again. */
export const fulfilByNeon =
  (sql: Sql) =>
  async ({ orderId, pidx, amount }: Payment, { accepted }: FulfilContext<undefined>) => {
    const isAccepted = accepted !== undefined
    const orders = await sql`update orders set paid_by = ${pidx}
      where id = ${orderId} and (amount = ${amount} or ${isAccepted}) returning id`
    if (orders.length === 0) throw new PaymentHold('The order has changed since it was paid.')
  }
