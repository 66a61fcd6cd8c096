import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { sqliteSchema } from '../../src/sqlite.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'
import { command } from '../runtimes/consumer.ts'

const inCi = process.env.CI === 'true'
let simulator: Simulator | undefined
let gateway: RunningServer
const folders: string[] = []

beforeAll(async () => {
  gateway = await serve(async (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }))
  simulator = createSimulator({ origin: gateway.url })
})
afterAll(async () => {
  await gateway.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

function temporary(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `khalti-kit-${name}-`))
  folders.push(folder)
  return folder
}

/** Orders and pays as a browser without JavaScript does. */
async function buy(shop: string): Promise<string> {
  const order = await follow(`${shop}/orders`, {})
  expect(await (await fetch(order)).text()).toContain('Dhaka topi, Rs 850.00')
  const payPage = await follow(`${shop}/api/khalti/initiate`, { orderId: order.split('/').at(-1) ?? '' })
  const landed = await follow(await pay(payPage))
  expect(landed).toBe(`${order}?payment=paid`)
  return (await fetch(landed)).text()
}

/** Pays at Khalti; where Khalti then sends the customer. */
async function pay(payPage: string): Promise<string> {
  await fetch(payPage, { method: 'POST', body: new URLSearchParams({ khalti_id: '9800000000', mpin: '1111' }) })
  return follow(payPage, { khalti_id: '9800000000', mpin: '1111', otp: '987654' })
}

/** Where a post, or a get, leads. */
async function follow(url: string, form?: Record<string, string>): Promise<string> {
  const init = form && { method: 'POST', body: new URLSearchParams(form) }
  const answer = await fetch(url, { ...init, headers: { accept: 'text/html' }, redirect: 'manual' })
  expect([url, answer.status]).toEqual([url, 303])
  return new URL(answer.headers.get('location') ?? '', url).href
}

/** Runs an example until it answers. */
async function start(example: string, program: string, args: string[]) {
  const folder = resolve('examples', example)
  await installKit(folder)
  const { url, port } = await freeAddress()
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'development' as const,
    PORT: String(port),
    SITE_URL: url,
    DATA_FOLDER: join(temporary(example), 'data'),
    KHALTI_BASE_URL: gateway.url,
    KHALTI_SECRET_KEY: 'anything',
  }
  const server = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] })
  await answering(url, server)
  return { url, close: () => server.kill() }
}

/** An address that nobody listens at. */
async function freeAddress(): Promise<{ url: string; port: number }> {
  const { url, port, close } = await serve(async () => new Response())
  await close()
  return { url, port }
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const there = await fetch(url).then(
      () => true,
      () => false,
    )
    if (there) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`The example exited with ${server.exitCode}.`)
}

const onNode: [example: string, args: string[]][] = [
  ['express', ['--import', 'tsx', 'server.ts']],
  ['hono', ['--import', 'tsx', 'server.ts']],
  ['plain-node', ['server.mjs']],
]

describe('an order is paid in', () => {
  it.each(onNode)('takes a whole payment in examples/%s', async (example, args) => {
    const shop = await start(example, process.execPath, args)
    try {
      expect(await buy(shop.url)).toContain('Paid. Thank you!')
    } finally {
      shop.close()
    }
  })

  // Bun comes from the registry; elsewhere it is left out, because the tests must pass without a network.
  describe.runIf(inCi)('(with what npm installs, in CI only)', () => {
    it('takes a whole payment in examples/bun', async () => {
      const machine = `${process.platform}-${process.arch}`
      const program = join(await install(`@oven/bun-${machine}`), `node_modules/@oven/bun-${machine}/bin/bun`)
      const shop = await start('bun', program, ['server.ts'])
      try {
        expect(await buy(shop.url)).toContain('Paid. Thank you!')
      } finally {
        shop.close()
      }
    })
  })

  describe('on Cloudflare Workers and D1', () => {
    let shop: Awaited<ReturnType<typeof startWorker>>
    beforeAll(async () => {
      shop = await startWorker()
    })
    afterAll(() => shop?.close())

    it('takes a whole payment in examples/hono-worker, on workerd and D1', async () => {
      expect(await buy(shop.url)).toContain('Paid. Thank you!')
    })

    it('holds a payment in examples/hono-worker for an order that has become dearer since', async () => {
      const order = await follow(`${shop.url}/orders`, {})
      const orderId = order.split('/').at(-1) ?? ''
      const payPage = await follow(`${shop.url}/api/khalti/initiate`, { orderId })
      await shop.database.prepare('update orders set amount = 99900 where id = ?').bind(orderId).run()
      const landed = await follow(await pay(payPage))
      expect(landed).toBe(`${order}?payment=hold`)
      expect(await (await fetch(landed)).text()).not.toContain('Paid. Thank you!')
    })

    it('finds a payment in examples/hono-worker by its cron trigger, when the tab was closed', async () => {
      const order = await follow(`${shop.url}/orders`, {})
      await pay(await follow(`${shop.url}/api/khalti/initiate`, { orderId: order.split('/').at(-1) ?? '' }))
      await shop.database.prepare('update khalti_orders set due_at = 0').run()
      await shop.cron()
      expect(await (await fetch(order)).text()).toContain('Paid. Thank you!')
    })

    it('The migrations of examples/hono-worker make the very tables that sqliteSchema gives', () => {
      expect(migration('0001_khalti.sql')).toBe(sqliteSchema())
    })
  })
})

const workerFolder = resolve('examples/hono-worker')
const migration = (name: string) => readFileSync(join(workerFolder, 'migrations', name), 'utf8')

/** The worker as wrangler would run it: bundled, on workerd, with its migrations applied. */
async function startWorker() {
  const { url, port } = await freeAddress()
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
      KHALTI_BASE_URL: gateway.url,
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

async function install(name: string): Promise<string> {
  const folder = temporary('install')
  await command(folder, 'npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', name])
  return folder
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
