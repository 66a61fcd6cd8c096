import type { PaymentStore } from 'khalti-kit/checkout'
import { mongoPayments } from 'khalti-kit/mongodb'
import { mysqlPayments } from 'khalti-kit/mysql'
import { postgresPayments } from 'khalti-kit/postgres'
import type { ClientSession } from 'mongodb'
import { Pool } from 'pg'
import type { OrderRecord } from '../../src/rules/record.ts'

/** Where the storm's database is: a server, or PGlite's folder. */
export type DatabaseAddress = { postgres: string } | { mysql: string } | { mongodb: string } | { folder: string }

/** An order as it is stored. */
export interface StoredRecord {
  record: OrderRecord
  /** Whether it is looked at again. */
  isWatched: boolean
}

/** The database of the storm, as the shop and the test use it. */
export interface Database {
  payments: PaymentStore & { migrate(): Promise<void> }
  /** Writes a row of the shop's, within a transaction of the store's where one is given. */
  insert(table: string, row: Record<string, string | number>, transaction?: unknown): Promise<void>
  /** All rows that the shop has written. */
  rows<Row>(table: string): Promise<Row[]>
  /** All orders of the store. */
  records(): Promise<StoredRecord[]>
  /** Makes the tables of shop and store, and the clock. */
  prepare(): Promise<void>
  /** Lets time pass on the server's clock, where the store asks that one. */
  pass(ms: number): Promise<void>
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

/** Opens it, also where it is empty: `prepare` makes the tables. */
export function openDatabase(address: DatabaseAddress, now: () => Date): Promise<Database> {
  if ('folder' in address) return openEmbedded(address.folder, now)
  if ('mongodb' in address) return openMongo(address.mongodb, now)
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
  return { ...rest(postgresPayments(embedded, { now }), run), close: () => embedded.close() }
}

async function openPostgres(connectionString: string): Promise<Database> {
  const pool = new Pool({ connectionString, max: 8, options: `-c search_path=${searchPath}` })
  // The server may end before its connections do.
  pool.on('error', () => {})
  const run = (transaction: unknown): Run => {
    const database = (transaction as Pool | undefined) ?? pool
    return async (text, values) => (await database.query(numbered(text), values)).rows
  }
  const database = rest(postgresPayments(pool), run, `create schema storm;${shopTables}${ownClock}`)
  const pass = async (ms: number) =>
    void (await pool.query(`update storm.passed set by = by + ${ms} * interval '1 millisecond'`))
  return { ...database, pass, close: () => pool.end() }
}

async function openMysql(url: string, now: () => Date): Promise<Database> {
  const { createPool } = await import('mysql2/promise')
  const pool = createPool({ uri: url, connectionLimit: 8 })
  const run = (transaction: unknown): Run => {
    const database = (transaction as typeof pool | undefined) ?? pool
    return async (text, values) => (await database.query(text, values))[0] as unknown[]
  }
  return { ...rest(mysqlPayments(pool, { now }), run), close: () => pool.end() }
}

async function openMongo(url: string, now: () => Date): Promise<Database> {
  const { MongoClient } = await import('mongodb')
  const client = new MongoClient(url, { maxPoolSize: 8 })
  const db = client.db('storm')
  const payments = mongoPayments(db, { now })
  return {
    payments,
    async insert(table, row, session) {
      const options = session ? { session: session as ClientSession } : {}
      await db.collection(table).insertOne({ ...row }, options)
    },
    rows: async <Row>(table: string) => (await db.collection(table).find().toArray()) as Row[],
    async records() {
      const orders = await db.collection('khalti_orders').find().toArray()
      return orders.map(({ record, dueAt }) => ({ record: JSON.parse(record), isWatched: dueAt !== undefined }))
    },
    async prepare() {
      await db.dropDatabase()
      for (const name of ['goods', 'told']) await db.createCollection(name)
      await payments.migrate()
    },
    pass: async () => {},
    close: () => client.close(),
  }
}

interface SqlOrder {
  record: string | OrderRecord
  due_at: unknown
}

function rest(
  payments: Database['payments'],
  run: (transaction: unknown) => Run,
  tables = shopTables,
): Omit<Database, 'close'> {
  const select = (text: string) => run(undefined)(text, [])
  return {
    payments,
    async insert(table, row, transaction) {
      const columns = Object.keys(row)
      const places = columns.map(() => '?').join(', ')
      await run(transaction)(`insert into ${table} (${columns.join(', ')}) values (${places})`, Object.values(row))
    },
    rows: async <Row>(table: string) => (await select(`select * from ${table}`)) as Row[],
    async records() {
      const orders = (await select('select record, due_at from khalti_orders')) as SqlOrder[]
      return orders.map(({ record, due_at }) => ({
        record: typeof record === 'string' ? JSON.parse(record) : record,
        isWatched: due_at !== null,
      }))
    },
    async prepare() {
      for (const statement of tables.split(';\n')) await select(statement)
      await payments.migrate()
    },
    pass: async () => {},
  }
}

function numbered(text: string): string {
  let count = 0
  return text.replace(/\?/g, () => {
    count += 1
    return `$${count}`
  })
}
