import { mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { KhaltiClient, paisa, rupees } from 'khalti-kit'
import { CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'

export const topi = { name: 'Dhaka topi', price: rupees(850) }

// Next bundles pages apart, so this module may exist more than once; the folder must be opened once.
const process_ = globalThis as { pagesShop?: ReturnType<typeof open> }

/** The shop, opened when it is first needed: `next build` runs several processes, and the folder bears only one. */
export function openShop() {
  process_.pagesShop ??= open()
  return process_.pagesShop
}

async function open() {
  const folder = process.env.SHOP_DATA || '.data/shop'
  await mkdir(folder, { recursive: true })
  const database = await PGlite.create(folder)
  const payments = postgresPayments(database)
  await payments.migrate()
  await database.query(
    'create table if not exists orders (id text primary key, price integer not null, parcel serial, paid_at timestamptz)',
  )
  const checkout = createCheckout({
    client: new KhaltiClient(),
    payments,
    siteUrl: process.env.SITE_URL || 'http://localhost:3000',
    cronSecret: process.env.CRON_SECRET || undefined,
    async readOrder({ orderId, name, email, phone }) {
      const { rows } = await database.query<{ id: string; price: number }>('select * from orders where id = $1', [
        orderId,
      ])
      if (rows[0] === undefined) throw new CheckoutRefusal(404, 'There is no such order.')
      const customer = { name: String(name ?? ''), email: String(email ?? ''), phone: String(phone ?? '') }
      return { id: rows[0].id, name: topi.name, amount: paisa(rows[0].price), customer }
    },
    async fulfil({ orderId, amount }, { transaction, accepted }) {
      const { rows } = await transaction.query(
        'update orders set paid_at = now() where id = $1 and (price = $2 or $3) returning id',
        [orderId, amount, accepted !== undefined],
      )
      if (rows.length === 0) throw new PaymentHold('The order has changed since it was paid.')
    },
    landing: ({ payment }) => `/payment?pidx=${payment?.pidx ?? ''}`,
  })
  return { database, checkout }
}
