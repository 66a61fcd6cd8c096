import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, posix, win32 } from 'node:path'
import { parseEnv } from 'node:util'
import * as core from 'khalti-kit'
import * as doors from 'khalti-kit/checkout'
import * as node from 'khalti-kit/node'
import * as react from 'khalti-kit/react'
import { Mongoose, Schema } from 'mongoose'
import { Children, type ComponentProps, createElement, type ReactElement, type ReactNode } from 'react'
import * as jsxRuntime from 'react/jsx-runtime'
import { renderToStaticMarkup } from 'react-dom/server'
import ts from 'typescript'
import { describe, expect, it, vi } from 'vitest'
import { wayUp } from '../../../src/cli/init/detect-project.ts'
import { inTerminal } from '../../support/cli.ts'
import { express, init, project, read, written } from '../../support/init.ts'
import { createProgram } from '../../support/typescript-program.ts'

const withTypescript = '{"dependencies":{"next":"16"},"devDependencies":{"typescript":"5"}}'

/** What a return page in JavaScript gives to `KhaltiPaymentStatus`. */
function statusPropsOf(text: string): ComponentProps<typeof react.KhaltiPaymentStatus> {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, jsx: ts.JsxEmit.ReactJSX, target: ts.ScriptTarget.ES2022 }
  const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: 'page.jsx' })
  const modules: Record<string, unknown> = { 'khalti-kit/react': react, 'react/jsx-runtime': jsxRuntime }
  const exports: { default?: () => ReactElement<{ children: ReactNode }> } = {}
  new Function('require', 'exports', outputText)((name: string) => modules[name], exports)
  const [status] = Children.toArray(exports.default?.().props.children)
  return (status as ReactElement<ComponentProps<typeof react.KhaltiPaymentStatus>>).props
}

describe('init', () => {
  it.each<[string, Record<string, string>, string[], string[]]>([
    [
      'the App Router, in TypeScript',
      { 'app/page.tsx': 'x', 'tsconfig.json': '{}' },
      [],
      [
        'lib/khalti.ts',
        'app/api/khalti/[...khalti]/route.ts',
        'app/khalti/pay/page.tsx',
        'app/khalti/return/page.tsx',
        '.env.example',
      ],
    ],
    [
      'the App Router below src, in JavaScript',
      { 'src/app/page.js': 'x' },
      [],
      [
        'src/lib/khalti.js',
        'src/app/api/khalti/[...khalti]/route.js',
        'src/app/khalti/pay/page.js',
        'src/app/khalti/return/page.js',
        '.env.example',
      ],
    ],
    [
      'the Pages Router, in TypeScript',
      { 'pages/index.tsx': 'x', 'tsconfig.json': '{}' },
      [],
      [
        'lib/khalti.ts',
        'pages/api/khalti/[...khalti].ts',
        'pages/khalti/pay.tsx',
        'pages/khalti/return.tsx',
        '.env.example',
      ],
    ],
    [
      'the Pages Router where there are both, when it is asked for',
      { 'pages/index.jsx': 'x', 'app/page.js': 'x' },
      ['--pages'],
      [
        'lib/khalti.js',
        'pages/api/khalti/[...khalti].js',
        'pages/khalti/pay.jsx',
        'pages/khalti/return.jsx',
        '.env.example',
      ],
    ],
  ])('writes the files of %s', async (_title, files, args, expected) => {
    const root = project(files)
    expect(await written(root, ...args)).toEqual(expected)
    const route = readFileSync(join(root, expected[1] ?? ''), 'utf8')
    const module = /from '(\..*)'/.exec(route)?.[1] ?? ''
    const [ending] = /\.\w+$/.exec(expected[0] ?? '') ?? []
    expect(existsSync(join(root, dirname(expected[1] ?? ''), module + ending))).toBe(true)
  })

  it.each<[string, Record<string, string>, checkout: string, mounted: string[], first: string]>([
    [
      'CommonJS',
      { 'package.json': express(), 'server.js': "const express = require('express')\nconst app = express()" },
      'khalti.js',
      [
        "const { khaltiRoutes } = require('./khalti'); app.use('/api/khalti', khaltiRoutes)",
        "const { khaltiPages } = require('./khalti-pages'); app.use('/khalti', khaltiPages)",
      ],
      "const { existsSync } = require('node:fs')",
    ],
    [
      'ES modules',
      {
        'package.json': express({ type: 'module', scripts: { start: 'node src/main-app.js' } }),
        'src/main-app.js': "import express from 'express'\nimport { db } from './db.js'\nconst app = express()",
      },
      'src/khalti.js',
      ["import { khaltiRoutes } from './khalti.js'", "import { khaltiPages } from './khalti-pages.js'"],
      "import { existsSync } from 'node:fs'",
    ],
    [
      'TypeScript',
      {
        'package.json': express({ main: 'dist/app.js' }),
        'tsconfig.json': '{}',
        'src/app.ts': "import express from 'express'\nexport const app = express()",
      },
      'src/khalti.ts',
      ["import { khaltiRoutes } from './khalti'", "import { khaltiPages } from './khalti-pages'"],
      "import { existsSync } from 'node:fs'",
    ],
  ])('writes for Express in %s, and says which lines to add', async (_title, files, checkout, mounted, first) => {
    const root = project(files)
    const before = Object.keys(files).map((path) => read(root, path))
    expect(await written(root)).toEqual([checkout, checkout.replace('khalti.', 'khalti-pages.'), '.env.example'])
    const text = read(root, checkout)
    expect(text.split('\n')[0]).toBe(first)
    expect(text).toContain('memoryPayments()')
    const { stdout } = await init(root, '--yes', '--json')
    const { next, framework } = JSON.parse(stdout)
    expect(framework).toBe('express')
    for (const line of mounted) expect(next.join('\n')).toContain(line)
    expect(Object.keys(files).map((path) => read(root, path))).toEqual(before)
  })

  it('refuses every payment over Express in CommonJS until it is filled in', async () => {
    const root = project({ 'package.json': express(), 'server.js': "const app = require('express')()\nexpress()" })
    await written(root)
    const loaded: string[] = []
    const required = (name: string) => {
      if (name === 'node:fs') return { existsSync: (path: string) => loaded.push(path) }
      if (name === 'khalti-kit') return core
      if (name === 'khalti-kit/checkout') return doors
      return node
    }
    const module = { exports: {} as { khaltiRoutes: node.NodeListener } }
    const process = { env: {}, loadEnvFile: () => loaded.push('loaded') }
    new Function('require', 'module', 'process', read(root, 'khalti.js'))(required, module, process)
    expect(loaded).toEqual(['.env', 'loaded'])
    const server = createServer(module.exports.khaltiRoutes)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${port}/api/khalti/initiate`, { method: 'POST', headers, body: '{}' })
    expect([answer.status, await answer.json()]).toMatchObject([501, { error: expect.stringContaining('khalti.js') }])
    server.closeAllConnections()
    server.close()
  })

  it("shows what a refusal says on the page where customers end, as text, and no other error's words", async () => {
    const root = project({ 'package.json': express(), 'server.js': 'const app = express()' })
    await written(root)
    const asRoutes = { ...node, toNodeListener: (handler: unknown) => handler }
    type Handler = (request: Request) => Promise<Response>
    const load = <Exports>(path: string, modules: Record<string, unknown>, text = read(root, path)) => {
      const module = { exports: {} as Exports }
      const process = { env: {}, loadEnvFile: () => {} }
      new Function('require', 'module', 'process', text)((name: string) => modules[name], module, process)
      return module.exports
    }
    /** What the customer reads, whose order is refused by this line. */
    const pageAfter = async (line: string, headers = {}) => {
      const text = read(root, 'khalti.js').replace(/ {2}throw new CheckoutRefusal\(501.*/, (usual) => line || usual)
      const checkout = { 'node:fs': { existsSync: () => false }, 'khalti-kit': core, 'khalti-kit/checkout': doors }
      const client = {
        KhaltiClient: class extends core.KhaltiClient {
          constructor() {
            super({ secretKey: 'anything', environment: 'sandbox' })
          }
        },
      }
      const shop = load<{ checkout: { handler: Handler }; khaltiRoutes: Handler }>(
        'khalti.js',
        { ...checkout, 'khalti-kit': { ...core, ...client }, 'khalti-kit/node': asRoutes },
        text,
      )
      const { khaltiPages } = load<{ khaltiPages: Handler }>('khalti-pages.js', {
        './khalti': shop,
        'khalti-kit/node': asRoutes,
      })
      const answer = await shop.khaltiRoutes(
        new Request('http://localhost:3000/api/khalti/initiate', {
          method: 'POST',
          headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
          body: 'orderId=A-1',
        }),
      )
      expect(answer.status).toBe(303)
      return (await khaltiPages(new Request(answer.headers.get('location') ?? '', { headers }))).text()
    }
    expect(await pageAfter('')).toContain('<p>This shop takes no payments yet: write readOrder in khalti.js.</p>')
    const cheat = 'throw new CheckoutRefusal(410, \'Sold & <b>gone</b>, "Sita" \\ud800\')'
    expect(await pageAfter(cheat)).toContain('<p>Sold &amp; &lt;b>gone&lt;/b>, &quot;Sita&quot; \ufffd</p>')
    const complaints = vi.spyOn(console, 'error').mockReturnValue()
    expect(await pageAfter("throw new Error('password of the database')")).toContain('<p>Not paid. Please')
    complaints.mockRestore()
    // A link in an e-mail or on another site puts no words into the shop's mouth.
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(await pageAfter(cheat, { 'sec-fetch-site': site })).toContain('<p>Not paid. Please')
    }
    expect(await pageAfter(cheat, { 'sec-fetch-site': 'same-origin' })).toContain('<p>Sold')
  })

  it.each([
    ['writes', { amount: Number }, /`paidAt` is not in schema/],
    ['compares', { paidAt: Date }, /"amount" is not in schema/],
  ])(
    'shows an update by Mongoose that refuses a field which it %s and the schema lacks',
    async (_what, fields, fault) => {
      const root = project({ 'package.json': express({}, { mongoose: '9' }), 'app.js': 'const app = express()' })
      await written(root)
      const lines = read(root, 'khalti.js').match(/(?<=\/\/ {3}).*(const options|updateOne).*/g) ?? []
      const run = new Function(
        'Order',
        'payment',
        'accepted',
        'transaction',
        `return (async () => {\n${lines.join('\n')}\n})()`,
      )
      const Order = new Mongoose().model('Order', new Schema(fields))
      await expect(run(Order, { orderId: '64b7f0c2a1b2c3d4e5f60718', amount: 5 })).rejects.toThrow(fault)
    },
  )

  it.each<[string, Record<string, string>, string | undefined]>([
    ['drizzle-kit push', { pg: '8', 'drizzle-kit': '0' }, 'before drizzle-kit push, which drops the tables'],
    [
      "Prisma's migrations",
      { '@prisma/client': '7' },
      'before prisma migrate dev or db push, which would drop the tables',
    ],
    ['no tool, where nothing drops them', { pg: '8', 'drizzle-orm': '0' }, undefined],
    ['no tool, on MongoDB', { mongodb: '7', 'drizzle-kit': '0' }, undefined],
  ])('What drops the tables of khalti-kit is said by init: %s', async (_name, packages, step) => {
    const root = project({ 'package.json': express({}, packages), 'app.js': 'const app = express()' })
    const { stdout } = await init(root, '--yes', '--json')
    const steps: string[] = JSON.parse(stdout).next
    expect(steps.filter((it) => it.includes('drop'))).toEqual(step ? [expect.stringContaining(step)] : [])
  })

  it('writes for Express what compiles with the settings that tsc --init gave until TypeScript 6', async () => {
    const files = { 'app.ts': "import express from 'express'\nconst app = express()", 'tsconfig.json': '{}' }
    const root = project({ 'package.json': express(), ...files })
    const paths = (await written(root)).filter((path) => path.endsWith('.ts'))
    const place = (path: string) => `test/support/${path}`
    const program = createProgram(
      paths.map((path) => ({ path: place(path), text: read(root, path) })),
      { target: ts.ScriptTarget.ES2016, lib: ['lib.es2016.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'] },
    )
    const sources = program.getSourceFiles().filter(({ fileName }) => paths.some((it) => fileName.endsWith(place(it))))
    const said = sources.flatMap((source) => [...program.getSemanticDiagnostics(source)])
    expect(sources).toHaveLength(2)
    expect(said.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([])
  })

  it("writes no types into JavaScript, for Prisma's store either", async () => {
    const root = project({ 'package.json': express({}, { '@prisma/client': '6' }), 'app.js': 'const app = express()' })
    await written(root)
    expect(() => new Function('require', 'module', 'process', read(root, 'khalti.js'))).not.toThrow()
    expect(read(root, 'khalti.js')).toContain("const { PrismaClient } = require('@prisma/client')")
  })

  const ofSeven =
    'generator client {\n  provider = "prisma-client"\n  output = "../src/generated/prisma"\n}\ndatasource db {\n  provider = "mysql"\n}'

  it.each<[string, Record<string, string>, path: string, lines: string[]]>([
    [
      'as the module of an Express shop exports it',
      {
        'package.json': express({ type: 'module' }, { '@prisma/client': '7' }),
        'src/app.ts': "import express from 'express'\nimport './x.js'\nexport const app = express()",
        'src/db/client.ts': 'export const db = new PrismaClient({ adapter })',
        'prisma/schema.prisma': ofSeven,
      },
      'src/khalti.ts',
      [
        "import type { Prisma } from './generated/prisma/client.js'",
        "import { db as prisma } from './db/client.js'",
        "  dialect: 'mysql',",
      ],
    ],
    [
      'with a schema in several files',
      {
        'package.json': express({}, { '@prisma/client': '7' }),
        'app.js': "const express = require('express')\nconst app = express()",
        'prisma/schema/models.prisma': 'model Order {\n  id String @id\n}',
        'prisma/schema/made.prisma': 'generator client {\n  provider = "prisma-client"\n  output = "../../made"\n}',
        'prisma/schema/where.prisma': 'datasource db {\n  provider = "sqlite"\n}',
      },
      'khalti.js',
      [
        "const { PrismaClient } = require('./made/client')",
        "  dialect: 'sqlite',",
        'const prisma = new PrismaClient() // give it the adapter of your database; better: the client that your shop has',
      ],
    ],
    [
      "in Next's lib",
      {
        'app/page.tsx': 'x',
        'package.json': '{"dependencies":{"next":"16","@prisma/client":"6"}}',
        'tsconfig.json': '{}',
        'lib/prisma.ts': 'const prisma = globalForPrisma.prisma ?? new PrismaClient()\nexport default prisma',
      },
      'lib/khalti.ts',
      ["import type { Prisma } from '@prisma/client'", "import prisma from './prisma'"],
    ],
    [
      'in CommonJS',
      {
        'package.json': express({}, { '@prisma/client': '6' }),
        'app.js': 'const app = express()',
        'config/db.js': 'const db = new PrismaClient()\nmodule.exports = { db }',
        'db/index.js': 'const prisma = new PrismaClient()\nmodule.exports = helpers',
      },
      'khalti.js',
      ["const { db: prisma } = require('./config/db')"],
    ],
    [
      'where there is none yet, from where Prisma 7 makes it',
      {
        'package.json': express({}, { '@prisma/client': '7' }),
        'src/app.ts': "import express from 'express'\nexport const app = express()",
        'prisma/schema.prisma': ofSeven,
      },
      'src/khalti.ts',
      [
        "import { PrismaClient } from './generated/prisma/client'",
        'const prisma = new PrismaClient() // give it the adapter of your database; better: the client that your shop has',
      ],
    ],
  ])("takes Prisma's client %s", async (_where, files, path, lines) => {
    const root = project(files)
    await written(root)
    const text = read(root, path).split('\n')
    expect(text).toEqual(expect.arrayContaining(lines))
    expect(text.filter((line) => line.includes('new PrismaClient('))).toHaveLength(
      lines.at(-1)?.includes('new ') ? 1 : 0,
    )
  })

  it('finds the port of the server and the front end beside it', async () => {
    const root = project({
      'client/package.json': '{"devDependencies":{"vite":"7"}}',
      'package.json': express({}, { dotenv: '16' }),
      'index.js': 'const app = express()\napp.listen(process.env.PORT || 4000)',
    })
    expect(await written(root)).toEqual(['khalti.js', '.env.example'])
    expect(read(root, '.env.example')).toMatch(
      /SITE_URL=http:\/\/localhost:4000\n[\s\S]*FRONTEND_URL=http:\/\/localhost:5173\n/,
    )
    expect(read(root, 'khalti.js').split('\n')[0]).toBe("require('dotenv/config')")
  })

  it.each([
    ['app.listen(Number(process.env.PORT) || 5000)'],
    ['app.listen({ port: 5000 })'],
    ['const PORT = 5_000\napp.listen(PORT)'],
    ['app.listen(process.env.PORT ?? "5000")'],
  ])('finds the port in %s', async (line) => {
    const root = project({ 'package.json': express(), 'index.js': `const app = express()\n${line}` })
    await written(root)
    expect(read(root, '.env.example')).toContain('SITE_URL=http://localhost:5000\n')
  })

  it.each<[place: string, files: Record<string, string>]>([
    [
      'a server.js beside app.js',
      {
        'app.js': 'const app = express()\nconst mail = { port: 587 }\nmodule.exports = app',
        'server.js': "const app = require('./app')\napp.listen(process.env.PORT || 5000)",
      },
    ],
    [
      'the bin/www of express-generator',
      {
        'app.js': 'var app = express()\nmodule.exports = app',
        'bin/www': "var port = normalizePort(process.env.PORT || '5000')\nserver.listen(port)",
      },
    ],
    [
      'the file that a script starts',
      {
        'package.json': express({ scripts: { mail: 'node mail.js', dev: 'node src/start.mjs' } }),
        'mail.js': 'send({ port: 587 })',
        'src/app.mjs': 'export const app = express()',
        'src/start.mjs': 'app.listen(5000)',
      },
    ],
    [
      'the file that makes the app, where a script starts another server',
      {
        'package.json': express({ scripts: { mock: 'node mock.js' } }),
        'mock.js': 'server.listen(9000)',
        'app.js': 'const app = express()\napp.listen(5000)',
      },
    ],
    [
      '.env, where the port comes from a module of settings',
      {
        'app.js': "const app = express()\napp.listen(require('./settings').port)",
        '.env': 'PORT=5000',
      },
    ],
  ])('finds the port in %s', async (_place, files) => {
    const root = project({ 'package.json': express(), ...files })
    await written(root)
    expect(read(root, '.env.example')).toContain('SITE_URL=http://localhost:5000\n')
  })

  const shopWith = (client: Record<string, string>, port = 4000) =>
    project({
      'package.json': express(),
      'index.js': `const app = express()\napp.listen(${port})`,
      ...Object.fromEntries(Object.entries(client).map(([path, text]) => [`client/${path}`, text])),
    })
  const manifest = (name: string, scripts: Record<string, string> = {}) =>
    JSON.stringify({ scripts, dependencies: { [name]: '1' } })

  it.each<[where: string, client: Record<string, string>, port: number]>([
    ['--port of a script', { 'package.json': manifest('vite', { dev: 'vite --port 5199' }) }, 5199],
    ['--port= of a script', { 'package.json': manifest('@angular/core', { start: 'ng serve --port=4300' }) }, 4300],
    ['-p of a script', { 'package.json': manifest('next', { dev: 'next dev -p 4001' }) }, 4001],
    [
      'PORT of a script',
      { 'package.json': manifest('react-scripts', { start: 'cross-env PORT=3005 react-scripts start' }) },
      3005,
    ],
    ['PORT of its .env', { 'package.json': manifest('react-scripts'), '.env': 'PORT=3006\n' }, 3006],
    [
      'vite.config.js',
      {
        'package.json': manifest('vite', { dev: 'vite', preview: 'vite preview --port 4173' }),
        'vite.config.js': "export default { preview: { port: 4173 }, server: { proxy: { '/api': {} }, port: 5199 } }",
      },
      5199,
    ],
    [
      'vite.config.ts, but for its comments',
      {
        'package.json': manifest('vite'),
        'vite.config.ts': 'export default {\n  server: {\n    // port: 1,\n    port: 5200,\n  },\n}',
      },
      5200,
    ],
    [
      'the habit of its tool where nothing says it',
      { 'package.json': manifest('vite'), 'vite.config.ts': 'export default {}' },
      5173,
    ],
  ])('takes the port of the front end from %s', async (_where, client, port) => {
    const root = shopWith(client)
    await written(root)
    expect(parseEnv(read(root, '.env.example')).FRONTEND_URL).toBe(`http://localhost:${port}`)
  })

  it.each([
    [
      'a 404 handler',
      'app.use(express.json())\n// app.use((req, res) => res.status(404))\napp.use((_req, res) => {\n  res.status(404).end()\n})',
      5,
    ],
    ['a handler by name', 'app.use(routes)\n/*\n*/\napp.use(notFound)', 6],
    [
      'one between a path with a star and a block comment',
      "app.use('/img/*', images)\napp.use(notFound)\n/* The end. */\napp.listen(3000)",
      4,
    ],
    [
      'one after texts that look like comments, in all quotes',
      'app.use("/a/*", a)\napp.use(`/b/*\n  \\` // `, \'/*\')\n/* app.use(notFound)\n*/\napp.use(notFound) // */',
      8,
    ],
    ['a path that takes all', "app.get('/x', show)\napp.all('/{*all}', (req, res) => res.sendFile(page))", 4],
    ['a path of Express 4 that takes all', "app.get('*', (req, res) => res.sendFile(page))", 3],
  ])('says above which line of an Express app its lines belong, where that has %s', async (_what, lines, line) => {
    const root = project({
      'package.json': express(),
      'app.js': `const express = require('express')\nconst app = express()\n${lines}`,
    })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toContain(`add to app.js, above line ${line}, which answers everything:`)
  })

  it('says above what its lines belong where it finds no line of an Express app that answers everything', async () => {
    const root = project({
      'package.json': express(),
      'app.js': 'const app = express()\napp.get("/x", (req, res) => res.status(404).end())',
    })
    expect((await init(root, '--yes')).stdout).toContain('add to app.js, above its 404 and error handlers: const')
  })

  it('says to add its lines above cors(), whose answers to preflights would come first', async () => {
    const root = project({ 'package.json': express(), 'app.js': 'const app = express()\napp.use(cors())' })
    expect((await init(root, '--yes')).stdout).toContain('add to app.js, above cors() and its 404 and error handlers:')
  })

  const stepsWith = async (line: string, files: Record<string, string> = {}): Promise<string[]> => {
    const root = project({ 'package.json': express(), 'app.js': `const app = express()\n${line}`, ...files })
    return JSON.parse((await init(root, '--yes', '--json')).stdout).next
  }
  const helmetStep = 'let the form through helmet, as the comment in khalti-pages says: else the button does nothing'

  it('says that the form must be let through helmet, whose policy would stop it', async () => {
    expect(await stepsWith('app.use(helmet())')).toContain(helmetStep)
  })

  it.each<[where: string, line: string, files?: Record<string, string>]>([
    ['it sets no policy', 'app.use(helmet({ contentSecurityPolicy: false }))'],
    ['it is not there', 'app.use(compression())'],
    ['the front end has the form', 'app.use(helmet())', { 'client/package.json': '{"dependencies":{"vite":"7"}}' }],
  ])('says nothing of helmet where %s', async (_where, line, files) => {
    expect(await stepsWith(line, files)).not.toContain(helmetStep)
  })

  it('says which path the return page of the front end has, as landing does', async () => {
    const root = shopWith({ 'package.json': manifest('vite') })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toContain('and the return page at /khalti/return, which landing names')
    expect(read(root, 'khalti.js')).toContain('/khalti/return?pidx=')
  })

  it('says in the pages of Express how helmet lets a form through, to the simulator too', async () => {
    const root = project({ 'package.json': express(), 'app.js': 'const app = express()' })
    await written(root)
    const pages = read(root, 'khalti-pages.js')
    expect(pages).toContain(`formAction: ["'self'", process.env.KHALTI_BASE_URL || 'https://*.khalti.com']`)
    expect(pages).toContain("referrerPolicy: { policy: 'strict-origin-when-cross-origin' }")
  })

  it('gives the front end the next port where the server has the same, and says so', async () => {
    const root = shopWith({ 'package.json': manifest('react-scripts', { start: 'react-scripts start' }) }, 3000)
    const { stdout } = await init(root, '--yes')
    const variables = parseEnv(read(root, '.env.example'))
    expect([variables.SITE_URL, variables.FRONTEND_URL]).toEqual(['http://localhost:3000', 'http://localhost:3001'])
    expect(stdout).toContain('start the front end on port 3001, as FRONTEND_URL says: the server has 3000, too')
  })

  it.each([
    ["const shop = require('express')()", 'shop'],
    ['export const shop: Express = express()', 'shop'],
    ['// const old = express()\nlet shop\nshop = express()', 'shop'],
    ['class Server {\n  constructor() {\n    this.app = express()', 'this.app'],
    ['start(express())', 'app'],
  ])('says which lines to add by the name that the app has in: %s', async (line, name) => {
    const root = project({ 'package.json': express(), 'server.js': `const express = require('express')\n${line}` })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toContain(`; ${name}.use('/api/khalti', khaltiRoutes);`)
    expect(stdout).toContain(`; ${name}.use('/khalti', khaltiPages)`)
  })

  it('takes the driver of MongoDB where Prisma is on MongoDB and the driver is there', async () => {
    const root = project({
      'package.json': express({}, { '@prisma/client': '6', mongodb: '7' }),
      'app.js': 'const app = express()',
      'prisma/schema.prisma': 'datasource db {\n  provider = "mongodb"\n}',
    })
    await written(root)
    expect(read(root, 'khalti.js')).toContain('mongoPayments(mongo.db())')
  })

  it.each<[string, Record<string, string>, string]>([
    ['pages in TypeScript', { 'app/layout.tsx': 'x', 'app/old.js': 'x' }, 'lib/khalti.ts'],
    ['routes in TypeScript deeper down', { 'src/app/layout.js': 'x', 'src/app/a/route.ts': 'x' }, 'src/lib/khalti.ts'],
    ['typescript in its package.json', { 'app/readme.md': 'x', 'package.json': withTypescript }, 'lib/khalti.ts'],
    ['typescript for its tools alone', { 'app/layout.jsx': 'x', 'package.json': withTypescript }, 'lib/khalti.js'],
    ['types of its tools alone', { 'pages/index.js': 'x', 'pages/css.d.ts': 'x' }, 'lib/khalti.js'],
  ])('knows the language of a Next.js project without tsconfig.json by %s', async (_by, files, checkout) => {
    expect((await written(project(files)))[0]).toBe(checkout)
  })

  it.each([
    ['process.env.PORT ?? 4000', 'PORT=5050', '5050'],
    ['process.env.PORT', "PORT='5050'", '5050'],
    ['process.env.PORT ?? 4000', 'PORT=', '4000'],
    ["Number(process.env['PORT'] || 4000)", 'PORT=5050', '5050'],
    ['4000', 'PORT=5050', '4000'],
    ['PORT = 4000', 'PORT=5050', '4000'],
  ])('finds the port of a server that listens at %s where .env says %s', async (port, env, expected) => {
    const server = `const app = express()\napp.listen(${port})`
    const root = project({ 'package.json': express(), 'server.js': server, '.env': env })
    await written(root)
    expect(parseEnv(read(root, '.env.example')).SITE_URL).toBe(`http://localhost:${expected}`)
  })

  it('puts the simulator into .env.example', async () => {
    const root = project({ 'app/layout.js': 'x' })
    await written(root)
    expect(parseEnv(read(root, '.env.example'))).toMatchObject({
      KHALTI_BASE_URL: 'http://127.0.0.1:8787',
      KHALTI_ENVIRONMENT: 'sandbox',
    })
  })

  it.each([
    ['app/[locale]/layout.tsx', 'app/[locale]/khalti/return/page.tsx'],
    ['src/app/(shop)/[lang]/layout.tsx', 'src/app/(shop)/[lang]/khalti/return/page.tsx'],
    ['app/layout.tsx', 'app/khalti/return/page.tsx'],
  ])('puts the pages below the root layout %s', async (layout, page) => {
    const root = project({ [layout]: 'x', 'tsconfig.json': '{}' })
    const files = await written(root)
    expect(files.slice(2, 4)).toEqual([page.replace('/return/', '/pay/'), page])
    expect(files[1]).toMatch(/^(src\/)?app\/api\/khalti\/\[\.\.\.khalti\]\/route\.ts$/)
  })

  it.each([
    ['below a basePath, relative to siteUrl', "module.exports = { basePath: '/shop' }", 'such as en/khalti/return.'],
    ['without a basePath, as a path', 'module.exports = {}', 'such as /en/khalti/return.'],
  ])('shows how to write the locale into landing as landing itself is read: %s', async (_where, config, example) => {
    const root = project({ 'app/[locale]/layout.js': 'x', 'next.config.js': config })
    await written(root)
    expect(read(root, 'lib/khalti.js')).toContain(example)
  })

  it.each<[string, Record<string, string>, string[]]>([
    [
      'the App Router',
      { 'app/layout.page.tsx': 'x', 'tsconfig.json': '{}' },
      ['app/api/khalti/[...khalti]/route.page.ts', 'app/khalti/pay/page.page.tsx', 'app/khalti/return/page.page.tsx'],
    ],
    [
      'the Pages Router',
      { 'pages/index.page.tsx': 'x', 'tsconfig.json': '{}' },
      ['pages/api/khalti/[...khalti].page.ts', 'pages/khalti/pay.page.tsx', 'pages/khalti/return.page.tsx'],
    ],
  ])('writes files that pageExtensions lets %s see', async (_router, files, expected) => {
    const config = "export default { /* pageExtensions: ['x'] */ pageExtensions: ['page.tsx', 'page.ts', 'mdx'] }"
    const root = project({ 'next.config.mjs': config, ...files })
    expect((await written(root)).slice(1, 4)).toEqual(expected)
  })

  it('reads the basePath of a next.config that has stars in a text and a block comment behind it', async () => {
    const config = `module.exports = {
  images: { remotePatterns: [{ hostname: 'img.example', pathname: '/**' }] },
  // basePath: '/old',
  basePath: '/shop', /* as nginx has it */
}`
    const root = project({ 'next.config.js': config, 'app/layout.js': 'x' })
    await written(root)
    expect(read(root, 'lib/khalti.js')).toContain("'http://localhost:3000/shop'")
  })

  it.each([
    ['a constant above the config', "const basePath = '/shop'\nmodule.exports = { basePath }"],
    ['a name in quotes', 'module.exports = { "basePath": "/shop" }'],
    ['an assignment', "const config = {}\nconfig.basePath = '/shop'\nmodule.exports = config"],
  ])('reads the basePath of a next.config that has it as %s', async (_how, config) => {
    const root = project({ 'next.config.js': config, 'app/layout.js': 'x' })
    await written(root)
    expect(parseEnv(read(root, '.env.example')).SITE_URL).toBe('http://localhost:3000/shop')
  })

  it('puts the basePath of next.config into the addresses', async () => {
    const root = project({ 'next.config.js': "module.exports = { basePath: '/shop' }", 'app/layout.js': 'x' })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toContain('a cron that calls /shop/api/khalti/reconcile every minute or so')
    expect(read(root, '.env.example')).toContain('for whoever calls /shop/api/khalti/reconcile every')
    expect(read(root, 'lib/khalti.js')).toContain("'http://localhost:3000/shop'")
    expect(read(root, 'lib/khalti.js')).toContain('`khalti/return?pidx=')
    for (const page of ['pay', 'return']) {
      expect(read(root, `app/khalti/${page}/page.js`)).toContain('endpoint="/shop/api/khalti"')
    }
  })

  it.each([
    ['App Router', 'app/layout', 'app/khalti/return/page', 'js'],
    ['Pages Router', 'pages/index', 'pages/khalti/return', 'jsx'],
  ])(
    'keeps every link of the return page of the %s below the basePath of next.config',
    async (_router, own, page, ending) => {
      const next = { 'next.config.js': "module.exports = { basePath: '/shop' }" }
      const root = project({ ...next, [`${own}.${ending}`]: 'x' })
      await written(root)
      const { slots, links = {} } = statusPropsOf(read(root, `${page}.${ending}`))
      // Where a link is `/`, the words are "Back to the shop".
      expect(new Set(Object.values(links))).toEqual(new Set(['/']))
      const markupOf = (href: string) =>
        renderToStaticMarkup(createElement(slots?.link ?? 'a', { href, className: 'x' }, 'Back to the shop'))
      expect(markupOf('/')).toBe('<a class="x" href="/shop">Back to the shop</a>')
      expect(markupOf('/orders/A-1')).toBe('<a class="x" href="/shop/orders/A-1">Back to the shop</a>')
    },
  )

  it.each([
    ['UTF-8 with a byte order mark', Buffer.from('\ufeff{"dependencies":{"next":"16"}}')],
    ['UTF-16', Buffer.from('\ufeff{"dependencies":{"next":"16"}}', 'utf16le')],
  ])('reads a package.json in %s', async (_encoding, bytes) => {
    expect(await written(project({ 'app/layout.js': 'x', 'package.json': bytes }))).toContain('lib/khalti.js')
  })

  it('knows what an .env.example in UTF-16 has', async () => {
    const bytes = Buffer.from('\ufeffKHALTI_SECRET_KEY=\r\nSITE_URL=x\r\n', 'utf16le')
    const { stdout } = await init(project({ 'app/layout.js': 'x', '.env.example': bytes }), '--yes')
    expect(stdout).toContain('CRON_SECRET=')
    expect(stdout).not.toMatch(/KHALTI_SECRET_KEY=|SITE_URL=/)
  })

  it.each([
    ['pnpm-lock.yaml', 'pnpm add khalti-kit'],
    ['yarn.lock', 'yarn add khalti-kit'],
    ['package-lock.json', 'npm install khalti-kit'],
  ])('installs by the %s at the root of the workspace', async (lock, command) => {
    const root = project({
      [lock]: 'x',
      'apps/shop/app/layout.js': 'x',
      'apps/shop/package.json': '{"dependencies":{"next":"16"}}',
    })
    const { stdout } = await init(join(root, 'apps/shop'), '--yes')
    expect(stdout).toContain(`1. ${command}\n`)
  })

  it.each([
    ['Windows', 'C:\\work\\apps\\shop', 'C:\\work', win32, '../..'],
    ['Linux', '/work/apps/shop', '/work', posix, '../..'],
    ['Windows, in the project itself', 'C:\\work', 'C:\\work', win32, '.'],
  ])('writes the way to the package.json of the workspace with slashes on %s', (_where, root, folder, path, way) => {
    expect(wayUp(root, folder, path)).toBe(way)
  })

  it('writes into an Nx app that has no package.json of its own', async () => {
    const root = project({
      'apps/shop/app/layout.tsx': 'x',
      'apps/shop/tsconfig.json': '{}',
      'apps/shop/project.json': '{}',
    })
    expect(await written(join(root, 'apps/shop'))).toContain('lib/khalti.ts')
    const { stdout } = await init(join(root, 'apps/shop'), '--yes', '--json')
    expect(JSON.parse(stdout).next[0]).toBe('npm install khalti-kit (in ../..)')
  })

  it('names the package.json that it reads where that is the one of a folder above', async () => {
    const root = project({ 'package.json': express(), 'apps/api/src/main.js': 'const app = express()', 'app.js': 'x' })
    const { stdout } = await init(join(root, 'apps/api'), '--dry-run')
    expect(stdout.split('\n')[0]).toMatch(/apps.api, by the package\.json of \.\.[/\\]\.\.$/)
    expect((await init(root, '--dry-run')).stdout).not.toContain('by the package.json')
  })

  it('does not take an empty folder below a project for that project', async () => {
    const root = project({ 'package.json': express(), 'app.js': 'const app = express()', 'new/shop/.git-keep': 'x' })
    const { code, stderr } = await init(join(root, 'new/shop'), '--yes')
    expect(code).toBe(1)
    expect(stderr).toContain(`${join(root, 'new/shop')} is empty; the package.json above it is that of ${root}.`)
    expect(existsSync(join(root, 'new/shop/.env.example'))).toBe(false)
    expect((await init(root, '--dry-run')).code).toBe(0)
  })

  it('overwrites nothing, and writes nothing in a second run', async () => {
    const root = project({ 'app/page.tsx': 'x', 'tsconfig.json': '{}', 'app/khalti/return/page.tsx': 'mine' })
    expect(await written(root)).not.toContain('app/khalti/return/page.tsx')
    expect(readFileSync(join(root, 'app/khalti/return/page.tsx'), 'utf8')).toBe('mine')
    writeFileSync(join(root, 'lib/khalti.ts'), 'export const checkout = mine')
    expect(await init(root, '--yes')).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing to write') })
    expect(readFileSync(join(root, 'lib/khalti.ts'), 'utf8')).toBe('export const checkout = mine')
  })

  it('takes another name for the checkout where a module called khalti is something else', async () => {
    const root = project({ 'app/page.js': 'x', 'lib/khalti.js': 'export const khaltiConfig = {}' })
    expect(await written(root)).toContain('lib/khalti-checkout.js')
  })

  it('names the variables that an .env.example lacks, and leaves it alone', async () => {
    const root = project({ 'app/page.js': 'x', '.env.example': 'KHALTI_SECRET_KEY=\nDATABASE_URL=\n' })
    const { stdout } = await init(root, '--yes')
    expect(stdout).toMatch(
      /Add to \.env\.example yourself:\n[\s\S]*SITE_URL=http:\/\/localhost:3000\n[\s\S]*CRON_SECRET=/,
    )
    expect(stdout).not.toContain('KHALTI_SECRET_KEY=')
    expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe('KHALTI_SECRET_KEY=\nDATABASE_URL=\n')
  })

  it('shows what it would write and writes nothing with --dry-run, and where nobody can answer', async () => {
    const root = project({ 'app/page.js': 'x' })
    expect(await init(root, '--dry-run')).toMatchObject({ code: 0, stdout: expect.stringContaining('lib/khalti.js') })
    expect(await init(root)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
    expect(existsSync(join(root, 'lib'))).toBe(false)
  })

  it('An Nx app with Express gets its checkout where the workspace names next as well', async () => {
    const root = project({
      'package.json': '{"dependencies":{"next":"16","express":"5"}}',
      'apps/api/src/main.ts': "import express from 'express'\nconst app = express()",
      'apps/api/tsconfig.json': '{}',
      'apps/shop/next.config.js': 'module.exports = {}',
      'apps/shop/src/app/layout.tsx': 'x',
    })
    expect(await written(join(root, 'apps/api'))).toContain('src/khalti.ts')
    expect(await written(join(root, 'apps/shop'))).toContain('src/lib/khalti.ts')
  })

  it('A narrow terminal shows the plan and the steps broken between words', async () => {
    const root = project({ 'package.json': express(), 'src/server.js': 'const app = express()' })
    const place = { columns: 40 }
    const plan = await inTerminal(['init', '--dir', root, '--dry-run'], place)
    const done = await inTerminal(['init', '--dir', root, '--yes'], place)
    for (const line of [...plan.stdout.split('\n'), ...done.stdout.split('\n')]) {
      // A word that has no room has a line of its own.
      if (line.length > 40) expect(line.trim().replace(/^(\d\.|write|keep) +/, '')).not.toContain(' ')
    }
    expect(plan.stdout).toContain('  write  src/khalti-pages.js\n         pages to begin with: the\n')
    expect(done.stdout).toContain('\n     ')
  })

  it('The page that init writes does not let a customer whose payment is held, or not known, pay again', async () => {
    const root = project({ 'package.json': express(), 'server.js': 'const app = express()' })
    await written(root)
    const handler = async ({ url }: Request) => {
      const { pathname, searchParams } = new URL(url)
      expect(pathname).toBe('/api/khalti/status')
      const [outcome = '', status] = searchParams.get('pidx')?.split(' ') ?? []
      return status ? Response.json({ error: outcome }, { status: Number(status) }) : Response.json({ outcome })
    }
    const checkout = { handler }
    const module = { exports: {} as { khaltiPages: (request: Request) => Promise<Response> } }
    const required = (name: string) =>
      name === './khalti' ? { checkout } : { toNodeListener: (handler: unknown) => handler }
    new Function('require', 'module', read(root, 'khalti-pages.js'))(required, module)
    const page = async (pidx: string) =>
      (await module.exports.khaltiPages(new Request(`https://shop.example/khalti/return?pidx=${pidx}`))).text()
    expect(await page('hold')).toContain('Please do not pay again.')
    expect(await page('refunded')).toContain('or a part of it, went back')
    expect(await page('unpaid')).toContain('Not paid.')
    expect(await page('unknown 404')).toContain('Your orders show what is paid.')
    expect(await page('gateway 502')).toContain('This page looks again.')
  })

  it.each<[string, Record<string, string>, string[], number, RegExp]>([
    ['no Next.js project', { 'package.json': '{}' }, [], 1, /does not name next or express/],
    [
      'a Nest app, also one that names express',
      { 'package.json': '{ "dependencies": { "@nestjs/core": "12.0.0", "express": "5.0.0" } }', 'src/main.ts': 'x' },
      [],
      1,
      /a Nest app.*docs\/adapters\.md.*--express/,
    ],
    ['a project without a router', { 'lib/x.js': 'x' }, [], 1, /neither app, src\/app/],
    ['a router that is not there', { 'app/page.js': 'x' }, ['--pages'], 1, /neither pages nor src\/pages/],
    ['both routers at once', { 'app/page.js': 'x' }, ['--app', '--pages'], 2, /exclude each other/],
    ['a package.json without an object', { 'package.json': 'null', 'app/page.js': 'x' }, [], 1, /it holds no object/],
    ['a package.json that is none', { 'package.json': '{', 'app/page.js': 'x' }, [], 1, /cannot be read/],
    [
      'a site that is exported as files',
      { 'app/layout.js': 'x', 'next.config.js': "module.exports = { output: 'export' }" },
      [],
      1,
      /output: 'export'.*a server that keeps Khalti's key/,
    ],
    [
      'a site that is exported as files, by a name in quotes',
      { 'app/layout.js': 'x', 'next.config.js': 'module.exports = { "output": "export" }' },
      [],
      1,
      /output: 'export'/,
    ],
    [
      'a site that is exported as files, by an assignment',
      { 'app/layout.js': 'x', 'next.config.mjs': "const config = {}\nconfig.output = 'export'\nexport default config" },
      [],
      1,
      /output: 'export'/,
    ],
    [
      'pageExtensions that leave no file',
      { 'app/layout.js': 'x', 'next.config.js': "module.exports = { pageExtensions: ['mdx'] }" },
      [],
      1,
      /none of them is a JavaScript file/,
    ],
    ['Express that is not there', { 'app/layout.js': 'x' }, ['--express'], 1, /does not name express/],
    ['another dynamic route in its way', { 'app/api/khalti/[id]/route.js': 'x' }, [], 1, /is in the way/],
  ])('refuses %s, and writes nothing', async (_title, files, args, code, message) => {
    const root = project(files)
    expect(await init(root, '--yes', ...args)).toMatchObject({ code, stderr: expect.stringMatching(message) })
    expect(existsSync(join(root, '.env.example'))).toBe(false)
  })
})
