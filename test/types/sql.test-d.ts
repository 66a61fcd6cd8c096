import { KhaltiClient, rupees } from 'khalti-kit'
import { createCheckout, type FulfilContext, type Payment } from 'khalti-kit/checkout'
import { type SqlPayments, type SqlPaymentsOptions, type SqlResult, type SqlValue, sqlPayments } from 'khalti-kit/sql'
import type { Kysely, Transaction } from 'kysely'

type Tables = { orders: { id: string; paid: boolean } }
type Tx = Transaction<Tables>
declare const db: Kysely<Tables>
declare const query: (text: string, values: SqlValue[], transaction?: Tx) => Promise<SqlResult>

const base = {
  client: new KhaltiClient(),
  siteUrl: 'https://shop.example',
  readOrder: () => ({ id: '1', name: 'Tea', amount: rupees(10) }),
  landing: () => '/',
}
const inTransaction = async (payment: Payment, { transaction }: FulfilContext<Tx>) => {
  await transaction.updateTable('orders').set({ paid: true }).where('id', '=', payment.orderId).execute()
}

export const exactlyOnce: SqlPayments<Tx> = sqlPayments<Tx>({
  dialect: 'postgres',
  query,
  transaction: (run) => db.transaction().execute(run),
})
export const inferred: SqlPayments<Tx> = sqlPayments({
  dialect: 'postgres',
  query,
  transaction: (run) => db.transaction().execute(run),
})
export const atLeastOnce: SqlPayments<undefined> = sqlPayments({
  dialect: 'postgres',
  query: (text, values) => query(text, values),
})
createCheckout({ ...base, payments: exactlyOnce, fulfil: inTransaction })

// What is passed on may have a transaction or not.
export const wrapped = (options: SqlPaymentsOptions<Tx>): SqlPayments<Tx | undefined> => sqlPayments(options)

// A `query` that could take a transaction makes none, nor does a type argument.
const forgotten = sqlPayments({ dialect: 'postgres', query })
const said = sqlPayments<Tx>({ dialect: 'postgres', query })
// @ts-expect-error it needs a transaction, and this store has none: paid orders would never be handed out
createCheckout({ ...base, payments: forgotten, fulfil: inTransaction })
createCheckout({
  ...base,
  payments: said,
  // @ts-expect-error so it is here
  fulfil: async (_payment, { transaction }) => void (await transaction.selectFrom('orders').execute()),
})
