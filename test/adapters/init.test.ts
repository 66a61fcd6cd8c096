import { execFile, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'
import { khaltiKit } from '../support/cli.ts'

const run = promisify(execFile)
const next = resolve('node_modules/next/dist/bin/next')
const environment = { PATH: process.env.PATH, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' } as const

const layout = 'export default ({ children }) => <html lang="en"><body>{children}</body></html>\n'
const home = 'export default () => <p>Home</p>\n'
const projects: Record<string, Record<string, string>> = {
  'the App Router': { 'app/layout.jsx': layout, 'app/page.jsx': home },
  'the Pages Router': { 'pages/index.jsx': home },
}

// Each is a build of half a minute.
describe.runIf(process.env.CI === 'true')('what init writes (real builds, in CI only)', () => {
  it.each(Object.entries(projects))(
    'init writes files that build and answer in %s',
    { timeout: 300_000 },
    async (_title, files) => {
      mkdirSync('.tmp', { recursive: true })
      const root = mkdtempSync(resolve('.tmp/init-'))
      try {
        const settings = `export default { turbopack: { root: ${JSON.stringify(process.cwd())} } }\n`
        const all = { 'package.json': '{"dependencies":{"next":"16"}}', 'next.config.mjs': settings, ...files }
        for (const [path, text] of Object.entries(all)) {
          mkdirSync(dirname(join(root, path)), { recursive: true })
          writeFileSync(join(root, path), text)
        }
        await installKit(root)
        expect(await khaltiKit(['init', '--yes'], { cwd: root })).toMatchObject({ code: 0, stderr: '' })

        await run(process.execPath, [next, 'build'], { cwd: root, env: environment })

        const refusal = await withServer(root, async (url) => {
          expect((await fetch(`${url}/khalti/return?pidx=x`)).status).toBe(200)
          const headers = { 'content-type': 'application/json' }
          return fetch(`${url}/api/khalti/initiate`, { method: 'POST', headers, body: '{"orderId":"A-1"}' })
        })
        expect(refusal.status).toBe(501)
        expect(await refusal.json()).toMatchObject({ code: 'refused', error: expect.stringContaining('readOrder') })
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    },
  )
})

async function withServer(cwd: string, ask: (url: string) => Promise<Response>): Promise<Response> {
  const server = spawn(process.execPath, [next, 'start', '-p', '0', '-H', '127.0.0.1'], { cwd, env: environment })
  try {
    const url = await new Promise<string>((found, failed) => {
      let printed = ''
      server.stdout.on('data', (chunk) => {
        printed += chunk
        const address = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
        if (address && printed.includes('Ready in')) found(address)
      })
      server.once('exit', (code) => failed(new Error(`next start exited with ${code}: ${printed}`)))
    })
    const answer = await ask(url)
    return new Response(await answer.text(), answer)
  } finally {
    server.kill()
  }
}
