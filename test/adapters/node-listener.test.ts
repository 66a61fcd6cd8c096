import { once } from 'node:events'
import { IncomingMessage, request as nodeRequest, type RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import express from 'express'
import express4 from 'express-4'
import { afterEach, describe, expect, it } from 'vitest'
import { serve } from '../../src/node/serve.ts'
import { type NodeListenerOptions, toNodeListener, type WebHandler } from '../../src/node.ts'
import { createSimulator } from '../../src/testing.ts'
import { listen } from './node-servers.ts'

const cleanUps: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp()
})

async function start(handler: WebHandler, options?: NodeListenerOptions): Promise<string> {
  const { url, close } = await listen(toNodeListener(handler, options))
  cleanUps.push(close)
  return url
}

/** The same, with a promise of the end of the first request. */
async function startWatched(handler: WebHandler, options?: NodeListenerOptions) {
  const ended = promised<void>()
  const listener = toNodeListener(handler, options)
  const { url, close } = await listen((request, response) => listener(request, response).then(ended.resolve))
  cleanUps.push(close)
  return { url, ended: ended.promise }
}

/** Sends bytes as they are, and gives back all that comes until the server closes. */
async function raw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(text)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

/** Calls a listener as hosts of functions do: what it writes to the socket is collected, and `write` says nothing. */
async function invokeServerless(listener: RequestListener, path: string, body: string): Promise<string> {
  const socket = { readable: true, remoteAddress: '127.0.0.1', destroy() {}, resume() {}, pause() {} }
  const request = new IncomingMessage(socket as never)
  const headers = { host: 'a', 'content-type': 'application/json', 'content-length': String(body.length) }
  Object.assign(request, { method: 'POST', url: path, headers, complete: true })
  request._read = () => {}
  request.push(body)
  request.push(null)
  const response = new ServerResponse(request)
  const chunks: string[] = []
  const nothing = () => {}
  response.assignSocket({
    _writableState: {},
    writable: true,
    on: nothing,
    removeListener: nothing,
    destroy: nothing,
    cork: nothing,
    uncork: nothing,
    write(chunk: string | Uint8Array, encoding?: unknown, done?: unknown) {
      chunks.push(Buffer.from(chunk as never).toString('latin1'))
      const callback = typeof encoding === 'function' ? encoding : done
      if (typeof callback === 'function') callback()
    },
  } as never)
  const ended = new Promise((resolve) => response.once('finish', resolve))
  listener(request, response as never)
  await ended
  return chunks.join('')
}

function promised<Value>() {
  let resolve: (value: Value) => void = () => {}
  const promise = new Promise<Value>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}

/** Resolves when a figure has stopped moving. */
async function atRest(figure: () => number): Promise<void> {
  for (let before = -1; before !== figure(); ) {
    before = figure()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const echoUrl: WebHandler = (request) => new Response(request.url)

describe('the URL', () => {
  it.each([
    ['the Host header', 'GET /a?b HTTP/1.1\r\nHost: shop.example:8080', 'http://shop.example:8080/a?b'],
    [
      'a path that looks like a host',
      'GET //evil.example/a HTTP/1.1\r\nHost: shop.example',
      'http://shop.example//evil.example/a',
    ],
    [
      'a path with backslashes',
      'GET /\\evil.example/a HTTP/1.1\r\nHost: shop.example',
      'http://shop.example//evil.example/a',
    ],
    [
      'the path alone of a whole URL as the target',
      'GET http://evil.example/a?b HTTP/1.1\r\nHost: shop.example',
      'http://shop.example/a?b',
    ],
    ['localhost where HTTP/1.0 sends no Host', 'GET /a HTTP/1.0', 'http://localhost/a'],
    [
      'no X-Forwarded header',
      'GET /a HTTP/1.1\r\nHost: shop.example\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https',
      'http://shop.example/a',
    ],
  ])('takes the URL of the request from %s', async (_what, head, expected) => {
    const answer = await raw(await start(echoUrl), `${head}\r\nConnection: close\r\n\r\n`)
    expect(answer).toContain('HTTP/1.1 200')
    expect(answer).toContain(expected)
  })

  it.each([
    'evil.example/path',
    'user@evil.example',
    'shop.example?x',
    'shop.example#x',
    'a\\b',
    'shop example',
    'shop:port',
    '[::1',
    '',
  ])('refuses the Host %j with a 400, without a call of the handler', async (host) => {
    let called = false
    const url = await start(() => {
      called = true
      return new Response()
    })
    const answer = await raw(url, `GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect(answer).toContain('HTTP/1.1 400')
    expect(called).toBe(false)
  })

  it.each(['TRACE', 'CONNECT'])('answers %s, which no Request of the web can be, with a 501', async (method) => {
    const errors: unknown[] = []
    const listener = toNodeListener(echoUrl, { onError: (error) => errors.push(error) })
    // Node hands CONNECT to nobody but who listens for it; frameworks under other hosts hand on any method.
    const { url, close } = await listen((request, response) => listener(Object.assign(request, { method }), response))
    cleanUps.push(close)
    const response = await fetch(url)
    expect([response.status, await response.text(), errors]).toEqual([501, 'Not Implemented', []])
  })

  it('answers a TRACE from the wire with a 501', async () => {
    const answer = await raw(await start(echoUrl), 'TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect(answer).toContain('HTTP/1.1 501')
  })
})

describe('the answer', () => {
  it('keeps the cookies and the Vary that a middleware set before the answer', async () => {
    const app = express()
    app.use((_request, response, next) => {
      response.cookie('session', 's')
      response.vary('Origin')
      next()
    })
    app.use(
      '/api/khalti',
      toNodeListener(
        async () =>
          new Response('', {
            headers: [
              ['set-cookie', 'a=1'],
              ['set-cookie', 'b=2'],
              ['vary', 'Cookie'],
            ],
          }),
      ),
    )
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const { headers } = await fetch(`${url}/api/khalti/x`)
    expect(headers.getSetCookie()).toEqual(['session=s; Path=/', 'a=1', 'b=2'])
    expect(headers.get('vary')).toBe('Origin, Cookie')
  })

  it('sends the head of the answer before the first piece of its body is there', async () => {
    const first = promised<string>()
    const url = await start(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              controller.enqueue(new TextEncoder().encode(await first.promise))
              controller.close()
            },
          }),
        ),
    )
    const response = await fetch(url)
    first.resolve('at last')
    expect(await response.text()).toBe('at last')
  })

  it('does not read the body of an answer faster than the client takes it', async () => {
    const size = 64 * 1024
    const count = 2000
    let pulled = 0
    const url = await start(
      () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              if (pulled === count) return controller.close()
              pulled += 1
              controller.enqueue(new Uint8Array(size))
            },
          }),
        ),
    )
    const request = nodeRequest(url)
    request.end()
    const [response] = await once(request, 'response')
    // The client reads nothing: what the handler gives must come to rest at what the sockets hold.
    await atRest(() => pulled)
    expect(pulled).toBeLessThan(count / 2)
    let received = 0
    for await (const chunk of response) received += chunk.length
    expect(received).toBe(size * count)
  })

  it('answers where a body logger wraps write and gives nothing back', async () => {
    const written: number[] = []
    const app = express()
    app.use((_request, response, next) => {
      const write = response.write.bind(response) as (chunk: Uint8Array) => boolean
      response.write = ((chunk: Uint8Array) => {
        written.push(chunk.byteLength)
        write(chunk)
      }) as unknown as typeof response.write
      next()
    })
    app.use(toNodeListener(() => Response.json({ a: 'x'.repeat(2 ** 20) })))
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const answer = await fetch(url)
    expect(((await answer.json()) as { a: string }).a).toHaveLength(2 ** 20)
    expect(written).not.toEqual([])
  })

  it('answers on a socket of a serverless host whose write gives nothing back and that never drains', async () => {
    // What serverless hosts make of an event: a request that was read before, and a response on a socket that is none.
    const app = express()
    app.use(express.json())
    app.use(
      '/api/khalti',
      toNodeListener(async (request) => Response.json([await request.json()])),
    )
    expect(await invokeServerless(app, '/api/khalti/initiate', '{"orderId":"T-1"}')).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[\s\S]*\[\{"orderId":"T-1"\}\]/,
    )
  })

  it('does not begin a body that HEAD will not have', async () => {
    const canceled = promised<void>()
    const url = await start(() => new Response(new ReadableStream({ cancel: () => canceled.resolve() })))
    // Not fetch, which ends the connection after a HEAD, and with it whatever is going on.
    const request = nodeRequest(url, { method: 'HEAD' })
    request.end()
    const [response] = await once(request, 'response')
    expect(response.statusCode).toBe(200)
    await canceled.promise
  })
})

describe('the body of the request', () => {
  it('does not read the body of a request faster than the handler takes it', async () => {
    const size = 128 * 1024 * 1024
    const arrived = promised<IncomingMessage>()
    const goOn = promised<void>()
    const listener = toNodeListener(async (request) => {
      await goOn.promise
      return new Response(String((await request.arrayBuffer()).byteLength))
    })
    const { url, close } = await listen((request, response) => {
      arrived.resolve(request)
      return listener(request, response)
    })
    cleanUps.push(close)
    const answer = fetch(url, { method: 'POST', body: new Uint8Array(size) })
    const { socket } = await arrived.promise
    await atRest(() => socket.bytesRead)
    expect(socket.bytesRead).toBeLessThan(size / 2)
    goOn.resolve()
    expect(await (await answer).text()).toBe(String(size))
  })

  it.each([
    ['shortened', '{ "orderId" : "T-1" }', {}],
    ['unpacked', gzipSync('{"orderId":"T-1"}'), { 'content-encoding': 'gzip' }],
  ])('drops the length and the encoding of a body that a parser has %s', async (_how, body, headers) => {
    const app = express()
    app.use(
      express.json(),
      toNodeListener(async (request) =>
        Response.json([
          await request.text(),
          request.headers.get('content-length'),
          request.headers.get('content-encoding'),
        ]),
      ),
    )
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
    expect(await response.json()).toEqual(['{"orderId":"T-1"}', null, null])
  })

  /** What a parser has read of the body, and what it leaves on the request; `undefined` leaves nothing. */
  async function afterParser(contentType: string, sent: string, left: { body?: unknown; rawBody?: unknown }) {
    const listener = toNodeListener(async (request) =>
      Response.json([request.headers.get('content-type'), await request.text()]),
    )
    const { url, close } = await listen((request, response) => {
      request.on('data', () => {})
      request.on('end', () => listener(Object.assign(request, left), response))
    })
    cleanUps.push(close)
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': contentType }, body: sent })
    return answer.json()
  }

  it("takes what Koa's parser read, where it is handed on as req.body and req.rawBody", async () => {
    const [json, form] = ['application/json', 'application/x-www-form-urlencoded']
    const text = '{"orderId":"T-1"}'
    expect(await afterParser(json, text, { body: { orderId: 'T-1' }, rawBody: text })).toEqual([json, text])
    expect(await afterParser(form, 'orderId=T-1', { body: { orderId: 'T-1' } })).toEqual([form, 'orderId=T-1'])
    expect(await afterParser(json, '{}', { body: {}, rawBody: '{}' })).toEqual([json, '{}'])
  })

  it('takes the bytes of req.rawBody where the host has read the body and parsed none of it', async () => {
    const type = 'multipart/form-data; boundary=b'
    const sent = '--b\r\nContent-Disposition: form-data; name="orderId"\r\n\r\nT-1\r\n--b--\r\n'
    for (const left of [{ rawBody: Buffer.from(sent) }, { body: {}, rawBody: Buffer.from(sent) }]) {
      expect(await afterParser(type, sent, left)).toEqual([type, sent])
    }
  })

  it('writes the fields that a parser of multipart forms has read as a plain form', async () => {
    expect(await afterParser('multipart/form-data; boundary=b', '--b--', { body: { orderId: 'T 1' } })).toEqual([
      'application/x-www-form-urlencoded',
      'orderId=T+1',
    ])
  })

  it('gives an empty body where a parser found it empty', async () => {
    const app = express4()
    app.use(
      express4.json(),
      toNodeListener(async (request) => new Response(`[${await request.text()}]`)),
    )
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const request = nodeRequest(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
    })
    request.end()
    const [response] = await once(request, 'response')
    expect(String((await response.toArray())[0])).toBe('[]')
  })
})

describe('a client who leaves', () => {
  it('does not wait for a client who left before the handler was reached', async () => {
    const left = promised<void>()
    const reached = promised<void>()
    let called = false
    const listener = toNodeListener(() => {
      called = true
      return new Response()
    })
    const { url, close } = await listen(async (request, response) => {
      response.on('close', left.resolve)
      reached.resolve()
      await left.promise
      await listener(request, response)
      done.resolve()
    })
    const done = promised<void>()
    cleanUps.push(close)
    const request = nodeRequest(url, { method: 'POST' })
    request.on('error', () => {})
    request.write('half')
    await reached.promise
    request.destroy()
    await done.promise
    expect(called).toBe(false)
  })

  it('aborts the signal of the request when its client leaves, which is no error', async () => {
    const errors: unknown[] = []
    const arrived = promised<Request>()
    const aborted = promised<unknown>()
    const { url, ended } = await startWatched(
      async (request) => {
        arrived.resolve(request)
        return new Promise((_resolve, reject) => {
          request.signal.addEventListener('abort', () => {
            aborted.resolve(request.signal.reason)
            reject(request.signal.reason)
          })
        })
      },
      { onError: (error) => errors.push(error) },
    )
    const leaving = new AbortController()
    const answer = fetch(url, { signal: leaving.signal })
    await arrived.promise
    leaving.abort()
    await expect(answer).rejects.toThrow()
    expect(await aborted.promise).toMatchObject({ name: 'AbortError' })
    await ended
    expect(errors).toEqual([])
  })

  it('cancels a body that waits for more to say when its client leaves', async () => {
    const canceled = promised<void>()
    const url = await start(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new Uint8Array(1)),
            cancel: () => canceled.resolve(),
          }),
        ),
    )
    const leaving = new AbortController()
    const response = await fetch(url, { signal: leaving.signal })
    await response.body?.getReader().read()
    leaving.abort()
    await canceled.promise
  })

  it('cancels a body that waits for the client to read on when the client leaves', async () => {
    const canceled = promised<void>()
    let left = 100
    const { url, ended } = await startWatched(
      () =>
        new Response(
          new ReadableStream({
            // Has an end, so that a listener without back-pressure would not spin for ever.
            pull: (controller) =>
              left-- > 0 ? controller.enqueue(new Uint8Array(1024 * 1024)) : promised<void>().promise,
            cancel: () => canceled.resolve(),
          }),
        ),
    )
    const request = nodeRequest(url)
    request.on('error', () => {})
    request.end()
    await once(request, 'response')
    request.destroy()
    await canceled.promise
    await ended
  })

  it('fails the reading of a body that was not sent to its end, which is no error', async () => {
    const errors: unknown[] = []
    const failed = promised<unknown>()
    const started = promised<void>()
    const { url, ended } = await startWatched(
      async (request) => {
        started.resolve()
        try {
          return new Response(await request.text())
        } catch (error) {
          failed.resolve(error)
          throw error
        }
      },
      { onError: (error) => errors.push(error) },
    )
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhalf')
    await started.promise
    socket.destroy()
    expect(await failed.promise).toMatchObject({ name: 'AbortError' })
    await ended
    expect(errors).toEqual([])
  })
})

describe('a body that is not read to its end', () => {
  const handlers: [what: string, handler: WebHandler][] = [
    ['nobody looked at', () => new Response('enough', { status: 413 })],
    [
      'was canceled',
      async (request) => {
        const reader = request.body?.getReader()
        await reader?.read()
        await reader?.cancel()
        return new Response('enough', { status: 413 })
      },
    ],
    [
      'was let go of',
      async (request) => {
        const reader = request.body?.getReader()
        await reader?.read()
        reader?.releaseLock()
        return new Response('enough', { status: 413 })
      },
    ],
  ]

  it.each(handlers)('A body that %s does not keep its client from the answer', async (_what, handler) => {
    const response = await fetch(await start(handler), { method: 'POST', body: new Uint8Array(8 * 1024 * 1024) })
    expect([response.status, await response.text()]).toEqual([413, 'enough'])
  })

  it.each(handlers)('A body that %s does not keep the next request from its connection', async (_what, handler) => {
    const url = await start((request) => (request.method === 'POST' ? handler(request) : new Response('the next')))
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${8 * 1024 * 1024}\r\n\r\n`
    const next = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
    const answers = await raw(url, head + 'a'.repeat(8 * 1024 * 1024) + next)
    expect(answers).toContain('HTTP/1.1 413')
    expect(answers).toContain('the next')
  })
})

describe('a handler that rejects', () => {
  const failure = new Error('password of the database: hunter2')
  const reset = new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNRESET' }) })

  it('answers a rejection with a 500 without details, and tells onError', async () => {
    const errors: unknown[] = []
    const url = await start(() => Promise.reject(failure), { onError: (error) => errors.push(error) })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(errors).toEqual([failure])
  })

  it('answers with a 500 where the handler throws, and where onError throws as well', async () => {
    const url = await start(
      () => {
        throw failure
      },
      {
        onError: () => {
          throw new Error('the logger is broken')
        },
      },
    )
    expect((await fetch(url)).status).toBe(500)
  })

  it('survives an onError that rejects, and answers with a 500', async () => {
    const unhandled: unknown[] = []
    const hear = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', hear)
    const url = await start(() => Promise.reject(failure), {
      onError: () => Promise.reject(new Error('the logger is away')),
    })
    expect((await fetch(url)).status).toBe(500)
    process.off('unhandledRejection', hear)
    expect(unhandled).toEqual([])
  })

  it.each([
    ['Express 4', express4],
    ['Express 5', express],
  ])('hands a rejection to the error handler of %s', async (_name, make) => {
    const errors: unknown[] = []
    const app = make()
    app.use(
      '/api/khalti',
      toNodeListener(() => Promise.reject(failure), { onError: (error) => errors.push(error) }),
    )
    app.use(((error, _request, response, _next) => {
      response.status(418).send(error === failure ? 'the same' : 'another')
    }) satisfies express.ErrorRequestHandler)
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const response = await fetch(`${url}/api/khalti/x`)
    expect([response.status, await response.text()]).toEqual([418, 'the same'])
    expect(errors).toEqual([])
  })

  it('answers with a 500, and tells onError, where the upstream of the handler was reset', async () => {
    const errors: unknown[] = []
    const url = await start(() => Promise.reject(reset), { onError: (error) => errors.push(error) })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(errors).toEqual([reset])
  })

  it('hands a reset of the upstream of the handler to the error handler of Express', async () => {
    const app = express()
    app.use(toNodeListener(() => Promise.reject(reset)))
    app.use(((error, _request, response, _next) => {
      response.status(418).send(error === reset ? 'the same' : 'another')
    }) satisfies express.ErrorRequestHandler)
    const { url, close } = await listen(app)
    cleanUps.push(close)
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([418, 'the same'])
  })

  it('breaks the connection where the answer had begun, so that half of it does not pass for all', async () => {
    const errors: unknown[] = []
    const url = await start(
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('{"half":')),
            pull: () => Promise.reject(failure),
          }),
        ),
      { onError: (error) => errors.push(error) },
    )
    const response = await fetch(url)
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    expect(errors).toEqual([failure])
  })

  it('says what to do where a parser has taken the body and left nothing', async () => {
    const errors: unknown[] = []
    const listener = toNodeListener(async (request) => new Response(await request.text()), {
      onError: (error) => errors.push(error),
    })
    const { url, close } = await listen((request, response) => {
      request.on('data', () => {})
      request.on('end', () => listener(request, response))
    })
    cleanUps.push(close)
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(500)
    expect(String(errors[0])).toContain('before the body parser')
  })
})

describe('serve', () => {
  it('serve says where it listens, and answers there', async () => {
    const server = await serve(echoUrl)
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(await (await fetch(`${server.url}/x`)).text()).toBe(`${server.url}/x`)
    await server.close()
  })

  it('serve closes at once, whatever connections are kept alive or still wait, and closes twice', async () => {
    const waiting = promised<void>()
    const server = await serve((request) => {
      if (!request.url.endsWith('/wait')) return new Response('ok')
      waiting.resolve()
      return new Promise<Response>(() => {})
    })
    await (await fetch(server.url)).text()
    const unanswered = fetch(`${server.url}/wait`)
    const broken = expect(unanswered).rejects.toThrow()
    await waiting.promise
    await server.close()
    await server.close()
    await broken
    await expect(fetch(server.url)).rejects.toThrow()
  })

  it.each(['reset-before', 'reset-after'] as const)(
    'serve breaks the connection where the simulator says %s',
    async (fault) => {
      const simulator = createSimulator()
      const server = await serve(simulator.fetch)
      simulator.failNext(fault)
      await expect(fetch(`${server.url}/api/v5/bank/?payment_type=ebanking`)).rejects.toThrow('fetch failed')
      expect((await fetch(`${server.url}/api/v5/bank/?payment_type=ebanking`)).status).toBe(200)
      await server.close()
    },
  )

  it('serve rejects where the port is taken', async () => {
    const server = await serve(echoUrl)
    await expect(serve(echoUrl, { port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await server.close()
  })
})
