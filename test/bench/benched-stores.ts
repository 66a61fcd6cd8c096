import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { createClient } from '@libsql/client'
import type BetterSqlite3 from 'better-sqlite3'
import { memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { mongoPayments } from 'khalti-kit/mongodb'
import { mysqlPayments } from 'khalti-kit/mysql'
import { postgresPayments } from 'khalti-kit/postgres'
import { sqlitePayments } from 'khalti-kit/sqlite'
import { MongoClient } from 'mongodb'
import { createPool } from 'mysql2/promise'
import { Pool } from 'pg'
import { openMongodb } from '../stores/mongodb-server.ts'
import { startMariaDb } from '../support/mariadb.ts'
import { startPostgres } from '../support/postgres.ts'
import { pidxOf } from './due-orders.ts'

/** A store, and beside it the bare table of a shop that has no kit: one row a payment, one UPDATE a look. */
export interface BenchedStore {
  name: string
  payments: PaymentStore
  /** The UPDATE of the bare loop. */
  update(pidx: string): Promise<unknown>
  /** Empties the tables of the store, and the bare one. */
  empty(): Promise<unknown>
  /** Fills the bare table. */
  fillBare(status: string, count: number): Promise<unknown>
}

/** `name` where it is another than the one in {@link stores}. */
type Opened = Omit<BenchedStore, 'name'> & { name?: string; close(): unknown }

/**
 * Each store in turn; its server ends before the next one starts. `STORES=Postgres,MariaDB` takes those alone. One that is
 * not installed is left out, and stderr says so.
 */
export async function* openStores(): AsyncGenerator<BenchedStore> {
  const wanted = process.env.STORES?.split(',') ?? Object.keys(stores)
  for (const name of wanted) {
    const opened = await stores[name]?.()
    if (!opened) throw new Error(`There is no store named ${name}. There are ${Object.keys(stores).join(', ')}.`)
    if ('missing' in opened) {
      console.error(`${name} is left out: ${opened.missing}`)
      continue
    }
    yield { name, ...opened }
    await opened.close()
  }
}

const stores: Record<string, () => Promise<Opened | { missing: string }>> = {
  memory: openMemory,
  Postgres: openPostgres,
  PGlite: openPglite,
  MariaDB: openMaria,
  'better-sqlite3': openNative,
  libsql: openLibsql,
  MongoDB: openMongo,
}

/** The statements of a SQL database; `run` takes one with its values. */
async function onSql(
  payments: PaymentStore & { migrate(): Promise<void> },
  { run, close }: { run: (text: string, values?: (string | number)[]) => Promise<unknown>; close: () => unknown },
): Promise<Opened> {
  await payments.migrate()
  await run('create table bare (pidx varchar(255) primary key, due_at bigint)')
  return {
    payments,
    update: (pidx) => run('update bare set due_at = ? where pidx = ?', [Date.now() + 60_000, pidx]),
    async empty() {
      for (const table of ['khalti_orders', 'khalti_keys', 'bare']) await run(`delete from ${table}`)
    },
    async fillBare(status, count) {
      for (let index = 0; index < count; index += 1) {
        await run('insert into bare values (?, ?)', [pidxOf(status, index), Date.now()])
      }
    },
    close,
  }
}

async function openMemory(): Promise<Opened> {
  let payments = memoryPayments()
  const bare = new Map<string, number>()
  return {
    // The checkout keeps the store that it was given; each round has another one behind it.
    payments: {
      read: (by) => payments.read(by),
      write: (order) => payments.write(order),
      due: (limit, leaseMs) => payments.due(limit, leaseMs),
      list: (query) => payments.list(query),
    },
    update: async (pidx) => bare.set(pidx, Date.now() + 60_000),
    async empty() {
      payments = memoryPayments()
      bare.clear()
    },
    async fillBare(status, count) {
      for (let index = 0; index < count; index += 1) bare.set(pidxOf(status, index), Date.now())
    },
    close: () => {},
  }
}

const numbered = (text: string) => text.split('?').reduce((before, after, place) => `${before}$${place}${after}`)

async function openPostgres(): Promise<Opened> {
  const server = await startPostgres()
  const pool = new Pool({ connectionString: server.url, max: 10 })
  const run = (text: string, values?: unknown[]) => pool.query(numbered(text), values)
  const close = async () => {
    await pool.end()
    await server.stop()
  }
  return onSql(postgresPayments(pool), { run, close })
}

async function openPglite(): Promise<Opened> {
  const lite = await PGlite.create()
  const run = (text: string, values?: unknown[]) => lite.query(numbered(text), values)
  return onSql(postgresPayments(lite), { run, close: () => lite.close() })
}

async function openMaria(): Promise<Opened> {
  const server = await startMariaDb()
  const pool = createPool({ uri: server.url, connectionLimit: 10 })
  const close = async () => {
    await pool.end()
    await server.stop()
  }
  return onSql(mysqlPayments(pool), { run: (text, values = []) => pool.execute(text, values), close })
}

function temporaryFile() {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-bench-'))
  return { file: join(folder, 'bench.db'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Compiled when it is installed: `npm run test:native` brings it. */
async function openNative(): Promise<Opened | { missing: string }> {
  const native = join(import.meta.dirname, '../stores/native')
  if (!existsSync(join(native, 'node_modules/better-sqlite3/build')))
    return { missing: 'npm run test:native brings it.' }
  const Database = createRequire(join(native, 'package.json'))('better-sqlite3') as typeof BetterSqlite3
  const { file, remove } = temporaryFile()
  const connect = () => new Database(file)
  const database = connect()
  database.pragma('journal_mode = wal')
  const run = async (text: string, values: unknown[] = []) => database.prepare(text).run(...values)
  const close = () => {
    database.close()
    remove()
  }
  return onSql(sqlitePayments(database, { connect }), { run, close })
}

async function openLibsql(): Promise<Opened> {
  const { file, remove } = temporaryFile()
  const client = createClient({ url: `file:${file}` })
  await client.execute('pragma journal_mode = wal')
  const run = (sql: string, args: (string | number)[] = []) => client.execute({ sql, args })
  const close = () => {
    client.close()
    remove()
  }
  return onSql(sqlitePayments(client), { run, close })
}

/** The server that MONGODB_URL names, else the one of `npm run mongodb-server`, in memory and without transactions. */
async function openMongo(): Promise<Opened | { missing: string }> {
  const server = await openMongodb()
  if ('missing' in server) return server
  const client = new MongoClient(server.url)
  const db = client.db(`khalti_bench_${process.pid}`)
  const payments = mongoPayments(db)
  await payments.migrate()
  const bare = db.collection<{ _id: string; dueAt: number }>('bare')
  return {
    ...(!server.isReal && { name: 'MongoDB (stand-in)' }),
    payments,
    update: (pidx) => bare.updateOne({ _id: pidx }, { $set: { dueAt: Date.now() + 60_000 } }),
    empty: () => Promise.all([bare.deleteMany({}), db.collection('khalti_orders').deleteMany({})]),
    fillBare: (status, count) =>
      bare.insertMany(Array.from({ length: count }, (_, index) => ({ _id: pidxOf(status, index), dueAt: Date.now() }))),
    async close() {
      await db.dropDatabase()
      await client.close()
      await server.close()
    },
  }
}
