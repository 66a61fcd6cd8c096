export type {
  ClientOf,
  EmbeddedPostgres,
  PostgresClient,
  PostgresPool,
  PostgresQueryable,
  PostgresResult,
  QueryOnlyPostgres,
} from './stores/postgres-driver.ts'
export { type PostgresPayments, type PostgresPaymentsOptions, postgresPayments } from './stores/postgres-payments.ts'
export { type PostgresSchemaOptions, postgresSchema } from './stores/postgres-schema.ts'
