import { KhaltiClient, rupees } from 'khalti-kit'
import { createCheckout, type FulfilContext, memoryPayments, type Payment } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import type { Pool, PoolClient } from 'pg'

declare const pool: Pool
declare const http: { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

const base = {
  client: new KhaltiClient(),
  siteUrl: 'https://shop.example',
  readOrder: async () => ({ id: '1', name: 'Tea', amount: rupees(10) }),
  landing: () => '/',
}
const inTransaction = async (payment: Payment, { transaction }: FulfilContext<PoolClient>) => {
  await transaction.query('update orders set paid = true where id = $1', [payment.orderId])
}
const anywhere = async (_payment: Payment, _context: FulfilContext) => {}

createCheckout({ ...base, payments: postgresPayments(pool), fulfil: inTransaction })
createCheckout({ ...base, payments: postgresPayments(pool), fulfil: anywhere })
createCheckout({ ...base, payments: memoryPayments(), fulfil: anywhere })
createCheckout({
  ...base,
  payments: postgresPayments(pool),
  fulfil: async (payment, { transaction }) => {
    await transaction.query('update orders set paid = true where id = $1', [payment.orderId])
  },
})

// @ts-expect-error it needs a transaction, and this store has none: paid orders would never be handed out
createCheckout({ ...base, payments: memoryPayments(), fulfil: inTransaction })
// @ts-expect-error nor has Postgres where it only takes queries
createCheckout({ ...base, payments: postgresPayments(http), fulfil: inTransaction })

// What a browser sends may be anything: `{ "orderId": { "$ne": null } }` is JSON too.
createCheckout({
  ...base,
  payments: memoryPayments(),
  fulfil: anywhere,
  // @ts-expect-error nobody has looked whether it is text
  readOrder: ({ orderId }: { orderId: string }) => ({ id: orderId, name: 'Tea', amount: rupees(10) }),
})
