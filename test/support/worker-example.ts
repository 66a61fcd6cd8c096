import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { serve } from '../../src/node/serve.ts'

const workerFolder = resolve('examples/hono-worker')
/** The text of a migration of the example. */
export const migration = (name: string) => readFileSync(join(workerFolder, 'migrations', name), 'utf8')

/** The worker as wrangler would run it: bundled, on workerd, with its migrations applied. */
export async function startWorker(gatewayUrl: string) {
  const reserved = await serve(async () => new Response())
  const { url, port } = reserved
  await reserved.close()
  const worker = new Miniflare({
    modules: true,
    script: await bundleWorker(),
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    port,
    d1Databases: ['DB'],
    bindings: {
      KHALTI_SECRET_KEY: 'anything',
      KHALTI_ENVIRONMENT: 'sandbox',
      KHALTI_BASE_URL: gatewayUrl,
      SITE_URL: url,
      CRON_SECRET: 'sixteen characters or more',
    },
  })
  const database = await worker.getD1Database('DB')
  for (const name of readdirSync(join(workerFolder, 'migrations')).sort()) {
    const statements = migration(name).split(';\n').filter(Boolean)
    await database.batch(statements.map((statement) => database.prepare(statement)))
  }
  const cron = async () => (await worker.getWorker()).scheduled()
  return { url, database, cron, close: () => worker.dispose() }
}

async function bundleWorker(): Promise<string> {
  await installKit(workerFolder)
  const { outputFiles } = await build({
    entryPoints: [join(workerFolder, 'worker.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    tsconfigRaw: '{}',
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}
