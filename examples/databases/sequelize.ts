import { type FulfilContext, type Payment, PaymentHold } from 'khalti-kit/checkout'
import { sqlPayments } from 'khalti-kit/sql'
import { DataTypes, type Sequelize, type Transaction } from 'sequelize'

/** Orders through Sequelize on Postgres; `fulfil` gets its transaction, for `{ transaction }` of your models. */
export function sequelizePayments(sequelize: Sequelize, now?: () => Date) {
  return sqlPayments<Transaction>({
    dialect: 'postgres',
    async query(text, values, transaction) {
      const [rows] = await sequelize.query(text, {
        ...(values.length > 0 && { bind: values }),
        transaction: transaction ?? null,
      })
      return { rows }
    },
    transaction: (run) => sequelize.transaction(run),
    now,
  })
}

/** The orders of the shop. */
export const defineOrders = (sequelize: Sequelize) =>
  sequelize.define(
    'Order',
    {
      id: { type: DataTypes.STRING, primaryKey: true },
      name: DataTypes.STRING,
      amount: DataTypes.INTEGER,
      paidBy: { type: DataTypes.STRING, field: 'paid_by' },
    },
    { tableName: 'orders', timestamps: false },
  )

/** `fulfil` of the checkout. */
export const fulfilBySequelize =
  (orders: ReturnType<typeof defineOrders>) =>
  async ({ orderId, pidx, amount }: Payment, { transaction, accepted }: FulfilContext<Transaction>) => {
    const where = { id: orderId, ...(!accepted && { amount }) }
    const [count] = await orders.update({ paidBy: pidx }, { where, transaction })
    if (count === 0) throw new PaymentHold('The order has changed since it was paid.')
  }
