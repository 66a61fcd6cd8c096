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

/** The same on MySQL and MariaDB, where Sequelize numbers values as well: `$1` for the first `?`. */
export function sequelizeMysqlPayments(sequelize: Sequelize, now?: () => Date) {
  return sqlPayments<Transaction>({
    dialect: 'mysql',
    async query(text, values, transaction) {
      let place = 0
      const [result] = await sequelize.query(
        text.replace(/\?/g, () => `$${++place}`),
        { ...(values.length > 0 && { bind: values }), transaction: transaction ?? null },
      )
      if (Array.isArray(result)) return { rows: result }
      return { rows: [], affected: (result as { affectedRows?: number }).affectedRows }
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
