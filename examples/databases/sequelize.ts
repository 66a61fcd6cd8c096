import { sqlPayments } from 'khalti-kit/sql'
import type { Sequelize, Transaction } from 'sequelize'

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
