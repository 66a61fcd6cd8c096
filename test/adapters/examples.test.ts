import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { postgresPayments } from '../../src/postgres.ts'
import { sqliteSchema } from '../../src/sqlite.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'
import { command } from '../runtimes/consumer.ts'
import { startPostgres } from '../support/postgres.ts'
import { startExample, startServer } from '../support/server-example.ts'
import { migration, startWorker } from '../support/worker-example.ts'

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
  const page = await fetch(order)
  expect(await page.text()).toContain('Dhaka topi, Rs 850.00')
  const payPage = await follow(
    `${shop}/api/khalti/initiate`,
    { orderId: order.split('/').at(-1) ?? '' },
    originBy(page),
  )
  const landed = await follow(await pay(payPage))
  expect(landed).toBe(`${order}?payment=paid`)
  return (await fetch(landed)).text()
}

/** Pays at Khalti; where the customer returns to. */
async function pay(payPage: string): Promise<string> {
  await fetch(payPage, { method: 'POST', body: new URLSearchParams({ khalti_id: '9800000000', mpin: '1111' }) })
  return follow(payPage, { khalti_id: '9800000000', mpin: '1111', otp: '987654' })
}

/** What a browser without Sec-Fetch headers, such as Safari before 16.4, sends with a form of this page. */
function originBy({ url, headers }: Response): { origin: string } {
  const isHidden = headers.get('referrer-policy') === 'no-referrer'
  return { origin: isHidden ? 'null' : new URL(url).origin }
}

/** Where a post, or a get, leads. */
async function follow(url: string, form?: Record<string, string>, headers?: { origin: string }): Promise<string> {
  const init = form && { method: 'POST', body: new URLSearchParams(form) }
  const answer = await fetch(url, { ...init, headers: { accept: 'text/html', ...headers }, redirect: 'manual' })
  expect([url, answer.status]).toEqual([url, 303])
  return new URL(answer.headers.get('location') ?? '', url).href
}

const onNode: [example: string, args: string[]][] = [
  ['express', ['--import', 'tsx', 'server.ts']],
  ['hono', ['--import', 'tsx', 'server.ts']],
  ['plain-node', ['server.mjs']],
  ['commonjs', ['server.js']],
]

const start = (example: string, program: string, args: string[]) =>
  startExample(example, [program, ...args], gateway.url)

describe('an order is paid in', () => {
  describe.each(onNode)('examples/%s', (example, args) => {
    let shop: Awaited<ReturnType<typeof start>>
    beforeAll(async () => {
      shop = await start(example, process.execPath, args)
    })
    afterAll(() => shop?.close())

    it(`takes a whole payment in examples/${example}, also of a browser without Sec-Fetch headers`, async () => {
      expect(await buy(shop.url)).toContain('Paid. Thank you!')
    })

    if (example !== 'express' && example !== 'hono') return
    it(`The order page of examples/${example} has no second way to pay while the payment is held`, async () => {
      const order = await follow(`${shop.url}/orders`, {})
      expect(await (await fetch(order)).text()).toContain('Pay with Khalti')
      const payPage = await follow(`${shop.url}/api/khalti/initiate`, { orderId: order.split('/').at(-1) ?? '' })
      simulator?.failNext({ kind: 'wrong-amount', on: 'lookup' })
      const landed = await follow(await pay(payPage))
      const page = await (await fetch(landed)).text()
      expect([landed, page.includes('Please do not pay again.')]).toEqual([`${order}?payment=hold`, true])
      expect(page).not.toContain('Pay with Khalti')
    })
  })

  // Bun and Deno come from the registry; elsewhere they are left out, because the tests must pass without a network.
  describe.runIf(inCi)('(with what npm installs, in CI only)', () => {
    const own = dependenciesOf('package.json')

    it('takes a whole payment in examples/bun', async () => {
      const machine = `${process.platform}-${process.arch}`
      const program = join(await install(`@oven/bun-${machine}`), `node_modules/@oven/bun-${machine}/bin/bun`)
      const shop = await start('bun', program, ['server.ts'])
      try {
        expect(await buy(shop.url)).toContain('Paid. Thank you!')
      } finally {
        await shop.close()
      }
    })

    it('takes a whole payment in examples/nest', async () => {
      const folder = await install(...dependenciesOf('examples/nest/package.json'), ...own)
      cpSync('examples/nest', folder, { recursive: true })
      await installKit(folder)
      const shop = await startServer(folder, [process.execPath, '--import', 'tsx', 'main.ts'], gateway.url)
      try {
        expect(await buy(shop.url)).toContain('Paid. Thank you!')
      } finally {
        await shop.close()
      }
    })

    it('takes a payment from a page of another origin in examples/supabase-functions, on Deno and Postgres', async () => {
      const deno = `@deno/${process.platform}-${process.arch}-glibc`
      const folder = await install(deno, 'postgres@^3.4.9', ...own)
      // The dependencies are in node_modules, and not in deno.json.
      cpSync('examples/supabase-functions/khalti/index.ts', join(folder, 'index.ts'))
      await installKit(folder)
      const database = await startPostgres()
      const pool = new pg.Pool({ connectionString: database.url })
      await postgresPayments(pool).migrate()
      await pool.query('create table orders (id text primary key, name text, amount integer, paid_by text)')
      await pool.query("insert into orders (id, name, amount) values ('A-1', 'Topi', 85000)")
      let functions = ''
      const supabase = await serve((request) => toFunction(request, functions))
      const page = 'http://localhost:5173'
      const run = [join(folder, 'node_modules', deno, 'deno'), 'run', '--allow-all', '--no-prompt', 'index.ts']
      const runtime = await startServer(folder, run, gateway.url, {
        SUPABASE_URL: supabase.url,
        SUPABASE_DB_URL: database.url,
        FRONTEND_URL: page,
        CRON_SECRET: 'sixteen characters or more',
      })
      try {
        functions = runtime.url
        const initiate = `${supabase.url}/functions/v1/khalti/initiate`
        const asked = { origin: page, 'access-control-request-headers': 'authorization,content-type' }
        const preflight = await fetch(initiate, { method: 'OPTIONS', headers: asked })
        expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization,content-type')
        const headers = { origin: page, 'content-type': 'application/json', authorization: 'Bearer of a customer' }
        const started = await fetch(initiate, { method: 'POST', headers, body: '{"orderId":"A-1"}' })
        expect([started.status, started.headers.get('access-control-allow-origin')]).toEqual([200, page])
        const back = simulator?.pay((await started.json()).pidx) ?? ''
        expect(back).toMatch(`${supabase.url}/functions/v1/khalti/return?`)
        expect(await follow(back)).toBe(`${page}/orders/A-1?payment=paid`)
        expect((await pool.query('select paid_by from orders')).rows).toEqual([{ paid_by: expect.any(String) }])
      } finally {
        await runtime.close()
        await supabase.close()
        await pool.end()
        await database.stop()
      }
    })
  })

  describe('on Cloudflare Workers and D1', () => {
    let shop: Awaited<ReturnType<typeof startWorker>>
    beforeAll(async () => {
      shop = await startWorker(gateway.url)
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

/** In front of the functions, as Supabase is: takes `/functions/v1` off. */
async function toFunction(request: Request, functions: string): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const { method } = request
  const headers = new Headers(request.headers)
  for (const name of ['host', 'connection', 'content-length']) headers.delete(name)
  const body = method === 'POST' ? await request.text() : null
  const path = pathname.replace('/functions/v1', '')
  const answer = await fetch(functions + path + search, { method, headers, body, redirect: 'manual' })
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

async function install(...names: string[]): Promise<string> {
  const folder = temporary('install')
  const quietly = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error']
  await command(folder, 'npm', ['install', ...quietly, ...names])
  return folder
}

/** The packages that a package.json depends on, but for this one. */
function dependenciesOf(manifest: string): string[] {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(readFileSync(manifest, 'utf8'))
  return Object.entries(dependencies).flatMap(([name, range]) => (name === 'khalti-kit' ? [] : `${name}@${range}`))
}
