import type { PaymentStore } from 'khalti-kit/checkout'
import { mysqlPayments } from 'khalti-kit/mysql'
import { postgresPayments } from 'khalti-kit/postgres'
import { Pool } from 'pg'

/** Where the storm's database is: a server, or PGlite's folder. */
export type DatabaseAddress = { postgres: string } | { mysql: string } | { folder: string }

/** The database of the storm, as the shop and the test use it. */
export interface Database {
  payments: PaymentStore & { migrate(): Promise<void> }
  /** Writes a row of the shop's, within a transaction of the store's where one is given. */
  insert(table: string, row: Record<string, string | number>, transaction?: unknown): Promise<void>
  query<Row>(text: string): Promise<Row[]>
  close(): Promise<void>
}

type Run = (text: string, values: unknown[]) => Promise<unknown[]>

/**
 * On Postgres the store runs as in production: the database's own clock decides. So that five minutes need not be waited
 * for, that clock is the server's plus what `pass` has added, for all processes at once: `storm` comes before `pg_catalog`
 * in the search path, and with it this `clock_timestamp()`. The others take the processes' `now`.
 */
const ownClock = `
create table storm.passed (by interval not null);
insert into storm.passed values ('0');
create function storm.clock_timestamp() returns timestamptz language sql volatile
  as 'select pg_catalog.clock_timestamp() + by from storm.passed';`

/** What the shop writes. No unique constraint: an order that is delivered twice must show. */
const shopTables = `
create table goods (order_id varchar(255) not null, pidx varchar(255) not null, amount bigint not null);
create table told (event varchar(255) not null, pidx varchar(255) not null);`

const searchPath = 'storm,pg_catalog,public'

/** Opens it, also where it is empty: {@link prepare} makes the tables. */
export function openDatabase(address: DatabaseAddress, now: () => Date): Promise<Database> {
  if ('folder' in address) return openEmbedded(address.folder, now)
  return 'mysql' in address ? openMysql(address.mysql, now) : openPostgres(address.postgres)
}

// Drivers are loaded where they are needed: a killed worker must be back at once.

async function openEmbedded(folder: string, now: () => Date): Promise<Database> {
  const { PGlite } = await import('@electric-sql/pglite')
  const embedded = await PGlite.create(folder)
  type Transaction = Parameters<Parameters<typeof embedded.transaction>[0]>[0]
  const run = (transaction: unknown): Run => {
    const database = (transaction as Transaction | undefined) ?? embedded
    return async (text, values) => (await database.query(numbered(text), values)).rows
  }
  return { payments: postgresPayments(embedded, { now }), ...rest(run), close: () => embedded.close() }
}

async function openPostgres(connectionString: string): Promise<Database> {
  const pool = new Pool({ connectionString, max: 8, options: `-c search_path=${searchPath}` })
  // The server may end before its connections do.
  pool.on('error', () => {})
  const run = (transaction: unknown): Run => {
    const database = (transaction as Pool | undefined) ?? pool
    return async (text, values) => (await database.query(numbered(text), values)).rows
  }
  return { payments: postgresPayments(pool), ...rest(run), close: () => pool.end() }
}

async function openMysql(url: string, now: () => Date): Promise<Database> {
  const { createPool } = await import('mysql2/promise')
  const pool = createPool({ uri: url, connectionLimit: 8 })
  const run = (transaction: unknown): Run => {
    const database = (transaction as typeof pool | undefined) ?? pool
    return async (text, values) => (await database.query(text, values))[0] as unknown[]
  }
  return { payments: mysqlPayments(pool, { now }), ...rest(run), close: () => pool.end() }
}

function rest(run: (transaction: unknown) => Run): Pick<Database, 'insert' | 'query'> {
  return {
    async insert(table, row, transaction) {
      const columns = Object.keys(row)
      const places = columns.map(() => '?').join(', ')
      await run(transaction)(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row))
    },
    query: async <Row>(text: string) => (await run(undefined)(text, [])) as Row[],
  }
}

function numbered(text: string): string {
  let count = 0
  return text.replace(/\?/g, () => {
    count += 1
    return `$${count}`
  })
}

/** Makes the shop's tables and the clock. */
export async function prepare(database: Database, address: DatabaseAddress): Promise<void> {
  const statements = 'postgres' in address ? `create schema storm;${shopTables}${ownClock}` : shopTables
  for (const statement of statements.split(';\n')) await database.query(statement)
  await database.payments.migrate()
}

/** Lets time pass on the server's clock, where the store asks that one. */
export async function pass(database: Database, address: DatabaseAddress, ms: number): Promise<void> {
  if ('postgres' in address) await database.query(`update storm.passed set by = by + ${ms} * interval '1 millisecond'`)
}
