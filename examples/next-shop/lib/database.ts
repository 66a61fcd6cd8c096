import { mkdir } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import type { PaymentStore } from 'khalti-kit/checkout'
import { postgresPayments } from 'khalti-kit/postgres'
import { Pool } from 'pg'

/** Runs one statement: a database, or a transaction of one. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** The shop's tables and Khalti's payments, in one database: one transaction can write both. */
export interface Database extends Queryable {
  payments: PaymentStore<Queryable>
}

// Next bundles routes and pages apart, so a module may exist more than once; the folder must be opened once.
const process_ = globalThis as { shopDatabase?: Promise<Database> | undefined }

/** Opened when it is first needed: `next build` loads modules in several processes, and the folder bears only one. */
export function database(): Promise<Database> {
  process_.shopDatabase ??= open().catch((error: unknown) => {
    process_.shopDatabase = undefined
    throw error
  })
  return process_.shopDatabase
}

async function open(): Promise<Database> {
  const url = process.env.DATABASE_URL
  return url ? openServer(url) : openFolder(process.env.SHOP_DATA || '.data/shop')
}

async function openServer(connectionString: string): Promise<Database> {
  const pool = new Pool({ connectionString })
  // Without a listener, a connection that breaks while idle ends the process.
  pool.on('error', console.error)
  const payments = postgresPayments(pool)
  await payments.migrate()
  await pool.query(schema)
  return { payments, query: (text, values) => pool.query(text, values) }
}

async function openFolder(folder: string): Promise<Database> {
  await mkdir(folder, { recursive: true })
  const embedded = await PGlite.create(folder)
  const payments = postgresPayments(embedded)
  await payments.migrate()
  await embedded.query(schema)
  return { payments, query: (text, values) => embedded.query(text, values) }
}

// One statement, and one server at a time: `if not exists` fails where two create a table at the same moment.
const schema = `do $shop$
begin
perform pg_advisory_xact_lock(hashtext('next-shop'));
create table if not exists orders (
  id text primary key,
  customer text not null,
  lines jsonb not null,
  total integer not null,
  created_at timestamptz not null default now(),
  paid_at timestamptz
);
create index if not exists orders_customer on orders (customer, created_at desc);
create table if not exists parcels (
  number integer primary key generated always as identity,
  order_id text not null references orders (id)
);
end $shop$`
