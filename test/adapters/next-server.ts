import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))
const fixture = fileURLToPath(new URL('next-fixture', import.meta.url))

/** The fixture, built by `next build` once for each basePath. */
export interface NextApp {
  /** Runs one build with `next start`, once `env` is known to the world. Its `url` ends in the basePath. */
  start(basePath: string, env: Record<string, string>): Promise<{ url: string; close(): Promise<void> }>
  remove(): Promise<void>
}

/** Builds the fixture on the package as npm would install it; with the repository's Next, or the one named. */
export async function buildNextApp(basePaths: string[], version?: string): Promise<NextApp> {
  await mkdir(join(root, '.tmp'), { recursive: true })
  const folder = await mkdtemp(join(root, '.tmp/next-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const next = await prepare(folder, version)
    for (const basePath of basePaths) await command(folder, [next, 'build'], { BASE_PATH: basePath })
    return { start: (basePath, env) => startNext(folder, next, { ...env, BASE_PATH: basePath }), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Gives back the path of Next's command. */
async function prepare(folder: string, version: string | undefined): Promise<string> {
  await cp(fixture, folder, { recursive: true })
  if (version) await install(folder, version)
  await installKit(folder)
  return createRequire(join(folder, 'package.json')).resolve('next/dist/bin/next')
}

async function install(folder: string, version: string): Promise<void> {
  // A lock file of its own keeps npm from looking further up.
  await writeFile(join(folder, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}')
  await run('npm', ['install', '--no-audit', '--no-fund', `next@${version}`, 'react@19', 'react-dom@19'], {
    cwd: folder,
  })
}

/** Runs Node, and fails with what it printed. */
async function command(cwd: string, args: string[], env: Record<string, string>): Promise<void> {
  try {
    await run(process.execPath, args, { cwd, env: { ...environment(), ...env } })
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    throw new Error(`node ${args.join(' ')} failed.\n${stdout}\n${stderr}`)
  }
}

async function startNext(folder: string, next: string, env: Record<string, string>) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}${env.BASE_PATH}`
  const server = spawn(process.execPath, [next, 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: folder,
    env: { ...environment(), ...env, SITE_URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  await ready(server)
  return {
    url,
    async close() {
      const exited = once(server, 'exit')
      server.kill()
      await exited
    },
  }
}

/** Resolves when Next says so; fails with what it printed where it exits instead. */
function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = ''
    const read = (chunk: Buffer) => {
      printed += chunk
      if (printed.includes('Ready in')) resolve()
    }
    server.stdout?.on('data', read)
    server.stderr?.on('data', read)
    server.once('exit', (code) => reject(new Error(`next start exited with ${code}.\n${printed}`)))
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

/** Vitest's own settings must not reach Next: it refuses to build for a NODE_ENV of "test". */
function environment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _node, VITEST: _vitest, ...rest } = process.env
  return { ...rest, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
}
