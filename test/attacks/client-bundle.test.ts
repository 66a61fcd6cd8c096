import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installKit } from '../../examples/next-shop/scripts/install-kit.ts'

const keys = {
  recipe: 'live_secret_key_of_the_recipe_0f8b2c6d1e4a4b7f',
  ours: 'live_secret_key_of_ours_9c3d5e6a7b8c9d0e1f2a3b4c',
}

mkdirSync('.tmp', { recursive: true })
const folder = mkdtempSync(resolve('.tmp/bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** All that a browser can download from a folder, as one text. */
const textIn = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')

describe('the bundles of Next.js', () => {
  let browser = ''
  beforeAll(async () => {
    const app = join(folder, 'next')
    cpSync(join(import.meta.dirname, 'bundle-fixture'), app, { recursive: true })
    await installKit(app)
    const { NODE_ENV: _node, VITEST: _vitest, ...rest } = process.env
    const env = {
      ...rest,
      NODE_ENV: 'production' as const,
      NEXT_TELEMETRY_DISABLED: '1',
      NEXT_PUBLIC_KHALTI_SECRET_KEY: keys.recipe,
      KHALTI_SECRET_KEY: keys.ours,
      KHALTI_ENVIRONMENT: 'sandbox',
    }
    const next = createRequire(join(app, 'package.json')).resolve('next/dist/bin/next')
    await new Promise<void>((done, failed) => {
      execFile(process.execPath, [next, 'build'], { cwd: app, env }, (error, stdout, stderr) => {
        if (error) failed(new Error(`next build failed.\n${stdout}\n${stderr}`))
        else done()
      })
    })
    // The pages as they were rendered, too: they are what the first request gets.
    browser = textIn(join(app, '.next/static')) + textIn(join(app, '.next/server/app'))
  }, 600_000)

  it("The recipe of Next.js, by the name NEXT_PUBLIC_…, gives the shop's secret key to every visitor", () => {
    expect(browser).toContain(keys.recipe)
  })

  it('No file of Next.js that a browser gets has the secret key of a checkout, though a component of the browser imports it', () => {
    expect(browser).toContain('shop.example')
    expect(browser).toContain('KHALTI_SECRET_KEY')
    expect(browser).not.toContain(keys.ours)
  })
})

describe('the bundles of Vite', () => {
  /** Builds a page of this script, with both keys where Vite finds them. */
  async function bundle(name: string, script: string): Promise<string> {
    const app = join(folder, name)
    mkdirSync(app)
    await installKit(app)
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
    writeFileSync(join(app, '.env'), `VITE_KHALTI_SECRET_KEY=${keys.recipe}\nKHALTI_SECRET_KEY=${keys.ours}\n`)
    writeFileSync(join(app, 'index.html'), '<div id="app"></div><script type="module" src="/main.js"></script>')
    writeFileSync(join(app, 'main.js'), script)
    const vitest = createRequire(import.meta.url).resolve('vitest/package.json')
    const vite = await import(pathToFileURL(createRequire(vitest).resolve('vite')).href)
    await vite.build({ root: app, configFile: false, logLevel: 'error', mode: 'production' })
    return textIn(join(app, 'dist'))
  }

  it("The recipe in a front end of Vite, by the name VITE_…, gives the shop's secret key to every visitor", async () => {
    const script = `const secretKey = import.meta.env.VITE_KHALTI_SECRET_KEY
      fetch('https://dev.khalti.com/api/v2/epayment/initiate/', { method: 'POST', headers: { authorization: 'Key ' + secretKey } })`
    expect(await bundle('recipe', script)).toContain(keys.recipe)
  })

  it("No file of Vite's has a secret key, with the door for browsers nor with the client's", async () => {
    const built = await bundle(
      'ours',
      `import { createKhalti } from 'khalti-kit/browser'
      import { KhaltiClient } from 'khalti-kit'
      const khalti = createKhalti()
      document.body.onclick = () => khalti.initiate({ orderId: 'pashmina' })
      document.body.ondblclick = () => new KhaltiClient().lookup('x')`,
    )
    expect(built).toContain('KHALTI_SECRET_KEY')
    expect([built.includes(keys.ours), built.includes(keys.recipe)]).toEqual([false, false])
  })
})
