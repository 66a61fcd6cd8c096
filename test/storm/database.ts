import { type PostgresPayments, type PostgresQueryable, postgresPayments } from 'khalti-kit/postgres'
import { Pool } from 'pg'

/** Where the storm's database is: a server, or PGlite's folder. */
export type DatabaseAddress = { url: string } | { folder: string }

/** The database of the storm, as the shop and the test use it. */
export interface Database {
  payments: PostgresPayments<PostgresQueryable>
  query<Row>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

/**
 * On a server the store runs as in production: the database's own clock decides. So that five minutes need not be waited
 * for, that clock is the server's plus what `pass` has added, for all processes at once: `storm` comes before `pg_catalog`
 * in the search path, and with it this `clock_timestamp()`. PGlite serves one process, whose `now` it takes.
 */
const ownClock = `
create table storm.passed (by interval not null);
insert into storm.passed values ('0');
create function storm.clock_timestamp() returns timestamptz language sql volatile
  as 'select pg_catalog.clock_timestamp() + by from storm.passed';`

/** What the shop writes. No unique constraint: an order that is delivered twice must show. */
const shopTables = `
create schema storm;
create table storm.goods (order_id text not null, pidx text not null, amount bigint not null);
create table storm.told (event text not null, pidx text not null);`

const searchPath = 'storm,pg_catalog,public'

/** Opens it, also where it is empty: {@link prepare} makes the tables. */
export async function openDatabase(address: DatabaseAddress, now: () => Date): Promise<Database> {
  if ('folder' in address) {
    // Not before it is needed: a killed worker must be back at once.
    const { PGlite } = await import('@electric-sql/pglite')
    const embedded = await PGlite.create(address.folder)
    await embedded.query(`set search_path = ${searchPath}`)
    return {
      payments: postgresPayments(embedded, { now }),
      query: async <Row>(text: string, values?: unknown[]) => (await embedded.query(text, values)).rows as Row[],
      close: () => embedded.close(),
    }
  }
  const pool = new Pool({ connectionString: address.url, max: 8, options: `-c search_path=${searchPath}` })
  // The server may end before its connections do.
  pool.on('error', () => {})
  return {
    payments: postgresPayments(pool),
    query: async <Row>(text: string, values?: unknown[]) => (await pool.query(text, values)).rows as Row[],
    close: () => pool.end(),
  }
}

/** Makes the shop's tables and the clock. */
export async function prepare(database: Database, address: DatabaseAddress): Promise<void> {
  const statements = `${shopTables}${'url' in address ? ownClock : ''}`.split(';\n')
  for (const statement of statements) await database.query(statement)
  await database.payments.migrate()
}

/** Lets time pass on the server's clock. */
export async function pass(database: Database, ms: number): Promise<void> {
  await database.query(`update storm.passed set by = by + $1::float8 * interval '1 millisecond'`, [ms])
}
