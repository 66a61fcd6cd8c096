export type { SqlResult, SqlValue } from './stores/sql-driver.ts'
export { type SqlPaymentsOptions, sqlPayments } from './stores/sql-payments.ts'
export type { SqlPayments, SqlStoreOptions } from './stores/sql-store.ts'
export type { SqlTablesOptions } from './stores/sql-tables.ts'
