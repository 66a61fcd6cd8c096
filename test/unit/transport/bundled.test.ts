import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { afterAll, describe, expect, it } from 'vitest'
import { completedLookup, paymentRequest, pidx } from '../../support/payment-request.ts'
import { serveScript } from '../../support/server.ts'

const run = promisify(execFile)
// Within the repository, so that what the bundle leaves out is found.
const folder = mkdtempSync(join(import.meta.dirname, '.bundled-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Bundles this program as ESM for Node, as serverless builds do, and gives what it prints when it runs. */
async function printed(program: string, external: string[]): Promise<unknown> {
  const outfile = join(folder, `${external.length}.mjs`)
  await build({
    stdin: { contents: program, resolveDir: resolve('src'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    alias: { '#transport': resolve('src/transport/undici.ts') },
    external,
    outfile,
  })
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const { stdout } = await run(process.execPath, [outfile])
  return JSON.parse(stdout)
}

describe('in a process of its own', () => {
  it('In a process of its own a bundle that has swallowed undici says that nothing was sent, and what to do', {
    timeout: 60_000,
  }, async () => {
    const program = `
      import { KhaltiClient } from './index.ts'
      const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl: 'http://127.0.0.1:9' })
      const errors = []
      for (let call = 0; call < 2; call += 1) await client.initiate(${JSON.stringify(paymentRequest)}).catch((e) => errors.push(e))
      console.log(JSON.stringify(errors.map(({ code, message, mayHaveBeenProcessed }) => [code, message, mayHaveBeenProcessed])))`
    const refusal = ['config', expect.stringMatching(/Nothing was sent.*--external:undici.*fetch: /), false]
    expect(await printed(program, [])).toEqual([refusal, refusal])
  })

  it('In a process of its own the dispatcher that undici places when it is loaded for the client is not taken for the app’s', {
    timeout: 60_000,
  }, async () => {
    const server = await serveScript((_request, response) => response.end(JSON.stringify(completedLookup)))
    const program = `
      import { KhaltiClient } from './index.ts'
      const key = Symbol.for('undici.globalDispatcher.1')
      const before = globalThis[key]
      const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl: '${server.origin}' })
      await client.lookup('${pidx}')
      const placed = globalThis[key]
      const taken = []
      if (placed) placed.dispatch = (options) => { taken.push(options.path); throw new Error('taken') }
      await client.lookup('${pidx}')
      await client.close()
      console.log(JSON.stringify({ before: typeof before, placed: typeof placed, taken }))`
    try {
      expect(await printed(program, ['undici'])).toEqual({ before: 'undefined', placed: 'object', taken: [] })
    } finally {
      await server.close()
    }
  })

  it('In a process of its own the time that undici takes to load is not taken for Khalti’s', {
    timeout: 60_000,
  }, async () => {
    const server = await serveScript((_request, response) => response.end(JSON.stringify(completedLookup)))
    const slow = `export async function resolve(name, context, next) {
      if (name === 'undici') await new Promise((resolve) => setTimeout(resolve, 2_500))
      return next(name, context)
    }`
    const program = `
      import { register } from 'node:module'
      import { KhaltiClient } from './index.ts'
      register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(slow)}))
      const settings = { secretKey: 'sk', environment: 'sandbox', baseUrl: '${server.origin}' }
      const client = new KhaltiClient({ ...settings, timeoutMs: 2_000, maxRetries: 0 })
      const { status } = await client.lookup('${pidx}')
      await client.close()
      console.log(JSON.stringify(status))`
    try {
      expect(await printed(program, ['undici', 'node:module'])).toBe('Completed')
    } finally {
      await server.close()
    }
  })
})
