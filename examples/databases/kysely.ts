import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import { CompiledQuery, type Kysely, type Transaction } from 'kysely'

/** Orders through Kysely on Postgres; `fulfil` gets its transaction. */
export function kyselyPayments<Tables>(db: Kysely<Tables>, now?: () => Date) {
  return sqlPayments<Transaction<Tables>>({
    dialect: 'postgres',
    query: async (text, values, transaction) => ({
      rows: (await (transaction ?? db).executeQuery(CompiledQuery.raw(text, values))).rows,
    }),
    transaction: (run) => db.transaction().execute(run),
    now,
  })
}

interface Shop {
  orders: { id: string; name: string; amount: number; paid_by: string | null }
}

/** `fulfil` of the checkout. */
export async function fulfilByKysely(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<Transaction<Shop>>,
) {
  const order = transaction.updateTable('orders').set({ paid_by: pidx }).where('id', '=', orderId)
  const { numUpdatedRows } = await (accepted ? order : order.where('amount', '=', amount)).executeTakeFirst()
  if (numUpdatedRows === 0n) throw new PaymentHold('The order has changed since it was paid.')
}
