import { readFileSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as bundle } from 'esbuild'
import { transform } from 'lightningcss'
import postcss from 'postcss'
import postcssImport from 'postcss-import'
import { createElement, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'
import { build, type Options } from 'tsup'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import configs from '../../../tsup.config.ts'

const exported = ['KhaltiPaymentForm', 'KhaltiPaymentStatus', 'useKhalti', 'useKhaltiPayment']
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'khalti-kit-react-'))
  await symlink(resolve('node_modules'), join(folder, 'node_modules'))
  for (const config of (configs as Options[]).filter(({ entry }) => entry && 'react' in entry)) {
    // `onSuccess` writes declarations into dist.
    const { onSuccess: _, ...door } = config
    await build({ ...door, config: false, dts: false, outDir: folder, silent: true })
  }
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const doors = [
  ['ESM', 'react.js', (file: string) => import(/* @vite-ignore */ pathToFileURL(file).href)],
  ['CommonJS', 'react.cjs', async (file: string) => createRequire(file)(file)],
] as const

async function importsOf(file: string): Promise<string[]> {
  const code = await readFile(join(folder, file), 'utf8')
  return [...code.matchAll(/(?:\bfrom|\brequire\(|\bimport\()\s*["']([^"']+)["']/g)].map(([, from = '']) => from)
}

describe.each(doors)('the build of the React door as %s', (_, name, load) => {
  it("begins with 'use client'", async () => {
    expect(await readFile(join(folder, name), 'utf8')).toMatch(/^(['"])use client\1/)
  })

  it('needs nothing but React', async () => {
    const needed = new Set<string>()
    // What it shares with the browser door lies in files beside it.
    const files: string[] = [name]
    for (const file of files) {
      const imports = await importsOf(file)
      for (const from of imports.filter((one) => !one.startsWith('./'))) needed.add(from)
      files.push(...imports.filter((one) => one.startsWith('./') && !files.includes(one)))
    }
    expect([...needed].sort()).toEqual(['react', 'react/jsx-runtime'])
  })

  it('The build imports React once, and its JSX runtime once: bundlers repeat each import of what they do not bundle', async () => {
    const imports = await importsOf(name)
    expect(imports.filter((from) => !from.startsWith('./')).sort()).toEqual(['react', 'react/jsx-runtime'])
  })

  it('leaves it to the bundler of the app whether this is development', async () => {
    expect(await readFile(join(folder, name), 'utf8')).toContain('process.env.NODE_ENV')
  })

  it('exports the four names, and its components render', async () => {
    const door: Record<string, FunctionComponent<{ orderId: string }>> = await load(join(folder, name))
    expect(Object.keys(door).sort()).toEqual(exported)
    const { KhaltiPaymentForm = () => null } = door
    expect(renderToString(createElement(KhaltiPaymentForm, { orderId: 'A-42' }))).toContain('Pay with Khalti')
  })
})

it('The build of the React door is written in what the oldest browsers of docs/runtimes.md read', async () => {
  const [, ...named] =
    /both run in Chrome (\d+), Firefox (\d+), Safari ([\d.]+) and iOS ([\d.]+)/.exec(
      await readFile('docs/runtimes.md', 'utf8'),
    ) ?? []
  const oldest = ['chrome', 'firefox', 'safari', 'ios'].map((browser, index) => `${browser}${named[index]}`)
  const written = async (target: string[]) => {
    const entryPoints = [join(folder, 'react.js')]
    const external = ['react', 'react/jsx-runtime']
    const { outputFiles } = await bundle({ entryPoints, external, bundle: true, format: 'esm', write: false, target })
    return outputFiles[0]?.text
  }
  expect(await written(oldest)).toBe(await written(['esnext']))
})

it('builds the stylesheet as it is, and bundlers do not drop it as free of side effects', async () => {
  expect(await readFile('src/react/styles.css', 'utf8')).toContain('light-dark(')
  const { sideEffects, exports } = JSON.parse(await readFile('package.json', 'utf8'))
  const sheet = exports['./react/styles.css']
  expect(sideEffects).toContain(sheet.default ?? sheet)
})

it('leaves light-dark() to the browser under Lightning CSS, which would else need color-scheme in the same sheet', () => {
  const browsers = { chrome: 111 << 16, firefox: 111 << 16, safari: (16 << 16) | (4 << 8) }
  const code = readFileSync('src/react/styles.css')
  const built = transform({ filename: 'styles.css', code, targets: browsers }).code.toString()
  expect(built).toContain('--_text: var(--khalti-text, light-dark(#1f1b24, #ece6f0))')
})

it('The stylesheet is found by postcss-import, which knows no exports', async () => {
  const app = await mkdtemp(join(tmpdir(), 'khalti-kit-postcss-'))
  const kit = join(app, 'node_modules/khalti-kit')
  await mkdir(join(kit, 'react'), { recursive: true })
  for (const [from, to] of [
    ['package.json', 'package.json'],
    ['src/react/styles.css', 'react/styles.css'],
  ] as const) {
    await cp(from, join(kit, to))
  }
  const { css } = await postcss([postcssImport()]).process('@import "khalti-kit/react/styles.css";', {
    from: join(app, 'app.css'),
  })
  await rm(app, { recursive: true, force: true })
  expect(css).toContain('@layer khalti')
  const { files } = JSON.parse(await readFile('package.json', 'utf8'))
  expect(files).toEqual(expect.arrayContaining(['dist', 'react']))
})
