import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { expect, it } from 'vitest'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { createSimulator } from '../../src/testing.ts'

/** A checkout as a Worker, with `GATEWAY` for Khalti; all of its requests share one isolate. */
const program = `
import { KhaltiClient, rupees } from './src/index.ts'
import { createCheckout, memoryPayments } from './src/checkout.ts'

let checkout
export default {
  fetch(request, { GATEWAY }) {
    checkout ??= createCheckout({
      client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox', baseUrl: GATEWAY }),
      payments: memoryPayments(),
      siteUrl: 'http://localhost',
      readOrder: () => ({ id: 'topi', name: 'Topi', amount: rupees(850) }),
      fulfil() {},
      landing: () => '/',
    })
    return checkout.handler(request)
  },
}`

async function startWorker(gateway: RunningServer): Promise<{ url: string; close(): Promise<void> }> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: '.', loader: 'js' },
    alias: { '#transport': './src/transport/default-fetch.ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['workerd', 'worker', 'browser'],
    logLevel: 'error',
  })
  const worker = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-04-01',
    host: '127.0.0.1',
    port: 0,
    bindings: { GATEWAY: gateway.url },
  })
  return { url: String(await worker.ready).replace(/\/$/, ''), close: () => worker.dispose() }
}

it('A poll on workerd is answered while the lookup of another, whose client has left, is still under way', async () => {
  const simulator = createSimulator()
  let lookups = 0
  let arrived = () => {}
  const first = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const gateway = await serve(async (request) => {
    if (!request.url.includes('/lookup/')) return simulator.fetch(request)
    lookups += 1
    if (lookups > 1) return simulator.fetch(request)
    arrived()
    return new Promise(() => {})
  })
  const worker = await startWorker(gateway)
  try {
    const headers = { 'content-type': 'application/json' }
    const started = await fetch(`${worker.url}/api/khalti/initiate`, { method: 'POST', headers, body: '{}' })
    const { pidx } = await started.json()
    const status = `${worker.url}/api/khalti/status?pidx=${pidx}`
    const leaving = new AbortController()
    const gone = expect(fetch(status, { signal: leaving.signal })).rejects.toThrow()
    await first
    leaving.abort()
    await gone
    expect(await (await fetch(status)).json()).toMatchObject({ outcome: 'pending', pidx })
    expect(lookups).toBe(2)
  } finally {
    await worker.close()
    await gateway.close()
  }
})
