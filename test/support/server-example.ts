import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { serve } from '../../src/node/serve.ts'

/** An example that is one server, running. */
export interface RunningServerExample {
  url: string
  close(): Promise<void>
}

/** Runs a copy of an example, on the package as npm would install it, until it answers. */
export async function startExample(
  example: string,
  command: string[],
  gatewayUrl: string,
): Promise<RunningServerExample> {
  mkdirSync('.tmp', { recursive: true })
  const folder = mkdtempSync(resolve('.tmp/example-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const isOwn = (path: string) => basename(path) !== 'node_modules'
    cpSync(resolve('examples', example), folder, { recursive: true, filter: isOwn })
    await installKit(folder)
    const server = await startServer(folder, command, gatewayUrl)
    return { url: server.url, close: () => server.close().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** Runs a server with the variables of an example, and a simulator at `gatewayUrl`, until it answers. */
export async function startServer(
  folder: string,
  [program = '', ...args]: string[],
  gatewayUrl: string,
  more: Record<string, string> = {},
): Promise<RunningServerExample> {
  const reserved = await serve(async () => new Response())
  const { url, port } = reserved
  await reserved.close()
  const data = mkdtempSync(join(tmpdir(), 'khalti-kit-data-'))
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: 'development' as const,
    PORT: String(port),
    SITE_URL: url,
    DATA_FOLDER: join(data, 'data'),
    KHALTI_BASE_URL: gatewayUrl,
    KHALTI_SECRET_KEY: 'anything',
    // Where Deno serves, whatever the program says.
    DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}`,
    ...more,
  }
  const server = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] })
  await answering(url, server)
  return {
    url,
    async close() {
      const ended = once(server, 'exit')
      if (server.exitCode === null && server.kill()) await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
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
  throw new Error(`The server exited with ${server.exitCode}.`)
}
