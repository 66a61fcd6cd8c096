import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { Agent, type Dispatcher, EnvHttpProxyAgent, interceptors } from 'undici'
import { Agent as Agent6 } from 'undici-6'
import { afterEach, describe, expect, it } from 'vitest'
import { completedLookup, paymentRequest, pidx } from '../../support/payment-request.ts'
import { serveScript } from '../../support/server.ts'

const key = Symbol.for('undici.globalDispatcher.1')
const place = globalThis as { [key]?: unknown }
const before = place[key]
const open: { close(): Promise<unknown> }[] = []

afterEach(async () => {
  place[key] = before
  for (const one of open.splice(0).reverse()) await one.close()
})

/** Makes this the app's dispatcher, as `setGlobalDispatcher` does; any version of undici may have been asked. */
function setGlobalDispatcher<D extends { close(): Promise<unknown> }>(dispatcher: D): D {
  place[key] = dispatcher
  open.push(dispatcher)
  return dispatcher
}

async function clientOf(script: Parameters<typeof serveScript>[0], options: KhaltiClientOptions = {}) {
  const server = await serveScript(script)
  const client = new KhaltiClient({
    secretKey: 'sk',
    environment: 'sandbox',
    baseUrl: server.origin,
    maxRetries: 0,
    timeoutMs: 5_000,
    ...options,
  })
  open.push(server, client)
  return client
}

/** What goes through a dispatcher. */
function counted<D extends object>(dispatcher: D, paths: unknown[]): D {
  const { dispatch } = dispatcher as { dispatch(options: Dispatcher.DispatchOptions, handler: never): boolean }
  return Object.assign(dispatcher, {
    dispatch(options: Dispatcher.DispatchOptions, handler: never) {
      paths.push(options.path)
      return dispatch.call(dispatcher, options, handler)
    },
  })
}

describe('a global dispatcher that follows redirects', () => {
  it('A global dispatcher that follows redirects does not follow those of the gateway', async () => {
    const asked: (string | undefined)[] = []
    const client = await clientOf((request, response) => {
      asked.push(request.url)
      const isMoved = request.url?.startsWith('/api/') === true
      response
        .writeHead(isMoved ? 307 : 200, isMoved ? { location: '/other' } : {})
        .end(JSON.stringify(completedLookup))
    })
    setGlobalDispatcher(new Agent().compose(interceptors.redirect({ maxRedirections: 3 })))
    for (const call of [() => client.lookup(pidx), () => client.refund('GFq9')]) {
      await expect(call()).rejects.toMatchObject({ code: 'response', status: 307 })
    }
    expect(asked).toHaveLength(2)
  })
})

describe.each<[string, () => { close(): Promise<unknown> }]>([
  ['undici 7', () => new Agent()],
  ['undici 6', () => new Agent6()],
])('a global dispatcher of %s', (_name, create) => {
  it('carries the requests of a client that was made before it was set', async () => {
    const client = await clientOf((_request, response) => response.end(JSON.stringify(completedLookup)))
    const paths: unknown[] = []
    setGlobalDispatcher(counted(create(), paths))
    expect(await client.lookup(pidx)).toEqual(completedLookup)
    expect(paths).toEqual(['/api/v2/epayment/lookup/'])
  })

  it('gives the status and the headers of the answer', async () => {
    setGlobalDispatcher(create())
    const client = await clientOf((_request, response) => response.writeHead(429, { 'Retry-After': '3' }).end('{}'))
    await expect(client.lookup(pidx)).rejects.toMatchObject({ status: 429, retryAfterMs: 3_000 })
  })

  it('gives answers that a proxy has compressed', async () => {
    setGlobalDispatcher(create())
    const client = await clientOf((_request, response) =>
      response
        .writeHead(200, { 'Content-Encoding': 'gzip' })
        .end(gzipSync(JSON.stringify({ ...completedLookup, note: 'रु १०' }))),
    )
    expect(await client.lookup(pidx)).toMatchObject({ note: 'रु १०' })
  })

  it('A request through the global dispatcher is bound by the timeout and the signal, and says that an initiate may have gone through', async () => {
    setGlobalDispatcher(create())
    const client = await clientOf(() => {})
    await expect(client.initiate(paymentRequest, { timeoutMs: 100 })).rejects.toMatchObject({
      reason: 'timeout',
      mayHaveBeenProcessed: true,
    })
    await expect(client.initiate(paymentRequest, { signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      reason: 'aborted',
      mayHaveBeenProcessed: true,
    })
  })

  it('stops reading an answer over 1 MiB', async () => {
    setGlobalDispatcher(create())
    const client = await clientOf((_request, response) => response.end('a'.repeat(1_100_000)))
    await expect(client.lookup(pidx)).rejects.toMatchObject({ message: expect.stringMatching(/over 1 MiB/) })
  })

  it('stays open when the client is closed, since it is the app’s', async () => {
    const dispatcher = setGlobalDispatcher(create())
    const client = await clientOf((_request, response) => response.end(JSON.stringify(completedLookup)))
    await client.lookup(pidx)
    await client.close()
    expect((dispatcher as { closed?: boolean }).closed).toBe(false)
  })
})

it('a proxy of the environment, by EnvHttpProxyAgent, carries the requests', async () => {
  const tunnels: unknown[] = []
  const proxy = createServer().on('connect', (request, socket) => {
    tunnels.push(request.url)
    const [hostname, port] = String(request.url).split(':')
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  open.push({ close: async () => void proxy.close() })
  const httpProxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  setGlobalDispatcher(new EnvHttpProxyAgent({ httpProxy, noProxy: '', proxyTunnel: true }))
  const client = await clientOf((_request, response) => response.end(brotliCompressSync('{}')), {})
  await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'response' })
  expect(tunnels).toHaveLength(1)
})

it('a client has connections of its own where the app has set no dispatcher, and closes them', async () => {
  place[key] = undefined
  const sockets: { closed: boolean }[] = []
  const client = await clientOf(({ socket }, response) => {
    sockets.push(socket)
    response.end(JSON.stringify(completedLookup))
  })
  await client.lookup(pidx)
  await client.close()
  await expect.poll(() => sockets.map(({ closed }) => closed), { timeout: 10_000 }).toEqual([true])
})
