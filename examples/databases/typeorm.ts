import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import { type DataSource, type EntityManager, EntitySchema } from 'typeorm'

/** Orders through TypeORM on Postgres; `fulfil` gets the EntityManager of its transaction. */
export function typeormPayments(dataSource: DataSource, now?: () => Date) {
  return sqlPayments<EntityManager>({
    dialect: 'postgres',
    async query(text, values, manager = dataSource.manager) {
      const result = await manager.query(text, values)
      // For UPDATE and DELETE TypeORM gives the rows, and beside them how many there were.
      const isPair = Array.isArray(result[0])
      return { rows: isPair ? result[0] : result }
    },
    transaction: (run) => dataSource.transaction(run),
    now,
  })
}

/** The same on MySQL and MariaDB. */
export function typeormMysqlPayments(dataSource: DataSource, now?: () => Date) {
  return sqlPayments<EntityManager>({
    dialect: 'mysql',
    async query(text, values, manager = dataSource.manager) {
      const result = await manager.query(text, values)
      return Array.isArray(result) ? { rows: result } : { rows: [], affected: result.affectedRows }
    },
    transaction: (run) => dataSource.transaction(run),
    now,
  })
}

interface Order {
  id: string
  name: string
  amount: number
  paidBy: string | null
}

/** The orders of the shop, for `entities` of the DataSource. */
export const OrderEntity = new EntitySchema<Order>({
  name: 'Order',
  tableName: 'orders',
  columns: {
    id: { type: String, primary: true },
    name: { type: String },
    amount: { type: Number },
    paidBy: { type: String, name: 'paid_by', nullable: true },
  },
})

/** `fulfil` of the checkout. */
export async function fulfilByTypeorm(
  { orderId, pidx, amount }: Payment,
  { transaction, accepted }: FulfilContext<EntityManager>,
) {
  const asPaid = { id: orderId, ...(!accepted && { amount }) }
  const { affected } = await transaction.update(OrderEntity, asPaid, { paidBy: pidx })
  if (affected === 0) throw new PaymentHold('The order has changed since it was paid.')
}
