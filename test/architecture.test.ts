import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { arrowFaults } from './support/architecture/arrows.ts'
import { doorFaults, manifestFaults } from './support/architecture/doors.ts'
import { nameFaults } from './support/architecture/names.ts'
import { effectsOf, effectsOfOpening, leftInBundle } from './support/architecture/side-effects.ts'
import { type Checker, doorOf, type Source } from './support/architecture/source.ts'
import { undocumentedExports } from './support/architecture/tsdoc.ts'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name): Source => ({ path: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }))
const doors = sources.filter(({ path }) => doorOf(path) !== undefined)
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

/** zod, a part of which is in the build, keeps its settings where all copies of it find them. */
const zodsOwn = ['sets globalThis.__zod_globalConfig']

const all = (checker: Checker, among = sources) => among.flatMap(checker)

describe('the source', () => {
  it('The checks see all of the source', () => {
    expect(doors.map(({ path }) => path)).toContain('src/index.ts')
    expect(sources.length).toBeGreaterThan(70)
  })
  it('Every import keeps to the arrows between rooms', () => expect(all(arrowFaults)).toEqual([]))
  it('Every file has a name that says something, and no work left for later', () => expect(all(nameFaults)).toEqual([]))
  it('Every door lists names or is one tiny adapter', () => expect(all(doorFaults, doors)).toEqual([]))
  it('The source has the doors that package.json names, and no others', () =>
    expect(
      manifestFaults(
        doors.map(({ path }) => String(doorOf(path))),
        manifest,
      ),
    ).toEqual([]))
  it('Every name that a door exports has TSDoc', () =>
    expect(
      undocumentedExports(
        doors.map(({ path }) => path),
        doors,
      ),
    ).toEqual([]))
})

type Bad = [what: string, path: string, text: string]

/** A checker that lets one of its own bad snippets pass checks nothing. */
function refuses(name: string, checker: Checker, bad: Bad[]) {
  it.each(bad)(`The check of ${name} refuses %s`, (_what, path, text) =>
    expect(checker({ path, text })).toHaveLength(1),
  )
}

function accepts(name: string, checker: Checker, good: Bad[]) {
  it.each(good)(`The check of ${name} takes %s`, (_what, path, text) => expect(checker({ path, text })).toEqual([]))
}

describe('the check of arrows', () => {
  refuses('arrows', arrowFaults, [
    ['wire that imports core', 'src/wire/a.ts', "import { a } from '../core/a.ts'"],
    ['a type, too', 'src/wire/a.ts', "import type { A } from '../core/a.ts'"],
    ['an import() type, too', 'src/wire/a.ts', "type A = import('../core/a.ts').A"],
    ['a lazy import, too', 'src/wire/a.ts', "const a = () => import('../core/a.ts')"],
    ['a re-export, too', 'src/wire/a.ts', "export { a } from '../core/a.ts'"],
    ['rules that import values of core', 'src/rules/a.ts', "import { judge } from '../core/judge.ts'"],
    ['rules that know more of core', 'src/rules/a.ts', "import type { A } from '../core/client.ts'"],
    ['rules that know the store', 'src/rules/a.ts', "import type { A } from '../checkout/payment-store.ts'"],
    ['a browser that imports values', 'src/browser/a.ts', "import { judge } from '../core/judge.ts'"],
    ['a browser that knows React', 'src/browser/a.ts', "import { useState } from 'react'"],
    ['admin pages that run the checkout', 'src/admin/a.ts', "import { settle } from '../checkout/settle.ts'"],
    ['admin pages of the simulator', 'src/admin/a.ts', "import { page } from '../simulator/page.ts'"],
    ['a simulator that shares our client', 'src/simulator/a.ts', "import { a } from '../core/a.ts'"],
    ['a store that enters the checkout', 'src/stores/a.ts', "import { a } from '../checkout/settle.ts'"],
    ['core that imports the checkout', 'src/core/a.ts', "import { a } from '../checkout/a.ts'"],
    ['a transport that knows the client', 'src/transport/a.ts', "import type { A } from '../core/a.ts'"],
    ['react that imports values', 'src/react/a.ts', "import { rupees } from '../core/money.ts'"],
    ['react that imports values beside types', 'src/react/a.ts', "import { type A } from '../core/money.ts'"],
    ['node that imports the simulator', 'src/node/a.ts', "import { a } from '../simulator/a.ts'"],
    ['a room that imports a door', 'src/core/a.ts', "import { KhaltiClient } from '../index.ts'"],
    ['a door that imports a door', 'src/msw.ts', "import { createSimulator } from './testing.ts'"],
    ['a room nobody knows', 'src/extras/a.ts', ''],
    ['an import without extension', 'src/core/a.ts', "import { a } from './b'"],
    ['an import from outside src', 'src/core/a.ts', "import { a } from '../../test/support/server.ts'"],
    ['node:fs in core', 'src/core/a.ts', "import { readFile } from 'node:fs'"],
    ['node:http as a type in node-http', 'src/node-http/a.ts', "import type { IncomingMessage } from 'node:http'"],
    ['fs without node:', 'src/cli/a.ts', "import { readFile } from 'fs'"],
    ['zod in full', 'src/wire/a.ts', "import { z } from 'zod'"],
    ['zod in the simulator', 'src/simulator/a.ts', "import * as z from 'zod/mini'"],
    ['msw outside its door', 'src/simulator/a.ts', "import { http } from 'msw'"],
    ['next in our adapter', 'src/next/a.ts', "import { NextResponse } from 'next/server'"],
    ['a package nobody installed', 'src/core/a.ts', "import type { A } from 'axios'"],
    ['undici before it is needed', 'src/transport/a.ts', "import { Agent } from 'undici'"],
  ])
  accepts('arrows', arrowFaults, [
    ['rules with the type of a verdict', 'src/rules/a.ts', "import type { Verdict } from '../core/judge.ts'"],
    ['the checkout with its rules', 'src/checkout/a.ts', "import { learn } from '../rules/learn.ts'"],
    ['react with the machines of browser', 'src/react/a.ts', "import { createKhalti } from '../browser/a.ts'"],
    ["admin pages with the checkout's types", 'src/admin/a.ts', "import type { A } from '../checkout/a.ts'"],
    ['core with wire', 'src/core/a.ts', "import { a } from '../wire/a.ts'"],
    ['a neighbour', 'src/core/a.ts', "import { a } from './b.ts'"],
    ['undici when needed', 'src/transport/a.ts', "const a = () => import('undici')"],
    ["undici's types", 'src/transport/a.ts', "import type { Agent } from 'undici'"],
    ["a store with the store's contract", 'src/stores/a.ts', "import type { P } from '../checkout/payment-store.ts'"],
    ["react with the checkout's types", 'src/react/a.ts', "import type { A } from '../checkout/a.ts'"],
    ['node:http in node', 'src/node/a.ts', "import { createServer } from 'node:http'"],
  ])
})

describe('the check of names', () => {
  refuses('names', nameFaults, [
    ['a file named utils', 'src/core/utils.ts', ''],
    ['a room named helpers', 'src/helpers/a.ts', ''],
    ['work left for later', 'src/core/a.ts', '// TODO: later'],
  ])
  accepts('names', nameFaults, [['a file named after what is in it', 'src/core/money.ts', '// What is to do.']])
})

describe('opening a door', () => {
  it.each(doors.map(({ path }) => path))('A bundle that imports %s and uses nothing of it is empty', async (path) =>
    expect(await leftInBundle(path)).toBe(''),
  )

  it('Opening the doors sets no global, starts nothing and reads no environment variable', async () =>
    expect(await effectsOfOpening(doors.map(({ path }) => path))).toEqual(zodsOwn))

  it.each([
    ['a global', 'globalThis.kit = 1', 'sets globalThis.kit'],
    ['a timer', 'setTimeout(() => {}, 1)', 'calls setTimeout'],
    ['a request', "fetch('http://localhost')", 'calls fetch'],
    [
      'an environment variable',
      'export const key = process.env.KHALTI_SECRET_KEY',
      'reads process.env.KHALTI_SECRET_KEY',
    ],
    ['a listener', "process.on('exit', () => {})", 'listens to the process'],
    ['a line in the console', "console.warn('hello')", 'writes to the console'],
  ])('The check of what opening does sees %s', async (_what, code, effect) =>
    expect(await effectsOf(code)).toContain(effect),
  )
})

describe('the check of doors', () => {
  refuses('doors', doorFaults, [
    ['export *', 'src/a.ts', "export * from './core/a.ts'"],
    ['export * under a name', 'src/a.ts', "export * as a from './core/a.ts'"],
    ['a default export', 'src/a.ts', 'export default 1'],
    ['a default function', 'src/a.ts', 'export default function a() {}'],
    ['a default by name', 'src/a.ts', "export { a as default } from './core/a.ts'"],
    ['two adapters', 'src/a.ts', 'export function a() {}\nexport function b() {}'],
    ['an adapter that is not tiny', 'src/a.ts', `export function a() {\n${'b()\n'.repeat(50)}}`],
    ['code that exports nothing', 'src/a.ts', 'const a = 1'],
  ])
  accepts('doors', doorFaults, [
    ['a list of names', 'src/a.ts', "'use client'\n\nexport { a, type B } from './core/a.ts'"],
    ['a tiny adapter', 'src/a.ts', "import { b } from './core/b.ts'\nexport function a() { return b() }"],
  ])

  const entry = (door: string) => ({
    import: { types: `./dist/${door}.d.ts`, default: `./dist/${door}.js` },
    require: { types: `./dist/${door}.d.cts`, default: `./dist/${door}.cjs` },
  })
  const typesVersions = { '*': { a: ['./dist/a.d.cts'] } }

  it.each([
    ['a door that package.json lacks', ['a'], { exports: {}, typesVersions }],
    ['a door with another path', ['a'], { exports: { './a': entry('b') }, typesVersions }],
    ['a door that older TypeScript cannot find', ['a'], { exports: { './a': entry('a') } }],
    ['an export without a door', [], { exports: { './a': entry('a') } }],
    ['a wildcard', [], { exports: { './dist/*': './dist/*' } }],
  ])('The check of the manifest refuses %s', (_what, names, bad) => expect(manifestFaults(names, bad)).toHaveLength(1))

  it('The check of the manifest takes a door and a stylesheet', () => {
    const exports = { '.': entry('index'), './a': entry('a'), './a/styles.css': './dist/a/styles.css' }
    expect(manifestFaults(['index', 'a'], { exports, typesVersions })).toEqual([])
  })
})

describe('the check of TSDoc', () => {
  const room = (text: string): Source[] => [
    { path: 'src/a.ts', text: "export { a, type B } from './core/a.ts'" },
    { path: 'src/core/a.ts', text },
  ]

  it.each([
    ['a value that is not explained', 'export const a = 1\n/** Explained. */\nexport type B = 1'],
    ['a type that is not explained', '/** Explained. */\nexport const a = 1\nexport interface B {}'],
    [
      'a shape with a field that is not explained',
      '/** Explained. */\nexport const a = 1\n/** Explained. */\nexport type B = {\n  /** Explained. */\n  is: 1\n} | { is: 2 }',
    ],
    ['a plain comment', '// Explained.\nexport const a = 1\n/** Explained. */\nexport type B = 1'],
    ['tags alone', '/** @example a */\nexport const a = 1\n/** Explained. */\nexport type B = 1'],
    ['a name that does not exist', '/** Explained. */\nexport const a = 1'],
  ])('The check of TSDoc refuses %s', (_what, text) =>
    expect(undocumentedExports(['src/a.ts'], room(text))).toHaveLength(1),
  )

  it('The check of TSDoc takes what is explained', () => {
    const text = '/** Explained. */\nexport const a = 1\n/** Explained. */\nexport type B = 1'
    expect(undocumentedExports(['src/a.ts'], room(text))).toEqual([])
  })
})
