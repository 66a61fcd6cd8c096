import { resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { express, init, project, read, written } from '../support/init.ts'
import { createProgram } from '../support/typescript-program.ts'

/** What Prisma makes from a schema, as far as the lines use it. */
const prismaTypes = `declare module '@prisma/client' {
  interface Raw {
    $queryRawUnsafe<Rows = unknown>(text: string, ...values: any[]): Promise<Rows>
    $executeRawUnsafe(text: string, ...values: any[]): Promise<number>
  }
  namespace Prisma { type TransactionClient = Raw }
  class PrismaClient implements Raw {
    $queryRawUnsafe<Rows = unknown>(text: string, ...values: any[]): Promise<Rows>
    $executeRawUnsafe(text: string, ...values: any[]): Promise<number>
    $transaction<Result>(run: (transaction: Raw) => Promise<Result>, options?: { timeout?: number }): Promise<Result>
  }
}`

/** What TypeScript says against a module in this repository's settings. */
function faultsOf(text: string, others: { path: string; text: string }[] = [], path = 'src/written.ts'): string[] {
  const program = createProgram([{ path, text }, ...others, { path: 'src/prisma-client.d.ts', text: prismaTypes }])
  const file = program.getSourceFile(resolve(path))
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, ' '),
  )
}

describe('what init writes', () => {
  it.each<[string, packageName: string, schema: string, RegExp]>([
    ['Mongoose', 'mongoose', '', /mongoPayments\(mongoose\.connection\)/],
    ['MongoDB', 'mongodb', '', /mongoPayments\(mongo\.db\(\)\)/],
    ['Postgres', 'pg', '', /postgresPayments\(pool\)/],
    ['MySQL', 'mysql2', '', /mysqlPayments\(pool\)/],
    ['SQLite', 'better-sqlite3', '', /sqlitePayments\(new Database\(file\), \{ connect/],
    ['Prisma on Postgres', '@prisma/client', 'provider = "postgresql"', /dialect: 'postgres'/],
    ['Prisma on MySQL', '@prisma/client', 'provider = "mysql"', /dialect: 'mysql'/],
    ['Prisma on SQLite', '@prisma/client', 'provider = "sqlite"', /dialect: 'sqlite'/],
  ])('keeps payments by %s, in lines that compile', async (_name, packageName, schema, store) => {
    const root = project({
      'package.json': express({}, { [packageName]: '1' }),
      'src/app.ts': "import express from 'express'\nexport const app = express()",
      'tsconfig.json': '{}',
      'prisma/schema.prisma': `datasource db {\n  ${schema}\n}`,
    })
    await written(root)
    const text = read(root, 'src/khalti.ts')
    expect(text).toMatch(store)
    expect(text).not.toContain('memoryPayments')
    expect(faultsOf(text)).toEqual([])
    // What it shows of readOrder and fulfil counts in the same unit, and knows what a person has decided.
    expect(text).toContain('amount: paisa(order.amount)')
    const [fulfil = ''] = /\/\/ {3}.*payment\.orderId.*/.exec(text) ?? []
    expect(fulfil).toMatch(/amount = (\$2|\?) OR|amount: payment\.amount/)
    expect(fulfil).toContain('accepted')
  })

  it('connects Mongoose in a Next shop wherever the first request arrives, in lines that compile', async () => {
    const manifest = '{"dependencies":{"next":"16","mongoose":"9"},"devDependencies":{"typescript":"5"}}'
    const root = project({ 'package.json': manifest, 'app/layout.tsx': 'x', 'tsconfig.json': '{}' })
    await written(root)
    const text = read(root, 'lib/khalti.ts')
    expect(text).toContain('mongoPayments(async () => (await dbConnect()).connection)')
    expect(faultsOf(text)).toEqual([])
    expect(read(root, '.env.example')).toContain('MONGODB_URI=')
  })

  it.each([
    ['App Router', 'app/layout', 'app/khalti/return/page'],
    ['Pages Router', 'pages/index', 'pages/khalti/return'],
  ])('writes a return page of the %s below a basePath that compiles', async (_router, own, page) => {
    const root = project({
      'next.config.js': "module.exports = { basePath: '/shop' }",
      'package.json': '{"dependencies":{"next":"16"},"devDependencies":{"typescript":"5"}}',
      'tsconfig.json': '{}',
      [`${own}.tsx`]: 'x',
    })
    await written(root)
    expect(faultsOf(read(root, `${page}.tsx`), [], 'src/written.tsx')).toEqual([])
  })

  it('writes pages for Express that compile', async () => {
    const root = project({
      'package.json': express({ type: 'module' }),
      'src/app.ts': "import express from 'express'\nimport './x.ts'\nexport const app = express()",
      'tsconfig.json': '{}',
    })
    await written(root)
    const khalti = { path: 'src/khalti.ts', text: read(root, 'src/khalti.ts') }
    expect(faultsOf(read(root, 'src/khalti-pages.ts'), [khalti])).toEqual([])
  })

  it.each<[string, provider: string, RegExp]>([
    ['MongoDB', 'mongodb', /npm install mongodb, and mongoPayments\(client\.db\(\)\) of 'khalti-kit\/mongodb'/],
    ['SQL Server', 'sqlserver', /no store for SQL Server/],
    ['CockroachDB', 'cockroachdb', /no store for CockroachDB/],
  ])('writes no store for Prisma on %s, and says why', async (name, provider, why) => {
    const root = project({
      'package.json': express({}, { '@prisma/client': '6', pg: '8' }),
      'src/app.ts': "import express from 'express'\nexport const app = express()",
      'prisma/schema.prisma': `datasource db {\n  provider = "${provider}"\n}`,
    })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toContain(`${name} by Prisma, for which there is no store here`)
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      new RegExp(`before you deploy: a store \\(payments\\), for .* forgets: .*${why.source}`),
    )
    const text = read(root, 'src/khalti.ts')
    expect(text.replace(/\s+(\/\/ )?/g, ' ')).toMatch(why)
    expect(text).toContain('const payments = memoryPayments()')
    expect(faultsOf(text)).toEqual([])
  })
})
