import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fulfilByPrisma, prismaPayments } from '../../examples/databases/prisma.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { startMariaDb, whyNoMariaDb } from '../support/mariadb.ts'
import { startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { marksOrdersOnce } from './marks-orders.ts'
import { newOrder } from './orders.ts'

// It is big: `npm ci` does without, and `npm run test:prisma` brings it and generates the clients, without any engine.
const folder = join(import.meta.dirname, 'prisma')
const load = createRequire(join(folder, 'package.json'))
const whyNoPrisma = existsSync(join(folder, 'node_modules/.prisma/sqlite/query_compiler_fast_bg.js'))
  ? undefined
  : 'it is not installed; npm run test:prisma'

type Transaction = Parameters<typeof fulfilByPrisma>[1]['transaction']
type Prisma = Parameters<typeof prismaPayments<Transaction>>[0] & { $disconnect(): Promise<void> }

interface Server {
  url: string
  stop(): unknown
}

interface Place {
  dialect: 'postgres' | 'mysql' | 'sqlite'
  /** Why there is none here. */
  whyNot?(): string | undefined
  start(): Server | Promise<Server>
  adapterOf(url: string): unknown
  /** Makes the first update of an order fail as where another came first. What a sequence has given is not rolled back. */
  lost?: string[]
}

const places: Record<string, Place> = {
  Postgres: {
    dialect: 'postgres',
    whyNot: whyNoPostgres,
    start: startPostgres,
    adapterOf: (connectionString) => new (load('@prisma/adapter-pg').PrismaPg)({ connectionString }),
    lost: [
      'create sequence losses',
      `create function lose() returns trigger language plpgsql as $$ begin
        if nextval('losses') = 1 then raise exception 'could not serialize' using errcode = '40001'; end if;
        return new;
      end $$`,
      'create trigger loses before update on khalti_orders for each row execute function lose()',
    ],
  },
  MariaDB: {
    dialect: 'mysql',
    whyNot: whyNoMariaDb,
    start: startMariaDb,
    adapterOf: (url) => new (load('@prisma/adapter-mariadb').PrismaMariaDb)(url),
    lost: [
      'create sequence losses',
      `create trigger loses before update on khalti_orders for each row begin
        if nextval(losses) = 1 then signal sqlstate '40001' set mysql_errno = 1213; end if;
      end`,
    ],
  },
  SQLite: {
    dialect: 'sqlite',
    start: newFile,
    adapterOf: (url) => new (load('@prisma/adapter-libsql').PrismaLibSql)({ url }),
  },
}

function newFile(): Server {
  const place = mkdtempSync(join(tmpdir(), 'khalti-prisma-'))
  return { url: `file:${join(place, 'shop.db')}`, stop: () => rmSync(place, { recursive: true, force: true }) }
}

/** A client of Prisma as `prisma generate` has made it for the dialect. */
const openPrisma = (dialect: Place['dialect'], adapter: unknown): Prisma =>
  new (load(`./node_modules/.prisma/${dialect}`).PrismaClient)({ adapter })

const whyNot = (reason: string | undefined) => (reason ? ` (skipped: ${reason})` : '')

for (const [place, { dialect, whyNot: whyNoPlace, start, adapterOf, lost }] of Object.entries(places)) {
  const reason = whyNoPrisma ?? whyNoPlace?.()

  describe.skipIf(reason !== undefined)(`Prisma 7 on ${place}${whyNot(reason)}`, () => {
    let server: Server
    let prisma: Prisma
    beforeAll(async () => {
      server = await start()
      prisma = openPrisma(dialect, adapterOf(server.url))
    })
    afterAll(async () => {
      await prisma?.$disconnect()
      await server?.stop()
    })

    describePaymentStore('prismaPayments', async ({ now }) => {
      const store = prismaPayments(prisma, { dialect, now })
      await store.migrate()
      for (const table of ['khalti_orders', 'khalti_keys']) await prisma.$executeRawUnsafe(`delete from ${table}`)
      return store
    })

    it(`Prisma marks an order on ${place} in the transaction of fulfil`, async () => {
      const sql = async (text: string) => {
        if (!text.startsWith('select')) return [await prisma.$executeRawUnsafe(text)]
        return (await prisma.$queryRawUnsafe(text)) as unknown[]
      }
      await marksOrdersOnce({ payments: prismaPayments(prisma, { dialect }), fulfil: fulfilByPrisma, sql })
    })

    if (!lost) return
    it(`Prisma's error of a write that lost against another on ${place} makes the store try again`, async () => {
      const store = prismaPayments(prisma, { dialect })
      await store.migrate()
      await store.write(newOrder({ orderId: 'lost', keys: [] }))
      for (const text of lost) await prisma.$executeRawUnsafe(text)
      expect(await store.write(newOrder({ orderId: 'lost', keys: [], version: 1 }))).toBe(true)
    })
  })
}

const native = join(import.meta.dirname, 'native')
const whyNoNative =
  whyNoPrisma ??
  (existsSync(join(native, 'node_modules/better-sqlite3/build')) ? undefined : 'no better-sqlite3; npm run test:native')

describe.skipIf(whyNoNative !== undefined)(`Prisma 7 on better-sqlite3${whyNot(whyNoNative)}`, () => {
  // Why docs/databases.md warns of it. Where this fails, Prisma has mended it, and the suite may run on it.
  it('Prisma takes with a failed transaction what others have written meanwhile, on better-sqlite3 alone', async () => {
    const onBetter = createRequire(join(native, 'package.json'))('@prisma/adapter-better-sqlite3').PrismaBetterSqlite3
    const adapters = [
      (url: string) => new onBetter({ url }),
      (url: string) => new (load('@prisma/adapter-libsql').PrismaLibSql)({ url }),
    ]
    const left = await Promise.all(adapters.map(async (adapterOf) => writesThatStay(adapterOf)))
    expect(left).toEqual([0, 1])
  })
})

/** A customer puts something on a list while a transaction is open that fails. How long is the list afterwards? */
async function writesThatStay(adapterOf: (url: string) => unknown): Promise<number> {
  const file = newFile()
  const prisma = openPrisma('sqlite', adapterOf(file.url))
  await prisma.$executeRawUnsafe('create table list (item text)')
  let other: Promise<unknown> = Promise.resolve()
  const failed = prisma.$transaction(async (transaction) => {
    await transaction.$executeRawUnsafe("insert into list values ('of the transaction')")
    other = prisma.$executeRawUnsafe("insert into list values ('of somebody else')")
    await Promise.race([other, new Promise((resolve) => setTimeout(resolve, 100))])
    throw new Error('The stock is out.')
  })
  await expect(failed).rejects.toThrow('The stock is out.')
  await other
  const rows = (await prisma.$queryRawUnsafe('select item from list')) as unknown[]
  await prisma.$disconnect()
  file.stop()
  return rows.length
}
