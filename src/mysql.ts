export { type MysqlConnection, type MysqlPool, type MysqlQueryable, mysqlPayments } from './stores/mysql-payments.ts'
export { mysqlSchema } from './stores/mysql-schema.ts'
export type { SqlPayments, SqlStoreOptions } from './stores/sql-store.ts'
export type { SqlTablesOptions } from './stores/sql-tables.ts'
