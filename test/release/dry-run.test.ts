import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command, install, type Release, rehearse, weightWithoutMaps } from './dry-run.ts'

/** Bytes of the packed package at the most, source maps not counted. */
const heaviest = 150_000

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const doors = Object.keys(manifest.exports)
  .filter((path) => !/\.(css|json)$/.test(path))
  .map((path) => `khalti-kit${path.slice(1)}`)

/** All that may be in the package. */
const allowed = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE|docs\/openapi\.json|dist\/LICENSE\.zod\.txt)$/,
  /^dist\/[\w-]+\.(js|cjs|d\.ts|d\.cts)(\.map)?$/,
  /^dist\/(transport\/(undici|default-fetch)|default-payments\/(memory|none))\.(js|cjs)(\.map)?$/,
  /^dist\/react\/styles\.css(\.d\.ts|\.d\.cts|\.map)?$/,
  /^dist\/cli\/main\.js(\.map)?$/,
]

const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-release-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a release', () => {
  let release: Release
  beforeAll(async () => {
    release = await rehearse(folder)
  }, 240_000)
  const paths = () => release.files.map(({ path }) => path)

  it('counts the version up and tells users what changed', () => {
    expect(release.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(release.version).not.toBe(manifest.version)
    expect(release.changelog).toContain(`## ${release.version}`)
    expect(release.changelog).toContain('A rehearsed change.')
  })

  it('holds nothing but what users need', () => {
    expect(paths().filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([])
    expect(paths()).toEqual(expect.arrayContaining(['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']))
  })

  it('holds all that package.json names', () => {
    const { exports, bin, main, module, types, typesVersions, imports } = manifest
    const text = JSON.stringify([exports, bin, main, module, types, typesVersions, imports])
    const named = [...text.matchAll(/"\.\/((?:dist|docs)\/[^"]+)"/g)].map((match) => match[1])
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((path) => path !== undefined && !paths().includes(path))).toEqual([])
  })

  it('has a command that can be run', () => {
    const main = release.files.find(({ path }) => path === 'dist/cli/main.js')
    expect((main?.mode ?? 0) & 0o111).toBe(0o111)
  })

  it('names no place of the machine it was made on', async () => {
    const texts = await command(folder, 'tar', 'xzOf', release.tarball)
    const home = process.cwd()
    expect([texts.includes(folder), texts.includes(home)]).toEqual([false, false])
  })

  it(`weighs at most ${heaviest / 1000} kB without source maps`, { timeout: 60_000 }, async () => {
    expect(await weightWithoutMaps(release.tarball, folder)).toBeLessThanOrEqual(heaviest)
  })

  describe('in an empty project', () => {
    let consumer: string
    beforeAll(async () => {
      consumer = await install(release.tarball, folder)
    }, 240_000)
    const evaluate = (code: string) => command(consumer, process.execPath, '--input-type=module', '-e', code)

    it('is imported and required by every door, with the same names', { timeout: 60_000 }, async () => {
      const names = `module => Object.keys(module).filter((name) => !['default', 'module.exports'].includes(name)).sort().join()`
      const code = `import { createRequire } from 'node:module'
        const names = ${names}, require = createRequire(process.cwd() + '/'), found = {}
        for (const door of ${JSON.stringify(doors)}) found[door] = [names(await import(door)), names(require(door))]
        console.log(JSON.stringify(found))`
      const found: Record<string, [string, string]> = JSON.parse(await evaluate(code))
      expect(Object.keys(found)).toEqual(doors)
      for (const [door, [imported, required]] of Object.entries(found)) {
        expect([door, required]).toEqual([door, imported])
        expect(imported).not.toBe('')
      }
    })

    it.each([
      ['on a server in development', 'node', 'import', 'Khalti was asked'],
      ['on a server in development', 'node', 'require', 'Khalti was asked'],
      ['where every isolate has a memory of its own', 'workerd', 'import', /no `payments`.+not on Workers or the edge/],
      [
        'where every isolate has a memory of its own',
        'workerd',
        'require',
        /no `payments`.+not on Workers or the edge/,
      ],
      ['where every isolate has a memory of its own', 'edge-light', 'import', /no `payments`/],
    ])('a shop without a store, %s (%s, %s)', { timeout: 60_000 }, async (_where, condition, how, says) => {
      const load = { import: 'await import(door)', require: 'createRequire(process.cwd() + "/")(door)' }[how]
      const code = `import { createRequire } from 'node:module'
        const load = async (door) => ${load}
        const { KhaltiClient } = await load('khalti-kit')
        const { createCheckout } = await load('khalti-kit/checkout')
        const fetch = () => { throw new Error('Khalti was asked') }
        const client = new KhaltiClient({ fetch, environment: 'sandbox', secretKey: 'test_secret_key_0123456789abcdef' })
        const checkout = createCheckout({ client, siteUrl: 'http://localhost:3000' })
        await checkout.initiate({ id: '1', name: 'Topi', amount: 85000 }).catch((e) => console.log(e.message, e.cause?.message))`
      const args = [`--conditions=${condition}`, '--input-type=module', '-e', code]
      expect(await command(consumer, process.execPath, ...args)).toMatch(says)
    })

    it('gives its files that are no code', { timeout: 60_000 }, async () => {
      const code = `import { createRequire } from 'node:module'
        const require = createRequire(process.cwd() + '/')
        const { openapi } = require('khalti-kit/openapi.json'), { version } = require('khalti-kit/package.json')
        console.log(JSON.stringify([openapi, version, require.resolve('khalti-kit/react/styles.css')]))`
      const [openapi, version, styles] = JSON.parse(await evaluate(code))
      expect([openapi, version, existsSync(styles)]).toEqual(['3.1.0', release.version, true])
    })

    it('answers in the terminal', { timeout: 60_000 }, async () => {
      const said = await command(consumer, join(consumer, 'node_modules/.bin/khalti-kit'), '--version')
      expect(said).toContain(release.version)
    })
  })
})
