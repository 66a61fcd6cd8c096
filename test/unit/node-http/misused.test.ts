import { once } from 'node:events'
import { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import express from 'express'
import { toNextApiHandler, toNextRoute } from 'khalti-kit/next'
import { toNodeListener } from 'khalti-kit/node'
import { describe, expect, it } from 'vitest'
import { openShop } from '../../support/shop.ts'

const nodeRequest = () => Object.assign(new IncomingMessage(new Socket()), { url: '/api/khalti/status', method: 'GET' })
const webRequest = () => new Request('https://shop.example/api/khalti/status')
const handler = async () => new Response()

describe('a converter that is given no web handler', () => {
  it.each([
    ['toNodeListener', toNodeListener],
    ['toNextRoute', toNextRoute],
    ['toNextApiHandler', toNextApiHandler],
  ])('%s says at once what it takes, and what it was given', (name, convert) => {
    const takes = `${name} takes a web handler, such as checkout.handler. It was given`
    const { checkout } = openShop()
    expect(() => convert(checkout as never)).toThrow(new TypeError(`${takes} an object.`))
    expect(() => convert(undefined as never)).toThrow(new TypeError(`${takes} undefined.`))
    expect(() => convert(null as never)).toThrow(new TypeError(`${takes} null.`))
    expect(() => convert('x' as never)).toThrow(new TypeError(`${takes} a string.`))
  })
})

describe('a converter that stands in the place of another', () => {
  const listener = toNodeListener(handler)

  it.each<[framework: string, call: () => unknown]>([
    ['Koa', () => listener({ req: nodeRequest() } as never, (() => {}) as never)],
    ['Fastify', () => listener({ raw: nodeRequest() } as never, { header() {}, send() {} } as never)],
    ['a host with one argument', () => listener(nodeRequest(), undefined as never)],
  ])('A listener that %s calls throws at once, and says what to call it with', (_framework, call) => {
    expect(call).toThrow(/^What toNodeListener gives takes .* In Koa .*ctx\.res; in Fastify .*reply\.raw\.$/)
    expect(call).toThrow(TypeError)
  })

  it('A route of the App Router under pages/api names toNextApiHandler', async () => {
    const sentence = 'toNextRoute is for a route.ts under app. In files under pages/api use toNextApiHandler.'
    await expect(toNextRoute(handler).GET(nodeRequest() as never)).rejects.toThrow(new TypeError(sentence))
  })

  it('An API route of the Pages Router under app names toNextRoute', async () => {
    const sentence = 'toNextApiHandler is for files under pages/api. In a route.ts under app use toNextRoute.'
    const call = toNextApiHandler(handler)(webRequest() as never, { params: {} } as never)
    await expect(call).rejects.toThrow(new TypeError(sentence))
  })

  it.each<[what: string, given: () => unknown]>([
    ['a request of Node.js', nodeRequest],
    ["Hono's context", () => ({ req: { raw: webRequest() } })],
    ["SvelteKit's event", () => ({ request: webRequest() })],
    ['an address', () => 'https://shop.example/api/khalti/status'],
    ['nothing', () => undefined],
  ])(
    'A checkout whose handler is given %s tells the shop and the framework of toNodeListener',
    async (_what, given) => {
      const { checkout, errors } = openShop()
      const sentence = expect.stringContaining('use toNodeListener(checkout.handler), under pages/api')
      await expect(checkout.handler(given() as never)).rejects.toMatchObject({ code: 'config', message: sentence })
      expect(errors).toMatchObject([{ code: 'config', message: sentence }])
    },
  )

  it('A checkout whose handler stands in the place of a listener of Express ends the request with 500', async () => {
    const { checkout } = openShop()
    const app = express().use('/api/khalti', checkout.handler as never)
    app.use(
      ((_error, _request, response, _next) => void response.sendStatus(500)) satisfies express.ErrorRequestHandler,
    )
    const server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/api/khalti/status`
    const { status } = await fetch(url, { signal: AbortSignal.timeout(10_000) }).finally(() => server.close())
    expect(status).toBe(500)
  })
})

it('An answer goes out through a response of Node.js that has no flushHeaders, as those of mocks', async () => {
  const request = nodeRequest()
  const response = new ServerResponse(request)
  const written: string[] = []
  const write = (chunk: Uint8Array) => void written.push(new TextDecoder().decode(chunk))
  Object.assign(response, { flushHeaders: undefined, write })
  await toNodeListener(async () => new Response('paid'))(request, response)
  expect([response.statusCode, written]).toEqual([200, ['paid']])
})
