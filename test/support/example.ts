import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { buildApp, type RunningApp, startApp } from '../../examples/next-shop/scripts/next.ts'
import { serve } from '../../src/node/serve.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cronSecret = 'sixteen-characters-or-more'

/** An example as a user would install it, built by `next build`. */
export interface BuiltExample {
  folder: string
  /** What the build complained of. */
  warnings: string[]
  remove(): Promise<void>
}

/** A built example that runs against a simulator of its own. */
export interface RunningExample {
  url: string
  simulator: Simulator
  /** What the server has printed, and with it every error that customers do not see. */
  printed(): string
  /** What the cron job does; the route's answer. */
  reconcile(): Promise<Record<string, number>>
  close(): Promise<void>
}

/** Builds a copy of an example. SHOP_APP names one that is built already, for whoever works on its tests. */
export async function buildExample(example: string): Promise<BuiltExample> {
  const given = process.env.SHOP_APP
  if (given && basename(given) === basename(example)) {
    return { folder: resolve(given), warnings: [], remove: async () => {} }
  }
  await mkdir(join(root, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(root, '.tmp/example-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const own = /^(node_modules|\.next|\.data|next-env\.d\.ts)$/
    await cp(join(root, example), folder, { recursive: true, filter: (path) => !own.test(basename(path)) })
    await installKit(folder)
    return { folder, warnings: warningsIn(await buildApp(folder)), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** In CI Next misses the cache that a fresh folder cannot have; everything else is our affair. */
function warningsIn(printed: string): string[] {
  return printed
    .split('\n')
    .filter((line) => /warn|error|⚠|deprecat/i.test(line) && !line.includes('No build cache found'))
}

/** Runs a built example. */
export async function runExample({ folder }: BuiltExample, env: Record<string, string> = {}): Promise<RunningExample> {
  const { simulator, gateway } = await openGateway()
  try {
    const shop = await start(folder, { KHALTI_BASE_URL: gateway.url, ...env })
    return {
      url: shop.url,
      simulator,
      printed: shop.printed,
      reconcile: () => reconcile(shop.url),
      async close() {
        await shop.close()
        await gateway.close()
      },
    }
  } catch (error) {
    await gateway.close()
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
    KHALTI_SECRET_KEY: 'a-key-of-the-simulator',
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
