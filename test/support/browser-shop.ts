import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { buildApp, type RunningApp, startApp } from '../../examples/next-shop/scripts/next.ts'
import { serve } from '../../src/node/serve.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'
import { launchChromium } from './chromium.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cronSecret = 'sixteen-characters-or-more'

/** An example, built and running against a simulator, and a browser to shop with. */
export interface BrowserShop {
  url: string
  simulator: Simulator
  browser: Browser
  /** What the build printed. */
  built: string
  /** What the server has printed, and with it every error that customers do not see. */
  printed(): string
  /** Runs `run` in a browser of its own, with cookies of its own. */
  visit(options: BrowserContextOptions, run: (page: Page, context: BrowserContext) => Promise<void>): Promise<void>
  /** What the cron job does; the route's answer. */
  reconcile(): Promise<Record<string, number>>
  close(): Promise<void>
}

/** Builds an example as a user would install it, and opens it. */
export async function openBrowserShop(example: string, env: Record<string, string> = {}): Promise<BrowserShop> {
  const { app, built, remove } = await build(example)
  const closing: (() => Promise<unknown>)[] = [remove]
  const close = async () => {
    for (const end of closing.toReversed()) await end()
  }
  try {
    const { simulator, gateway } = await openGateway()
    closing.push(gateway.close)
    const shop = await start(app, { KHALTI_BASE_URL: gateway.url, ...env })
    closing.push(shop.close)
    const browser = await launchChromium()
    closing.push(() => browser.close())
    return {
      url: shop.url,
      simulator,
      browser,
      built,
      printed: shop.printed,
      visit: (options, run) => visit(browser, { baseURL: shop.url, ...options }, run),
      reconcile: () => reconcile(shop.url),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** SHOP_APP names a folder that is built already, for whoever works on the tests. */
async function build(example: string) {
  const given = process.env.SHOP_APP
  if (given && basename(given) === basename(example)) return { app: resolve(given), built: '', remove: async () => {} }
  await mkdir(join(root, '.tmp'), { recursive: true })
  const app = await mkdtemp(join(root, '.tmp/shop-'))
  const remove = () => rm(app, { recursive: true, force: true })
  try {
    const own = /^(node_modules|\.next|\.data|next-env\.d\.ts)$/
    await cp(join(root, example), app, { recursive: true, filter: (path) => !own.test(basename(path)) })
    await installKit(app)
    return { app, built: await buildApp(app), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

async function openGateway() {
  let simulator: Simulator | undefined
  const gateway = await serve((request) => simulator?.fetch(request) ?? Promise.reject(new Error('not yet')))
  simulator = createSimulator({ origin: gateway.url })
  return { simulator, gateway }
}

async function start(app: string, env: Record<string, string>): Promise<RunningApp> {
  const data = await mkdtemp(join(root, '.tmp/data-'))
  const port = await freePort()
  const shop = await startApp(app, port, {
    SITE_URL: `http://127.0.0.1:${port}`,
    SHOP_DATA: data,
    CRON_SECRET: cronSecret,
    KHALTI_ENVIRONMENT: 'sandbox',
    KHALTI_SECRET_KEY: 'a key of the simulator',
    ...env,
  })
  return {
    ...shop,
    async close() {
      await shop.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

async function visit(
  browser: Browser,
  options: BrowserContextOptions,
  run: (page: Page, context: BrowserContext) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(20_000)
  try {
    await run(await context.newPage(), context)
  } finally {
    await context.close()
  }
}

async function reconcile(url: string): Promise<Record<string, number>> {
  const response = await fetch(`${url}/api/khalti/reconcile`, { headers: { authorization: `Bearer ${cronSecret}` } })
  if (!response.ok) throw new Error(`reconcile answered ${response.status}: ${await response.text()}`)
  return response.json()
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}
