export type {
  AnyPostgres,
  EmbeddedPostgres,
  PostgresClient,
  PostgresPool,
  PostgresQueryable,
  PostgresResult,
  QueryOnlyPostgres,
  TransactionOf,
} from './stores/postgres-driver.ts'
export { postgresPayments } from './stores/postgres-payments.ts'
export { postgresSchema } from './stores/postgres-schema.ts'
export type { SqlPayments, SqlStoreOptions } from './stores/sql-store.ts'
export type { SqlTablesOptions } from './stores/sql-tables.ts'
