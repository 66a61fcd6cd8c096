import { readOptions } from '../core/given.ts'
import type { SqlStoreOptions } from './sql-store.ts'
import type { SqlTablesOptions } from './sql-tables.ts'

const tablesOptions: Record<keyof SqlTablesOptions, true> = { prefix: true }

/** Every option that all stores in a SQL database have. */
export const storeOptions: Record<keyof SqlStoreOptions, true> = { ...tablesOptions, now: true }

/** The options of a schema. @throws TypeError for an unknown one: its tables would be the default ones. */
export const readTablesOptions = (given: SqlTablesOptions, door: string): SqlTablesOptions =>
  readOptions(given, door, tablesOptions)

/** The options of a store. @throws TypeError for an unknown one: two shops would share their orders. */
export const readStoreOptions = (given: SqlStoreOptions, door: string): SqlStoreOptions =>
  readOptions(given, door, storeOptions)
