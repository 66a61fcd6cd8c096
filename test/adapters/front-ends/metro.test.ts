import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { type Context, runInNewContext } from 'node:vm'
import { build } from 'esbuild'
import { getDefaultConfig, mergeConfig } from 'metro-config'
import { afterAll, beforeAll, expect, it } from 'vitest'

// Metro is plain CommonJS with a default.
const require = createRequire(import.meta.url)
const Metro: typeof import('metro') = require('metro')

// An app as React Native bundles it: Metro, with React Native's own Babel preset, without a network and for both doors.
// Expo's own bundle, which needs a big installation, is tested in test/adapters/expo.
const screen = `import { useKhalti, useKhaltiPayment } from 'khalti-kit/react'
import { createKhalti } from 'khalti-kit/browser'
globalThis.app = { useKhalti, useKhaltiPayment, createKhalti }
`

let app: string

beforeAll(async () => {
  await mkdir('.tmp', { recursive: true })
  app = await mkdtemp(resolve('.tmp/metro-'))
  const kit = join(app, 'node_modules/khalti-kit')
  for (const door of ['react', 'browser']) {
    for (const [format, ending] of [
      ['esm', 'js'],
      ['cjs', 'cjs'],
    ] as const) {
      await build({
        entryPoints: [`src/${door}.ts`],
        outfile: join(kit, `dist/${door}.${ending}`),
        bundle: true,
        format,
        platform: 'neutral',
        external: ['react'],
      })
    }
  }
  await cp('package.json', join(kit, 'package.json'))
  for (const name of ['react', '@babel/runtime']) {
    await cp(join('node_modules', name), join(app, 'node_modules', name), { recursive: true })
  }
  await writeFile(join(app, 'package.json'), '{ "name": "app" }')
  await writeFile(join(app, 'index.js'), screen)
})

afterAll(() => rm(app, { recursive: true, force: true }))

it('bundles both doors for an app, found by the exports of the package, and both work without a page', async () => {
  const base = await getDefaultConfig(app)
  const config = mergeConfig(base, {
    projectRoot: app,
    watchFolders: [app, resolve('node_modules/metro-runtime')],
    cacheStores: [],
    maxWorkers: 1,
    resolver: { unstable_conditionNames: ['react-native'], useWatchman: false },
    transformer: { babelTransformerPath: require.resolve('@react-native/metro-babel-transformer') },
    reporter: { update() {} },
  })
  const out = join(app, 'bundle.js')
  await Metro.runBuild(config, { entry: 'index.js', dev: false, minify: false, platform: 'ios', out })
  const asked: string[] = []
  const fetch = async (url: string) => {
    asked.push(url)
    return { ok: false, status: 409, json: async () => ({ error: 'Paid.', code: 'already-paid' }) }
  }
  // Of what a browser has, an app has these; no window, document, location or addEventListener.
  const world = { AbortController, clearTimeout, console, fetch, setTimeout } satisfies Context as Context
  runInNewContext(await readFile(out, 'utf8'), world)
  const { app: bundled } = world
  expect(Object.keys(bundled ?? {})).toEqual(['useKhalti', 'useKhaltiPayment', 'createKhalti'])
  const khalti = bundled?.createKhalti({ endpoint: 'https://shop.example/api/khalti' })
  await khalti?.initiate({ orderId: 'A-42' })
  expect(asked).toEqual(['https://shop.example/api/khalti/initiate'])
  expect(khalti?.get()).toMatchObject({ phase: 'failed', initiationError: { code: 'already-paid' } })
}, 120_000)
