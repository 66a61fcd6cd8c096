import { wrap } from '../wrap.ts'
import type { Database, ImportLine } from './detect-database.ts'
import type { ExpressProject, NextProject, Project } from './detect-project.ts'
import { relativeImport } from './relative-import.ts'

/** Where customers come back to; the page asks the shop how it went. */
export const returnPath = '/khalti/return'
/** A page with the button; `?order=` names the order. */
export const payPath = '/khalti/pay'

/** The module with the checkout. It refuses every payment until it is filled in. */
export function checkoutModule(project: Project, path: string): string {
  const parts = [
    ...importsOf(project, path),
    '',
    ...storeLines(project),
    '',
    '/** Khalti payments of this shop. Write readOrder and fulfil: until then nobody can pay. */',
    `${exported(project)}const checkout = createCheckout({`,
    ...options(project, path).map((line) => (line === '' ? '' : `  ${line}`)),
    '})',
    ...(project.framework === 'express' ? routes(project) : []),
    '',
  ]
  const text = parts.join('\n')
  return isTypeScript(project) ? text : text.replace(/<[\w.[\]]+>(?=\()/g, '')
}

const isTypeScript = (project: Project) =>
  project.framework === 'next' ? project.typescript : project.ending.endsWith('ts')

const isCommonJs = (project: Project) => project.framework === 'express' && project.style === 'commonjs'

const exported = (project: Project) => (isCommonJs(project) ? '' : 'export ')

function importsOf(project: Project, path: string): string[] {
  const { database, framework, hasDotenv } = project
  const lines: ImportLine[] = [
    { names: '{ KhaltiClient }', from: 'khalti-kit' },
    { names: `{ CheckoutRefusal, createCheckout${database ? '' : ', memoryPayments'} }`, from: 'khalti-kit/checkout' },
    ...(database?.imports ?? []),
    ...(framework === 'express' ? [{ names: '{ toNodeListener }', from: 'khalti-kit/node' }] : []),
  ]
  const written = lines
    .filter(({ isType }) => !isType || isTypeScript(project))
    .map((line) => importLine(project, line, path))
  if (framework !== 'express') return written
  if (hasDotenv) return [isCommonJs(project) ? "require('dotenv/config')" : "import 'dotenv/config'", ...written]
  const fromNode = importLine(project, { names: '{ existsSync }', from: 'node:fs' }, path)
  const loading = [
    '',
    '// The file with the key. Variables that are set already stay as they are.',
    "if (existsSync('.env')) process.loadEnvFile()",
  ]
  return [fromNode, ...written, ...loading]
}

function importLine(project: Project, { names, from, isFile, isType }: ImportLine, path: string): string {
  const ending = project.framework === 'express' ? project.importEnding : ''
  const specifier = isFile ? `${relativeImport(path, from)}${ending}` : from
  if (isCommonJs(project)) return `const ${names.replace(' as ', ': ')} = require('${specifier}')`
  return `import ${isType ? 'type ' : ''}${names} from '${specifier}'`
}

function storeLines({ database, storeless, framework }: Project): string[] {
  if (database === undefined) {
    const store = storeless
      ? `a store. ${storeless.name}: ${storeless.advice}.`
      : "a store for your database, such as postgresPayments(pool) of 'khalti-kit/postgres' or mongoPayments(db) of 'khalti-kit/mongodb'."
    const warning = `Forgets every payment when the server ends. Before you deploy: ${store}`
    return [...wrap(warning, 113).map((line) => `// ${line}`), 'const payments = memoryPayments()']
  }
  return [...database.setup, `const payments = ${database.payments}`, ...migration(database, framework)]
}

function migration({ migrates }: Database, framework: Project['framework']): string[] {
  if (!migrates) return []
  return framework === 'express'
    ? ["payments.migrate().catch((error) => console.error('The tables of khalti-kit could not be made:', error))"]
    : [
        '/** Makes its tables. Call it once, in a script of yours or in register() of instrumentation. */',
        'export const migrate = () => payments.migrate()',
      ]
}

function options(project: Project, path: string): string[] {
  const { database } = project
  const facts = database ? '{ idempotencyKey, transaction, accepted }' : '{ idempotencyKey }'
  return [
    'client: new KhaltiClient(), // KHALTI_SECRET_KEY, KHALTI_ENVIRONMENT and KHALTI_BASE_URL',
    'payments,',
    `siteUrl: process.env.SITE_URL || '${siteUrlOf(project)}',`,
    ...(project.framework === 'express' ? ['frontendUrl: process.env.FRONTEND_URL || undefined,'] : []),
    'cronSecret: process.env.CRON_SECRET || undefined,',
    '',
    "// The browser names an order. Find it, check that it is this customer's, and price it yourself:",
    '//   const order = await db.findOrder(String(input.orderId)) // readOrder(input, request)',
    "//   if (!order) throw new CheckoutRefusal(404, 'There is no such order.')",
    '//   return { id: order.id, name: order.title, amount: paisa(order.amount) }',
    "// paisa is from 'khalti-kit', and so is rupees, for an amount in rupees.",
    ...(project.framework === 'next'
      ? ['// KhaltiPaymentForm also sends name, email and phone: return them as customer.']
      : []),
    'async readOrder() {',
    `  throw new CheckoutRefusal(501, 'This shop takes no payments yet: write readOrder in ${path}.')`,
    '},',
    '',
    '// Khalti has the money: mark the order as paid. It may run again for the same payment after a crash, with the same',
    `// idempotencyKey: fulfil(payment, ${facts}).`,
    ...(database?.fulfil ?? []).map((line) => `//   ${line}`),
    ...(database
      ? [
          "// Where nothing matched, throw a PaymentHold of 'khalti-kit/checkout': the order has changed. payment.amount is in paisa.",
          '// Once a person has decided that the order as it is be handed out, accepted is there.',
        ]
      : []),
    'async fulfil(payment) {',
    `  throw new Error(\`Order \${payment.orderId} is paid: write fulfil in ${path}.\`)`,
    '},',
    '',
    ...(project.framework === 'next' ? landingOfNext(project) : landingOfExpress(project)),
  ]
}

/** Where customers reach the shop while it is being developed. */
export function siteUrlOf(project: Project): string {
  return project.framework === 'next' ? `http://localhost:3000${project.basePath}` : `http://localhost:${project.port}`
}

/** Where a cron calls, below the address of the site. */
export function reconcilePathOf(project: Project): string {
  return `${project.framework === 'next' ? project.basePath : ''}/api/khalti/reconcile`
}

function landingOfNext({ basePath, pagesFolder }: NextProject): string[] {
  // With a path in siteUrl, 'x' is relative to it and '/x' is not.
  const start = basePath === '' ? '/' : ''
  const page = `${start}${returnPath.slice(1)}`
  const segment = /\[(\w+)\]/.exec(pagesFolder)?.[1]
  return [
    '// Where customers end. The page asks the shop how it went.',
    ...(segment
      ? [
          `// It is below [${segment}]: where no middleware adds that to an address, write it here, such as ${start}en${returnPath}.`,
        ]
      : []),
    `landing: ({ payment }) => (payment ? \`${page}?pidx=\${payment.pidx}\` : '${page}'),`,
  ]
}

function landingOfExpress({ frontEnd }: ExpressProject): string[] {
  if (frontEnd) {
    return [
      '// Where customers end: a page of the front end, which asks /api/khalti/status?pidx=… how it went.',
      `landing: ({ payment }) => (payment ? \`${returnPath}?pidx=\${payment.pidx}\` : '${returnPath}'),`,
    ]
  }
  return [
    '// Where customers end: a page that asks how it went. What a refusal says is for them; what other errors say is not.',
    'landing({ payment, error }) {',
    `  if (payment) return \`${returnPath}?pidx=\${payment.pidx}\``,
    `  if (!(error instanceof CheckoutRefusal)) return '${returnPath}'`,
    `  return \`${returnPath}?\${new URLSearchParams({ refusal: error.message })}\``,
    '},',
  ]
}

function routes(project: ExpressProject): string[] {
  return [
    '',
    '/** Its routes: initiate, return, status and reconcile. */',
    `${exported(project)}const khaltiRoutes = toNodeListener(checkout.handler)`,
    ...(isCommonJs(project) ? ['', 'module.exports = { checkout, khaltiRoutes }'] : []),
  ]
}
