import type { PGlite, Transaction } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/node-postgres'
import { postgresPayments, type SqlPayments } from 'khalti-kit/postgres'
import type { Client, Pool, PoolClient } from 'pg'

declare const pool: Pool
declare const client: Client
declare const embedded: PGlite
declare const http: { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

// `fulfil` gets the driver's own transaction, which an ORM takes.
export const onPool: SqlPayments<PoolClient> = postgresPayments(pool)
export const orm = onPool.transaction?.(async (transaction) => drizzle(transaction))
export const inProcess: SqlPayments<Transaction> = postgresPayments(embedded)
export const withoutTransactions: SqlPayments<undefined> = postgresPayments(http)

// @ts-expect-error one connection is no pool: its transactions would mix
postgresPayments(client)
