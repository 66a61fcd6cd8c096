import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { buildApp, startApp } from '../../examples/next-shop/scripts/next.ts'
import { type RunningServer, serve } from '../../src/node/serve.ts'
import { createSimulator, type Simulator } from '../../src/testing.ts'
import { inTerminal } from '../support/cli.ts'
import { startServer } from '../support/server-example.ts'

let simulator: Simulator | undefined
let gateway: RunningServer
const folders: string[] = []

beforeAll(async () => {
  gateway = await serve(async (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }))
  simulator = createSimulator({ origin: gateway.url })
})
afterAll(async () => {
  await gateway.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

interface Layout {
  files: Record<string, string>
  /** The project's folder; default the root of the files. */
  folder?: string
  /** What stands between the shop's address and the pages that init writes. */
  place?: string
}

/** Lays a project out, runs init in it, and gives back its folder and what init says comes next. */
async function initIn({ files, folder = '.' }: Layout) {
  mkdirSync('.tmp', { recursive: true })
  const root = mkdtempSync(resolve('.tmp/init-'))
  folders.push(root)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  await installKit(root)
  const project = join(root, folder)
  const { code, stdout } = await inTerminal(['init', '--yes', '--json', '--dir', project])
  expect(code).toBe(0)
  const { files: written, next } = JSON.parse(stdout) as { files: { path: string }[]; next: string[] }
  const checkout = join(project, written[0]?.path ?? '')
  return { project, checkout, next: next.join('\n') }
}

/** What a developer does next: the price of an order, and what is done once it is paid. */
function fillIn(checkout: string, place = '') {
  const text = readFileSync(checkout, 'utf8')
    .replace('{ KhaltiClient }', '{ KhaltiClient, rupees }')
    .replace(
      /async readOrder\(\) \{[^}]*\}/,
      "readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Topi', amount: rupees(850) })",
    )
    .replace(/async fulfil\(payment\) \{[\s\S]*?\n {2}\},/, 'fulfil: ({ orderId }) => console.log(orderId),')
    .replaceAll('khalti/return', `${place}khalti/return`)
  writeFileSync(checkout, text)
}

/** Pays by the page with the button, as a browser without JavaScript does. Gives back the pidx and where that ends. */
async function pay(page: string) {
  const html = await (await fetch(page)).text()
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
  const orderId = /name="orderId" value="([^"]+)"/.exec(html)?.[1] ?? ''
  const body = new URLSearchParams({ orderId, name: 'Sita Rai' })
  const init: RequestInit = { method: 'POST', body, headers: { accept: 'text/html' }, redirect: 'manual' }
  const started = await fetch(new URL(action, page), init)
  const pidx = new URL(started.headers.get('location') ?? '').searchParams.get('pidx') ?? ''
  const back = await fetch(simulator?.pay(pidx) ?? '', { redirect: 'manual' })
  expect([orderId, started.status, back.status]).toEqual(['A-1', 303, 303])
  return { pidx, landed: new URL(back.headers.get('location') ?? '', page).href }
}

describe('what init writes for Express', () => {
  const listening = 'app.listen(process.env.PORT || 4000)\n'
  const layouts: [name: string, app: string, command: string[], Layout][] = [
    [
      'CommonJS',
      'server.js',
      [],
      {
        files: {
          'package.json': '{ "dependencies": { "express": "5" } }',
          'server.js': `const express = require('express')\nconst app = express()\n// routes\n${listening}`,
        },
      },
    ],
    [
      'ES modules, below src',
      'src/main-app.js',
      [],
      {
        files: {
          'package.json':
            '{ "type": "module", "scripts": { "start": "node src/main-app.js" }, "dependencies": { "express": "5" } }',
          'src/main-app.js': `import express from 'express'\nconst app = express()\n// routes\n${listening}`,
        },
      },
    ],
    [
      'TypeScript, in an Nx app without a package.json of its own',
      'src/main.ts',
      ['--import', 'tsx'],
      {
        folder: 'apps/api',
        files: {
          'package.json': '{ "dependencies": { "express": "5" } }',
          'apps/api/project.json': '{}',
          'apps/api/tsconfig.json': '{}',
          'apps/api/src/main.ts': `import express from 'express'\nconst app = express()\n// routes\n${listening}`,
        },
      },
    ],
  ]

  it.each(layouts)('A customer pays by what init writes for Express in %s', async (_name, app, options, layout) => {
    const { project, checkout, next } = await initIn(layout)
    fillIn(checkout)
    const [, lines = ''] = /^add to [^:]+: (.*)$/m.exec(next) ?? []
    const file = join(project, app)
    writeFileSync(file, readFileSync(file, 'utf8').replace('// routes', lines))
    writeFileSync(join(project, '.env'), 'CRON_SECRET=only-the-file-has-it\n')
    const server = await startServer(project, [process.execPath, ...options, app], gateway.url)
    try {
      const headers = { authorization: 'Bearer only-the-file-has-it' }
      expect(await fetch(`${server.url}/api/khalti/reconcile`, { headers })).toHaveProperty('status', 200)
      const { pidx, landed } = await pay(`${server.url}/khalti/pay?order=A-1`)
      expect(landed).toBe(`${server.url}/khalti/return?pidx=${pidx}`)
      expect(await (await fetch(landed)).text()).toContain('Paid. Thank you!')
      expect(await (await fetch(`${server.url}/khalti/return?pidx=x`)).text()).toContain(
        'Your orders show what is paid.',
      )
      expect(await (await fetch(`${server.url}/khalti/pay?order="><b>`)).text()).toContain('value="&quot;>&lt;b>"')
    } finally {
      await server.close()
    }
  })
})

describe.runIf(process.env.CI === 'true')('what init writes for Next.js (real builds, in CI only)', () => {
  const settings = (rest: string) =>
    `export default { turbopack: { root: ${JSON.stringify(process.cwd())} }, ${rest} }\n`
  const layout = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n'
  const typed = layout.replace('{ children }', '{ children }: { children: React.ReactNode }')
  const layouts: [name: string, Layout][] = [
    [
      'the Pages Router, in JavaScript',
      {
        files: {
          'package.json': '{ "dependencies": { "next": "16" } }',
          'next.config.mjs': settings(''),
          'pages/index.jsx': 'export default () => <p>Home</p>\n',
        },
      },
    ],
    [
      'the App Router, with the settings that create-next-app writes',
      {
        files: {
          'package.json': '{ "dependencies": { "next": "16" } }',
          'next.config.mjs': settings('cacheComponents: true, partialPrefetching: true'),
          'app/layout.jsx': layout,
          'app/page.jsx': 'export default () => <p>Home</p>\n',
        },
      },
    ],
    [
      'the App Router below [locale], in TypeScript, with basePath and pageExtensions',
      {
        place: '/en',
        files: {
          'package.json': '{ "dependencies": { "next": "16" } }',
          'next.config.mjs': settings("basePath: '/shop', pageExtensions: ['page.tsx', 'page.ts']"),
          'tsconfig.json': readFileSync('test/adapters/next-fixture/tsconfig.json', 'utf8'),
          'app/[locale]/layout.page.tsx': typed,
          'app/[locale]/page.page.tsx': 'export default () => <p>Home</p>\n',
        },
      },
    ],
  ]

  it.each(layouts)('A customer pays by what init writes for %s', { timeout: 600_000 }, async (_name, one) => {
    const { project, checkout, next } = await initIn(one)
    const { place = '' } = one
    fillIn(checkout, place === '' ? '' : `${place.slice(1)}/`)
    await buildApp(project)
    const reserved = await serve(async () => new Response())
    const { port } = reserved
    await reserved.close()
    const prefix = readFileSync(join(project, 'next.config.mjs'), 'utf8').includes('basePath') ? '/shop' : ''
    const env = { KHALTI_SECRET_KEY: 'anything', KHALTI_ENVIRONMENT: 'sandbox', KHALTI_BASE_URL: gateway.url }
    const shop = await startApp(project, port, { ...env, SITE_URL: `http://127.0.0.1:${port}${prefix}` })
    try {
      expect(next).toContain(`http://localhost:3000${prefix}${place && '/<locale>'}/khalti/pay?order=A-1`)
      const { pidx, landed } = await pay(`${shop.url}${prefix}${place}/khalti/pay?order=A-1`)
      expect(landed).toBe(`${shop.url}${prefix}${place}/khalti/return?pidx=${pidx}`)
      expect((await fetch(landed)).status).toBe(200)
      const status = await fetch(`${shop.url}${prefix}/api/khalti/status?pidx=${pidx}`)
      expect(await status.json()).toMatchObject({ outcome: 'paid', orderId: 'A-1' })
    } finally {
      await shop.close()
    }
  })
})
