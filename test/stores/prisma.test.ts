import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { fulfilByPrisma, prismaPayments } from '../../examples/databases/prisma.ts'
import { describePaymentStore } from '../../src/testing.ts'
import { type PostgresServer, startPostgres, whyNoPostgres } from '../support/postgres.ts'
import { marksOrdersOnce } from './marks-orders.ts'

// It is big: `npm ci` does without, and `npm run test:prisma` brings it and generates the client, without any engine.
const folder = join(import.meta.dirname, 'prisma')
const isThere = existsSync(join(folder, 'node_modules/.prisma/client/query_compiler_fast_bg.js'))
const reason = isThere ? whyNoPostgres() : 'it is not installed; npm run test:prisma'

type Transaction = Parameters<typeof fulfilByPrisma>[1]['transaction']
type Prisma = Parameters<typeof prismaPayments<Transaction>>[0] & { $disconnect(): Promise<void> }

describe.skipIf(reason !== undefined)(`Prisma 7 on Postgres${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let server: PostgresServer
  let pool: pg.Pool
  let prisma: Prisma
  beforeAll(async () => {
    server = await startPostgres()
    pool = new pg.Pool({ connectionString: server.url })
    const load = createRequire(join(folder, 'package.json'))
    const { PrismaPg } = load('@prisma/adapter-pg')
    const { PrismaClient } = load('@prisma/client')
    prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: server.url }) })
  })
  afterAll(async () => {
    await prisma?.$disconnect()
    await pool?.end()
    await server?.stop()
  })

  describePaymentStore('prismaPayments', async ({ now }) => {
    const store = prismaPayments(prisma, { dialect: 'postgres', now })
    await store.migrate()
    await pool.query('delete from khalti_orders; delete from khalti_keys')
    return store
  })

  it('Prisma marks an order in the transaction of fulfil', async () => {
    const sql = async (text: string) => (await pool.query(text)).rows
    await marksOrdersOnce({ payments: prismaPayments(prisma, { dialect: 'postgres' }), fulfil: fulfilByPrisma, sql })
  })
})
