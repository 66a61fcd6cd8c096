import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { completedLookup as lookup, pidx, paymentRequest as request } from '../../support/payment-request.ts'
import { type ScriptedServer, serveScript } from '../../support/server.ts'

const open: (ScriptedServer | KhaltiClient)[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

describe.each<[string, Pick<KhaltiClientOptions, 'fetch'>]>([
  ['undici', {}],
  ['fetch', { fetch: (...a) => globalThis.fetch(...a) }],
])('over %s the client', (_name, transport) => {
  async function clientOf(script: Parameters<typeof serveScript>[0], options: KhaltiClientOptions = {}) {
    const server = await serveScript(script)
    const client = new KhaltiClient({
      secretKey: 'sk',
      environment: 'sandbox',
      baseUrl: server.origin,
      maxRetries: 0,
      timeoutMs: 5_000,
      ...transport,
      ...options,
    })
    open.push(server, client)
    return { server, client }
  }

  it('sends the method, address, key and JSON that Khalti documents', async () => {
    const seen: unknown[] = []
    const { client } = await clientOf(({ method, url, headers }, response, body) => {
      seen.push([method, url, headers.authorization, headers['content-type'], JSON.parse(body)])
      response.end(JSON.stringify(lookup))
    })
    expect(await client.lookup(pidx)).toEqual(lookup)
    expect(seen).toEqual([['POST', '/api/v2/epayment/lookup/', 'Key sk', 'application/json', { pidx }]])
  })

  it('keeps its connections for later calls', async () => {
    const { client, server } = await clientOf((_request, response) => response.end(JSON.stringify(lookup)))
    for (let call = 0; call < 20; call += 1) await client.lookup(pidx)
    // undici opens a second one where the first is still busy with the end of its last answer.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('reads an answer that comes in pieces, also within a letter', async () => {
    const bytes = Buffer.from(JSON.stringify({ ...lookup, note: 'रु १०' }))
    const { client } = await clientOf(async (_request, response) => {
      for (let at = 0; at < bytes.length; at += 7) {
        response.write(bytes.subarray(at, at + 7))
        await wait(1)
      }
      response.end()
    })
    expect(await client.lookup(pidx)).toMatchObject({ note: 'रु १०' })
  })

  it('reads an answer as if it were the first, also after one that ends within a letter', async () => {
    const cut = Buffer.from(JSON.stringify({ ...lookup, note: 'रु' })).subarray(0, -3)
    const answers = [cut, Buffer.from(JSON.stringify({ ...lookup, note: 'रु १०' }))]
    const { client } = await clientOf((_request, response) => response.end(answers.shift()))
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'response' })
    expect(await client.lookup(pidx)).toMatchObject({ note: 'रु १०' })
  })

  it('gives a try its time until its body is read to the end', async () => {
    const { client } = await clientOf((_request, response) => response.write('{"pidx":'), { timeoutMs: 100 })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'connection', reason: 'timeout', retryable: true })
  })

  it('gives up a try that gets no answer, and says that an initiate may have gone through', async () => {
    const { client } = await clientOf(() => {}, { timeoutMs: 100, maxRetries: 2 })
    await expect(client.initiate(request)).rejects.toMatchObject({
      reason: 'timeout',
      mayHaveBeenProcessed: true,
      retryable: false,
    })
  })

  it.each([
    ['before the answer', ''],
    ['within the body', '{"pidx":'],
  ])('ends with the signal that comes %s', async (_title, begin) => {
    const controller = new AbortController()
    const reason = new Error('the customer left')
    const { client } = await clientOf((_request, response) => {
      if (begin) response.write(begin)
      setTimeout(() => controller.abort(reason), 30)
    })
    await expect(client.lookup(pidx, { signal: controller.signal })).rejects.toMatchObject({
      code: 'connection',
      reason: 'aborted',
      cause: reason,
      retryable: false,
      mayHaveBeenProcessed: false,
    })
  })

  it('sends nothing when the signal has aborted before', async () => {
    let asked = 0
    const { client } = await clientOf((_request, response) => {
      asked += 1
      response.end()
    })
    await expect(client.initiate(request, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      reason: 'aborted',
      mayHaveBeenProcessed: false,
    })
    expect(asked).toBe(0)
  })

  it.each([
    ['with', true],
    ['without', false],
  ])('refuses an answer over 1 MiB %s a declared length', async (_title, declared) => {
    const long = `{"pidx":"${'a'.repeat(1_100_000)}"}`
    const { client } = await clientOf((_request, response) => {
      if (declared) response.setHeader('content-length', long.length)
      response.end(long)
    })
    const error = await client.lookup(pidx).catch((caught) => caught)
    expect(error).toMatchObject({ code: 'response', status: 200 })
    expect(error.message).toMatch(/over 1 MiB/)
    expect(error.excerpt).toHaveLength(500)
  })

  it('does not follow a redirect, so that the key stays at home', async () => {
    const seen: unknown[] = []
    const { client } = await clientOf(({ url }, response) => {
      seen.push(url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'response', status: 307 })
    expect(seen).toEqual(['/api/v2/epayment/lookup/'])
  })

  it('takes a reset connection as lost: an initiate may have gone through, a lookup may be repeated', async () => {
    const { client } = await clientOf((incoming) => incoming.socket.destroy())
    await expect(client.initiate(request)).rejects.toMatchObject({
      reason: 'lost',
      mayHaveBeenProcessed: true,
      retryable: false,
    })
    await expect(client.lookup(pidx)).rejects.toMatchObject({
      reason: 'lost',
      mayHaveBeenProcessed: false,
      retryable: true,
    })
  })

  it('takes a body that breaks off as lost', async () => {
    const { client } = await clientOf((incoming, response) => {
      response.setHeader('content-length', 1000)
      response.write('{"pidx"')
      setTimeout(() => incoming.socket.destroy(), 30)
    })
    await expect(client.lookup(pidx)).rejects.toMatchObject({ reason: 'lost' })
  })

  it('knows that a refused connection and an unknown host were never reached', async () => {
    const { client, server } = await clientOf(() => {})
    await server.close()
    await expect(client.initiate(request)).rejects.toMatchObject({
      reason: 'unreachable',
      mayHaveBeenProcessed: false,
      retryable: true,
    })
    const lost = new KhaltiClient({
      secretKey: 'sk',
      maxRetries: 0,
      baseUrl: 'https://no-such-host.invalid',
      ...transport,
    })
    open.push(lost)
    await expect(lost.initiate(request)).rejects.toMatchObject({ reason: 'unreachable', mayHaveBeenProcessed: false })
  })

  it('knows that a failed TLS handshake was never reached', async () => {
    const { server } = await clientOf(() => {})
    const client = new KhaltiClient({
      secretKey: 'sk',
      maxRetries: 0,
      baseUrl: server.origin.replace('http:', 'https:'),
      ...transport,
    })
    open.push(client)
    await expect(client.initiate(request)).rejects.toMatchObject({ reason: 'unreachable', mayHaveBeenProcessed: false })
  })

  it('asks for all pages of the banks, without the key and without following `next`', async () => {
    const seen: unknown[] = []
    const { client } = await clientOf(({ method, url, headers }, response) => {
      seen.push([method, url, headers.authorization])
      const page = Number(new URL(url ?? '', 'http://x').searchParams.get('page'))
      const records = [{ idx: `bank${page}`, name: 'Bank', has_ebanking: true }]
      response.end(JSON.stringify({ total_pages: 2, current_page: page, next: 'https://evil.example/', records }))
    })
    expect((await client.banks('ebanking')).map(({ idx }) => idx)).toEqual(['bank1', 'bank2'])
    expect(seen).toEqual([
      ['GET', '/api/v5/bank/?payment_type=ebanking&page=1', undefined],
      ['GET', '/api/v5/bank/?payment_type=ebanking&page=2', undefined],
    ])
  })
})

describe('over a fetch of your own the client', () => {
  const clientWith = (fetch: typeof globalThis.fetch) =>
    new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', maxRetries: 0, timeoutMs: 50, fetch })

  it('Over a fetch of your own the client ends in time even where the fetch does not heed its signal', async () => {
    await expect(clientWith(() => new Promise(() => {})).lookup(pidx)).rejects.toMatchObject({ reason: 'timeout' })
    const stuck = new Response(new ReadableStream({ pull: () => new Promise(() => {}) }))
    await expect(clientWith(async () => stuck).lookup(pidx)).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('Over a fetch of your own the client takes an error without a code as lost, since nothing proves that the request never left', async () => {
    const client = clientWith(async () => Promise.reject(new TypeError('fetch failed')))
    await expect(client.initiate(request)).rejects.toMatchObject({ reason: 'lost', mayHaveBeenProcessed: true })
  })

  it.each([
    ['a stream of Node, as node-fetch gives', Readable.from([])],
    ['not there, but for text()', undefined],
  ])('Over a fetch of your own the client reads a body that is %s', async (_what, body) => {
    const answer = { status: 200, headers: new Headers(), body, text: async () => JSON.stringify(lookup) }
    expect(await clientWith(async () => answer as unknown as Response).lookup(pidx)).toEqual(lookup)
  })

  it('Over a fetch of your own the client reads a redirect that a browser hides as an answer that says nothing', async () => {
    const hidden = { status: 0, headers: new Headers(), body: null } as Response
    await expect(clientWith(async () => hidden).lookup(pidx)).rejects.toMatchObject({ code: 'response', status: 0 })
  })
})

describe('close', () => {
  it('Close close lets a running request finish, releases the connection and refuses later calls', async () => {
    const server = await serveScript((_request, response) => setTimeout(() => response.end(JSON.stringify(lookup)), 50))
    open.push(server)
    const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl: server.origin })
    const running = client.lookup(pidx)
    await wait(20)
    await client.close()
    expect(await running).toEqual(lookup)
    await expect(client.lookup(pidx)).rejects.toMatchObject({
      code: 'config',
      message: expect.stringMatching(/closed/),
    })
  })

  it('Close close may be called again while it waits, and after it', async () => {
    const server = await serveScript((_request, response) => setTimeout(() => response.end(JSON.stringify(lookup)), 50))
    open.push(server)
    const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', baseUrl: server.origin })
    const running = client.lookup(pidx)
    await Promise.all([client.close(), client.close(), running])
    await client.close()
  })

  it('Close `await using` closes the client', async () => {
    const client = new KhaltiClient({ secretKey: 'sk' })
    await client[Symbol.asyncDispose]()
    await expect(client.lookup(pidx)).rejects.toMatchObject({ code: 'config' })
  })
})
