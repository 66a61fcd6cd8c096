import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createElement, type FunctionComponent } from 'react'
import { renderToString } from 'react-dom/server'
import { build, type Options } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe.each(doors)('the build of the React door as %s', (_, name, load) => {
  test("begins with 'use client'", async () => {
    expect(await readFile(join(folder, name), 'utf8')).toMatch(/^(['"])use client\1/)
  })

  test('needs nothing but React', async () => {
    const code = await readFile(join(folder, name), 'utf8')
    const needed = [...code.matchAll(/(?:\bfrom|\brequire\(|\bimport\()\s*["']([^"']+)["']/g)].map(([, it]) => it)
    expect([...new Set(needed)].sort()).toEqual(['react', 'react/jsx-runtime'])
  })

  test('exports the four names, and its components render', async () => {
    const door: Record<string, FunctionComponent<{ orderId: string }>> = await load(join(folder, name))
    expect(Object.keys(door).sort()).toEqual(exported)
    const { KhaltiPaymentForm = () => null } = door
    expect(renderToString(createElement(KhaltiPaymentForm, { orderId: 'A-42' }))).toContain('Pay with Khalti')
  })
})

test('the stylesheet is not dropped by bundlers as free of side effects', async () => {
  const { sideEffects, exports } = JSON.parse(await readFile('package.json', 'utf8'))
  expect(sideEffects).toContain(exports['./react/styles.css'].default)
})
