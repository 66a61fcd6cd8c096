import type { PGlite, Transaction } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/node-postgres'
import { type PostgresPayments, postgresPayments } from 'khalti-kit/postgres'
import type { Client, Pool, PoolClient } from 'pg'

declare const pool: Pool
declare const client: Client
declare const embedded: PGlite
declare const http: { query(text: string, values?: unknown[]): Promise<{ rows: Record<string, unknown>[] }> }

// `fulfil` gets the driver's own transaction, which an ORM takes.
export const onPool: PostgresPayments<PoolClient> = postgresPayments(pool)
export const orm = onPool.transaction?.(async (transaction) => drizzle(transaction))
export const inProcess: PostgresPayments<Transaction> = postgresPayments(embedded)
export const withoutTransactions: PostgresPayments<undefined> = postgresPayments(http)

// @ts-expect-error one connection is no pool: its transactions would mix
postgresPayments(client)
