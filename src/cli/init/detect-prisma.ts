import { existsSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readText } from '../read-text.ts'
import type { Database, ImportLine, StorelessDatabase } from './detect-database.ts'

const dialects: Record<string, string> = {
  postgresql: 'postgres',
  postgres: 'postgres',
  mysql: 'mysql',
  sqlite: 'sqlite',
}

/** Prisma's lines: for the database that its schema names, by the client that it makes and, where there is one, the shop's own. */
export function prisma(root: string): Database | StorelessDatabase {
  const { provider, ...made } = readSchema(root)
  // A schema that was not found is most often one of Postgres.
  const dialect = provider === '' ? 'postgres' : dialects[provider]
  if (dialect === undefined) return storeless(provider)
  const forMysql = [
    "    if (!text.startsWith('select')) return { rows: [], affected: await client.$executeRawUnsafe(text, ...values) }",
  ]
  const own = ownClient(root)
  return {
    name: `${dialect === 'postgres' ? 'Postgres' : dialect === 'mysql' ? 'MySQL' : 'SQLite'}, by Prisma`,
    imports: [
      { names: '{ sqlPayments }', from: 'khalti-kit/sql' },
      { names: '{ Prisma }', ...made.client, isType: true },
      own ?? { names: '{ PrismaClient }', ...made.client },
    ],
    setup: own ? [] : [`const prisma = new PrismaClient() // ${made.hint}`],
    payments: [
      'sqlPayments<Prisma.TransactionClient>({',
      `  dialect: '${dialect}',`,
      '  async query(text, values, transaction) {',
      '    const client = transaction ?? prisma',
      ...(dialect === 'mysql' ? forMysql : []),
      '    return { rows: await client.$queryRawUnsafe<unknown[]>(text, ...values) }',
      '  },',
      "  // Prisma's own limit is 5 seconds; a claim lasts 5 minutes.",
      '  transaction: (run) => prisma.$transaction(run, { timeout: 300_000 }),',
      '})',
    ].join('\n'),
    fulfil: [
      'await transaction.order.updateMany({ where: { id: payment.orderId, ...(!accepted && { amount: payment.amount }) }, data: { paidAt: new Date() } })',
    ],
    migrates: true,
    keepTables:
      'before prisma migrate dev or db push, which would drop the tables: put their models into schema.prisma, as "Prisma" of the docs on databases shows',
  }
}

const otherNames: Record<string, string> = { mongodb: 'MongoDB', sqlserver: 'SQL Server', cockroachdb: 'CockroachDB' }

function storeless(provider: string): StorelessDatabase {
  const name = otherNames[provider] ?? provider
  const advice =
    provider === 'mongodb'
      ? "the store for Prisma speaks SQL, which MongoDB does not: npm install mongodb, and mongoPayments(client.db()) of 'khalti-kit/mongodb'"
      : `there is no store for ${name} that is tested: write one of your own, and let describePaymentStore of 'khalti-kit/testing' prove it`
  return { name: `${name} by Prisma`, advice }
}

/** The schema, which may be in one file or in several of a folder. */
function schemaFiles(root: string): string[] {
  const whole = ['prisma/schema.prisma', 'schema.prisma'].find((name) => existsSync(join(root, name)))
  if (whole !== undefined) return [whole]
  return ['prisma/schema', 'prisma'].flatMap((folder) => {
    const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []
    return names.filter((name) => name.endsWith('.prisma')).map((name) => posix.join(folder, name))
  })
}

/** What a schema says: the database, and where its client is. */
function readSchema(root: string) {
  const files = schemaFiles(root).map((path) => ({ path, text: readText(join(root, path)) }))
  const blockOf = (kind: string, text: string) =>
    new RegExp(`^${kind}\\s+\\w+\\s*\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? ''
  const { path = '', text = '' } = files.find((file) => blockOf('generator', file.text) !== '') ?? {}
  const generator = blockOf('generator', text)
  const wordOf = (name: string, block: string) => new RegExp(`\\b${name}\\s*=\\s*"([^"]+)"`).exec(block)?.[1] ?? ''
  const output = wordOf('output', generator)
  const folder = posix.join(posix.dirname(path), output)
  const isElsewhere = output !== '' && !folder.includes('node_modules') && !folder.startsWith('..')
  // The generator of Prisma 7 makes files of the project, and its client wants an adapter.
  const isOfSeven = wordOf('provider', generator) === 'prisma-client'
  return {
    provider: wordOf('provider', files.map((file) => blockOf('datasource', file.text)).join('\n')),
    client: isElsewhere
      ? { from: `${folder}/${isOfSeven ? 'client' : 'index'}`, isFile: true }
      : { from: '@prisma/client' },
    hint: isOfSeven
      ? 'give it the adapter of your database; better: the client that your shop has'
      : 'better: the client that your shop has',
  }
}

const folders = ['', 'src/'].flatMap((top) =>
  ['lib', 'db', 'utils', 'server', 'config', 'prisma', 'database', 'services', 'app/lib', ''].map((name) =>
    posix.join(top, name),
  ),
)
const names = ['prisma', 'db', 'client', 'prismaClient', 'prisma-client', 'index']
const endings = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** The module of the shop that makes its client, as an import of it. */
function ownClient(root: string): ImportLine | undefined {
  for (const from of folders.flatMap((folder) => names.map((name) => posix.join(folder, name)))) {
    const ending = endings.find((one) => existsSync(join(root, from + one)))
    const text = ending ? readText(join(root, from + ending)) : ''
    const exported = /\bPrismaClient\b/.test(text) ? exportOf(text) : undefined
    if (exported) return { names: exported, from, isFile: true }
  }
  return undefined
}

/** The name by which a module exports a client, as an import of it that calls it `prisma`. */
function exportOf(text: string): string | undefined {
  const known = '(prisma|db|prismaClient|client)'
  const [, name] =
    new RegExp(`^export const ${known}\\b`, 'm').exec(text) ??
    new RegExp(`^(?:export|module\\.exports =) \\{[^}]*\\b${known}\\b`, 'm').exec(text) ??
    []
  if (name) return name === 'prisma' ? '{ prisma }' : `{ ${name} as prisma }`
  return new RegExp(`^(export default|module\\.exports =) ${known}\\b`, 'm').test(text) ? 'prisma' : undefined
}
