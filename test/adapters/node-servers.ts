import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import express4 from 'express-4'
import fastify from 'fastify'
import Koa from 'koa'
import bodyParser from 'koa-bodyparser'
import multer from 'multer'
import { type NodeListenerOptions, toNodeListener, type WebHandler } from '../../src/node.ts'

/** How a server is to run a web handler. */
export interface AdapterOptions extends NodeListenerOptions {
  /** What stands before `/api/khalti`, such as `/shop`. Default: nothing. */
  prefix?: string
}

/** A server that runs a web handler at and below `/api/khalti`. */
export interface AdapterServer {
  name: string
  /** Gives back its origin. */
  start(handler: WebHandler, options?: AdapterOptions): Promise<{ url: string; close(): Promise<void> }>
}

/** Listens on a free port of this machine. */
export async function listen(listener: RequestListener): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closeServer(server) }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
}

const expresses = [
  { name: 'Express 4', make: express4 },
  { name: 'Express 5', make: express },
]

const parsers = [
  { name: '', use: () => [] },
  { name: ' after express.json()', use: (from: typeof express) => [from.json()] },
  {
    name: ' after all of its body parsers',
    use: (from: typeof express) => [from.json(), from.urlencoded({ extended: true }), from.text(), from.raw()],
  },
]

/** `node:http`, and every framework on it that takes a listener. */
export const nodeServers: AdapterServer[] = [
  { name: 'node:http', start: (handler, options) => listen(toNodeListener(handler, options)) },
  ...expresses.flatMap(({ name, make }) =>
    parsers.map((parser) => ({
      name: `${name}${parser.name}`,
      async start(handler: WebHandler, { prefix = '', ...options }: AdapterOptions = {}) {
        const app = make()
        for (const middleware of parser.use(make)) app.use(middleware)
        app.use(`${prefix}/api/khalti`, toNodeListener(handler, options))
        return listen(app)
      },
    })),
  ),
  {
    name: 'Express 5 after multer',
    async start(handler, { prefix = '', ...options } = {}) {
      const app = express()
      app.use(multer().none())
      app.use(`${prefix}/api/khalti`, toNodeListener(handler, options))
      return listen(app)
    },
  },
  { name: 'Koa', start: (handler, options) => startKoa(handler, { ...options, parses: false }) },
  { name: 'Koa after koa-bodyparser', start: (handler, options) => startKoa(handler, { ...options, parses: true }) },
  {
    name: 'Fastify 5 before its body parsers',
    async start(handler, { prefix = '', ...options } = {}) {
      const app = fastify()
      const listener = toNodeListener(handler, options)
      await app.register(async (khalti) => {
        khalti.removeAllContentTypeParsers()
        khalti.addContentTypeParser('*', (_request, _body, done) => done(null))
        khalti.all(`${prefix}/api/khalti/*`, (request, reply) => {
          reply.hijack()
          return listener(request.raw, reply.raw)
        })
      })
      return startFastify(app)
    },
  },
  {
    name: 'Fastify 5 after its body parsers',
    async start(handler, { prefix = '', ...options } = {}) {
      const app = fastify()
      const listener = toNodeListener(handler, options)
      app.addContentTypeParser(
        ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/octet-stream'],
        { parseAs: 'buffer' },
        (_request, body, done) => done(null, body),
      )
      app.all(`${prefix}/api/khalti/*`, (request, reply) => {
        reply.hijack()
        return listener(Object.assign(request.raw, { body: request.body }), reply.raw)
      })
      return startFastify(app)
    },
  },
]

/** Koa keeps what its parser read on its own request, and answers itself unless it is told not to. */
function startKoa(handler: WebHandler, { prefix = '', parses, ...options }: AdapterOptions & { parses: boolean }) {
  const app = new Koa()
  app.silent = true
  if (parses) app.use(bodyParser())
  const khalti = toNodeListener(handler, options)
  app.use(async (ctx, next) => {
    if (!ctx.path.startsWith(`${prefix}/api/khalti`)) return next()
    ctx.respond = false
    const { body, rawBody } = ctx.request
    await khalti(parses ? Object.assign(ctx.req, { body, rawBody }) : ctx.req, ctx.res)
  })
  return listen(app.callback())
}

async function startFastify(app: ReturnType<typeof fastify>) {
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    url,
    async close() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
