import { sqlPayments } from 'khalti-kit/sql'
import type { DataSource, EntityManager } from 'typeorm'

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
