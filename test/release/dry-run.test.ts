import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command, install, type Release, rehearse } from './dry-run.ts'

/** Bytes of the packed package at the most, as npm says it. */
const heaviest = 520_000

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const doors = Object.keys(manifest.exports)
  .filter((path) => !/\.(css|json)$/.test(path))
  .map((path) => `khalti-kit${path.slice(1)}`)

/** All that may be in the package: what is listed here, and the parts that doors share, which have names of the build's. */
const listed = new Set([
  ...[
    'package.json',
    'README.md',
    'CHANGELOG.md',
    'LICENSE',
    'docs/openapi.json',
    'react/styles.css',
    'react/styles.css.d.ts',
  ],
  ...['LICENSE.zod.txt', 'cli/main.js'].map((name) => `dist/${name}`),
  ...['undici', 'default-fetch'].flatMap((name) => [`dist/transport/${name}.js`, `dist/transport/${name}.cjs`]),
  ...doors.flatMap((door) => {
    const name = door.replace(/^khalti-kit\/?/, '') || 'index'
    return ['js', 'cjs', 'd.ts', 'd.cts'].map((ending) => `dist/${name}.${ending}`)
  }),
])
const shared = /^dist\/(chunk-[A-Z0-9]{8}\.c?js|[a-z-]+-[\w-]{8}\.d\.cts)$/

const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-release-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a release', () => {
  let release: Release
  beforeAll(async () => {
    release = await rehearse(folder)
  }, 600_000)
  const paths = () => release.files.map(({ path }) => path)

  it('A release counts the version up and tells users what changed', () => {
    expect(release.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(release.version).not.toBe(manifest.version)
    expect(release.changelog).toContain(`## ${release.version}`)
    expect(release.changelog).toContain('A rehearsed change.')
  })

  it('The package has no file that nobody listed', () => {
    expect(paths().filter((path) => !listed.has(path) && !shared.test(path))).toEqual([])
    expect([...listed].filter((path) => !paths().includes(path))).toEqual([])
  })

  it('The package has every file that package.json names', () => {
    const { exports, bin, main, module, types, typesVersions, imports } = manifest
    const text = JSON.stringify([exports, bin, main, module, types, typesVersions, imports])
    const named = [...text.matchAll(/"\.\/((?:dist|docs)\/[^"]+)"/g)].map((match) => match[1])
    expect(named.length).toBeGreaterThan(30)
    expect(named.filter((path) => path !== undefined && !paths().includes(path))).toEqual([])
  })

  it('The command of the package can be run', () => {
    const main = release.files.find(({ path }) => path === 'dist/cli/main.js')
    expect((main?.mode ?? 0) & 0o111).toBe(0o111)
  })

  it('The package names no place of the machine it was made on', async () => {
    const texts = await command(folder, 'tar', 'xzOf', release.tarball)
    const home = process.cwd()
    expect([texts.includes(folder), texts.includes(home)]).toEqual([false, false])
  })

  it(`The package weighs at most ${heaviest / 1000} kB, as npm packs it`, () => {
    expect(release.size).toBeLessThanOrEqual(heaviest)
  })

  describe('in an empty project', () => {
    let consumer: string
    beforeAll(async () => {
      consumer = await install(release.tarball, folder)
    }, 600_000)
    const evaluate = (code: string) => command(consumer, process.execPath, '--input-type=module', '-e', code)

    it('Every door gives the same names to import and to require', { timeout: 60_000 }, async () => {
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
      ['imported', 'import', 'node'],
      ['required', 'require', 'node'],
      ['imported on Workers', 'import', 'workerd'],
      ['imported on the edge', 'import', 'edge-light'],
    ])(
      'A checkout without a store that was %s refuses its first call with the error class of the client',
      { timeout: 60_000 },
      async (_where, how, condition) => {
        const load = { import: 'await import(door)', require: 'createRequire(process.cwd() + "/")(door)' }[how]
        const code = `import { createRequire } from 'node:module'
        const load = async (door) => ${load}
        const { KhaltiClient, KhaltiConfigError } = await load('khalti-kit')
        const { createCheckout } = await load('khalti-kit/checkout')
        const fetch = () => { throw new Error('Khalti was asked') }
        const client = new KhaltiClient({ fetch, environment: 'sandbox', secretKey: 'test_secret_key_0123456789abcdef' })
        const checkout = createCheckout({ client, siteUrl: 'http://localhost:3000' })
        const error = await checkout.initiate({ id: '1', name: 'Topi', amount: 85000 }).catch((error) => error)
        console.log(error instanceof KhaltiConfigError, error.message)`
        const args = [`--conditions=${condition}`, '--input-type=module', '-e', code]
        expect(await command(consumer, process.execPath, ...args)).toMatch(/^true .*payments/)
      },
    )

    it('A bundler that starts from require finds undici and takes it along', { timeout: 60_000 }, async () => {
      const contents = `const { KhaltiClient } = require('khalti-kit')
        const client = new KhaltiClient({ environment: 'sandbox', secretKey: 'secret', baseUrl: 'http://127.0.0.1:1', maxRetries: 0 })
        client.lookup('HT6o6PEZRWFJ5ygavzHWd5').catch(({ code, reason }) => console.log(code, reason))`
      const stdin = { contents, resolveDir: consumer }
      const outfile = join(folder, 'bundled.cjs')
      await build({ stdin, bundle: true, platform: 'node', format: 'cjs', outfile, logLevel: 'error' })
      expect(await command(folder, process.execPath, outfile)).toBe('connection unreachable\n')
    })

    it('The files that are no code are given by their subpaths', { timeout: 60_000 }, async () => {
      const code = `import { createRequire } from 'node:module'
        const require = createRequire(process.cwd() + '/')
        const { openapi } = require('khalti-kit/openapi.json'), { version } = require('khalti-kit/package.json')
        console.log(JSON.stringify([openapi, version, require.resolve('khalti-kit/react/styles.css')]))`
      const [openapi, version, styles] = JSON.parse(await evaluate(code))
      expect([openapi, version, existsSync(styles)]).toEqual(['3.1.0', release.version, true])
    })

    it('The installed command tells its version', { timeout: 60_000 }, async () => {
      const said = await command(consumer, join(consumer, 'node_modules/.bin/khalti-kit'), '--version')
      expect(said).toContain(release.version)
    })
  })
})
