import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { arrowFaults } from './support/architecture/arrows.ts'
import { budgetFaults } from './support/architecture/budgets.ts'
import { doorFaults, manifestFaults } from './support/architecture/doors.ts'
import { portabilityFaults } from './support/architecture/portability.ts'
import { sideEffectFaults } from './support/architecture/side-effects.ts'
import { type Checker, doorOf, type Source } from './support/architecture/source.ts'
import { undocumentedExports } from './support/architecture/tsdoc.ts'

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name): Source => ({ path: `src/${name}`, text: readFileSync(`src/${name}`, 'utf8') }))
const doors = sources.filter(({ path }) => doorOf(path) !== undefined)
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))

const all = (checker: Checker, among = sources) => among.flatMap(checker)

describe('the source', () => {
  it('is all there', () => {
    expect(doors.map(({ path }) => path)).toContain('src/index.ts')
    expect(sources.length).toBeGreaterThan(70)
  })
  it('keeps to the arrows between rooms', () => expect(all(arrowFaults)).toEqual([]))
  it('keeps to the budgets', () => expect(all(budgetFaults)).toEqual([]))
  it('runs beyond Node, but for src/node and src/cli', () => expect(all(portabilityFaults)).toEqual([]))
  it('does nothing on import', () => expect(all(sideEffectFaults)).toEqual([]))
  it('has doors that list names or are one tiny adapter', () => expect(all(doorFaults, doors)).toEqual([]))
  it('has the doors that package.json names, and no others', () =>
    expect(
      manifestFaults(
        doors.map(({ path }) => String(doorOf(path))),
        manifest,
      ),
    ).toEqual([]))
  it('explains every name that a door exports', { timeout: 60_000 }, () =>
    expect(
      undocumentedExports(
        doors.map(({ path }) => path),
        doors,
      ),
    ).toEqual([]),
  )
})

type Bad = [what: string, path: string, text: string]

/** A checker that lets one of its own bad snippets pass checks nothing. */
function refuses(checker: Checker, bad: Bad[]) {
  it.each(bad)('%s', (_what, path, text) => expect(checker({ path, text })).toHaveLength(1))
}

function accepts(checker: Checker, good: Bad[]) {
  it.each(good)('but %s is fine', (_what, path, text) => expect(checker({ path, text })).toEqual([]))
}

describe('the arrows refuse', () => {
  refuses(arrowFaults, [
    ['wire that imports core', 'src/wire/a.ts', "import { a } from '../core/a.ts'"],
    ['a type, too', 'src/wire/a.ts', "import type { A } from '../core/a.ts'"],
    ['an import() type, too', 'src/wire/a.ts', "type A = import('../core/a.ts').A"],
    ['a lazy import, too', 'src/wire/a.ts', "const a = () => import('../core/a.ts')"],
    ['a re-export, too', 'src/wire/a.ts', "export { a } from '../core/a.ts'"],
    ['a simulator that shares our client', 'src/simulator/a.ts', "import { a } from '../core/a.ts'"],
    ['a store that enters the checkout', 'src/stores/a.ts', "import { a } from '../checkout/settle.ts'"],
    ['core that imports the checkout', 'src/core/a.ts', "import { a } from '../checkout/a.ts'"],
    ['a transport that knows the client', 'src/transport/a.ts', "import type { A } from '../core/a.ts'"],
    ['react that imports values', 'src/react/a.ts', "import { rupees } from '../core/money.ts'"],
    ['browser that imports values', 'src/browser/a.ts', "import { rupees } from '../core/money.ts'"],
    ['browser that imports react', 'src/browser/a.ts', "import { a } from '../react/a.ts'"],
    ['react that imports values beside types', 'src/react/a.ts', "import { type A } from '../core/money.ts'"],
    ['node that imports the simulator', 'src/node/a.ts', "import { a } from '../simulator/a.ts'"],
    ['a room that imports a door', 'src/core/a.ts', "import { KhaltiClient } from '../index.ts'"],
    ['a door that imports a door', 'src/msw.ts', "import { createSimulator } from './testing.ts'"],
    ['a room nobody knows', 'src/extras/a.ts', ''],
    ['an import without extension', 'src/core/a.ts', "import { a } from './b'"],
    ['an import from outside src', 'src/core/a.ts', "import { a } from '../../test/support/server.ts'"],
    ['node:fs in core', 'src/core/a.ts', "import { readFile } from 'node:fs'"],
    ['node:http as a type in bridge', 'src/bridge/a.ts', "import type { IncomingMessage } from 'node:http'"],
    ['fs without node:', 'src/cli/a.ts', "import { readFile } from 'fs'"],
    ['zod in full', 'src/wire/a.ts', "import { z } from 'zod'"],
    ['zod in the simulator', 'src/simulator/a.ts', "import * as z from 'zod/mini'"],
    ['msw outside its door', 'src/simulator/a.ts', "import { http } from 'msw'"],
    ['next in our adapter', 'src/next/a.ts', "import { NextResponse } from 'next/server'"],
    ['a package nobody installed', 'src/core/a.ts', "import type { A } from 'axios'"],
    ['undici before it is needed', 'src/transport/a.ts', "import { Agent } from 'undici'"],
  ])
  accepts(arrowFaults, [
    ['core with wire', 'src/core/a.ts', "import { a } from '../wire/a.ts'"],
    ['a neighbour', 'src/core/a.ts', "import { a } from './b.ts'"],
    ['undici when needed', 'src/transport/a.ts', "const a = () => import('undici')"],
    ["undici's types", 'src/transport/a.ts', "import type { Agent } from 'undici'"],
    ["a store with the store's contract", 'src/stores/a.ts', "import type { P } from '../checkout/payment-store.ts'"],
    ['react with the state machines', 'src/react/a.ts', "import { a } from '../browser/a.ts'"],
    ["react with the checkout's types", 'src/react/a.ts', "import type { A } from '../checkout/a.ts'"],
    ['node:http in node', 'src/node/a.ts', "import { createServer } from 'node:http'"],
  ])
})

describe('the budgets refuse', () => {
  const lines = (count: number) => 'a()\n'.repeat(count)
  refuses(budgetFaults, [
    ['a file of 251 lines', 'src/core/a.ts', '// a\n'.repeat(251)],
    ['a function of 51 lines', 'src/core/a.ts', `function a() {\n${lines(49)}}`],
    ['an arrow function of 51 lines', 'src/core/a.ts', `const a = () => {\n${lines(49)}}`],
    ['a method of 51 lines', 'src/core/a.ts', `class A { b() {\n${lines(49)}} }`],
    ['four parameters', 'src/core/a.ts', 'function a(b: 1, c: 1, d: 1, e: 1) {}'],
    ['four parameters of a constructor', 'src/core/a.ts', 'class A { constructor(b: 1, c: 1, d: 1, e: 1) {} }'],
    ['four parameters of a type', 'src/core/a.ts', 'type A = (b: 1, c: 1, d: 1, e: 1) => void'],
    ['any', 'src/core/a.ts', 'const a: any = 1'],
    ['as any', 'src/core/a.ts', 'const a = 1 as any'],
    ['an enum', 'src/core/a.ts', 'enum A { B }'],
    ['a namespace', 'src/core/a.ts', 'namespace A {}'],
    ['work left for later', 'src/core/a.ts', '// TODO: later'],
    ['a file named utils', 'src/core/utils.ts', ''],
    ['a room named helpers', 'src/helpers/a.ts', ''],
    ['camelCase in a file name', 'src/core/readAnswer.ts', ''],
  ])
  accepts(budgetFaults, [
    ['a file of 250 lines', 'src/core/a.ts', '// a\n'.repeat(250)],
    ['a function of 50 lines', 'src/core/a.ts', `function a() {\n${lines(48)}}`],
    ['the fourth parameter of complete', 'src/stores/a.ts', 'interface A { complete(b: 1, c: 1, d: 1, e?: 1): void }'],
  ])
})

describe('portability refuses', () => {
  refuses(portabilityFaults, [
    ['process', 'src/core/a.ts', 'export const a = () => process.env.A'],
    ['Buffer', 'src/bridge/a.ts', "export const a = () => Buffer.from('a')"],
    ['another variable of the environment', 'src/react/a.ts', 'export const a = () => process.env.SECRET'],
    ['process as a value of an object', 'src/core/a.ts', 'export const a = { b: process }'],
    ['require', 'src/next.ts', "const a = () => require('next')"],
    ['setImmediate', 'src/simulator/a.ts', 'export const a = () => setImmediate(() => {})'],
  ])
  accepts(portabilityFaults, [
    ['process in cli', 'src/cli/a.ts', 'export const a = () => process.argv'],
    ["the bundler's word for development", 'src/react/a.ts', "export const a = () => process.env.NODE_ENV !== 'test'"],
    [
      'a process that may be absent',
      'src/core/a.ts',
      'export const a = () => { const { process } = globalThis as { process?: object }; return process }',
    ],
    ['a property of that name', 'src/core/a.ts', 'export const a = (b: { process: 1 }) => b.process'],
  ])
})

describe('side effects on import: it refuses', () => {
  refuses(sideEffectFaults, [
    ['a call', 'src/core/a.ts', 'register()'],
    ['a call for a value', 'src/core/a.ts', 'const a = readEnv()'],
    ['a call within an object', 'src/core/a.ts', 'const a = { b: [Date.now()] }'],
    ['a call on what was made', 'src/core/a.ts', 'const a = new Map([]).set(1, 2)'],
    ['a call after a pure one', 'src/core/a.ts', 'const a = Object.freeze(read())'],
    ['an import for its effects', 'src/core/a.ts', "import './b.ts'"],
    ['a timer', 'src/core/a.ts', 'setInterval(() => {}, 1)'],
    ['an assignment', 'src/core/a.ts', 'globalThis.a = 1'],
    ['an assignment within a value', 'src/core/a.ts', 'const a = (globalThis.b = 1)'],
    ['a condition', 'src/core/a.ts', 'if (a) b()'],
    ['a loop', 'src/core/a.ts', 'for (const a of b) c'],
    ['a wait', 'src/core/a.ts', 'const a = await b'],
    ['an object of a class of its own', 'src/core/a.ts', 'const a = new Agent()'],
    ['a static field that calls', 'src/core/a.ts', 'class A { static b = read() }'],
    ['a static block', 'src/core/a.ts', 'class A { static { } }'],
    ['a base class that is made', 'src/core/a.ts', 'class A extends mixin() {}'],
    ['a function called on the spot', 'src/core/a.ts', 'const a = (() => 1)()'],
    ['a builder of another room', 'src/core/a.ts', 'const a = shape({})'],
    ['a tag', 'src/core/a.ts', 'const a = sql`select 1`'],
  ])
  accepts(sideEffectFaults, [
    ['a schema', 'src/wire/a.ts', 'export const a = z.object({ b: z.string().check(z.regex(/a/)) })'],
    ['a brand', 'src/core/a.ts', "const a = Symbol.for('a')"],
    ['a frozen object', 'src/core/a.ts', 'const a = Object.freeze({ b: 1 })'],
    ['a set', 'src/core/a.ts', "const a = new Set(['b'])"],
    ['a list that is mapped', 'src/core/a.ts', "const a = ['b'].map((c) => c.length)"],
    ['what a function does later', 'src/core/a.ts', 'const a = () => read(); function b(c = read()) { read() }'],
    ['what an instance does later', 'src/core/a.ts', 'class A { #b = read(); c() { read() } }'],
    ['a directive', 'src/react.ts', "'use client'"],
    ['a program', 'src/cli/main.ts', 'await run()'],
  ])
})

describe('doors: it refuses', () => {
  refuses(doorFaults, [
    ['export *', 'src/a.ts', "export * from './core/a.ts'"],
    ['export * under a name', 'src/a.ts', "export * as a from './core/a.ts'"],
    ['a default export', 'src/a.ts', 'export default 1'],
    ['a default function', 'src/a.ts', 'export default function a() {}'],
    ['a default by name', 'src/a.ts', "export { a as default } from './core/a.ts'"],
    ['two adapters', 'src/a.ts', 'export function a() {}\nexport function b() {}'],
    ['an adapter that is not tiny', 'src/a.ts', `export function a() {\n${'b()\n'.repeat(50)}}`],
    ['code that exports nothing', 'src/a.ts', 'const a = 1'],
  ])
  accepts(doorFaults, [
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
  ])('%s', (_what, names, bad) => expect(manifestFaults(names, bad)).toHaveLength(1))

  it('but a door and a stylesheet are fine', () => {
    const exports = { '.': entry('index'), './a': entry('a'), './a/styles.css': './dist/a/styles.css' }
    expect(manifestFaults(['index', 'a'], { exports, typesVersions })).toEqual([])
  })
})

describe('TSDoc: it refuses', () => {
  const room = (text: string): Source[] => [
    { path: 'src/a.ts', text: "export { a, type B } from './core/a.ts'" },
    { path: 'src/core/a.ts', text },
  ]

  it.each([
    ['a value that is not explained', 'export const a = 1\n/** Explained. */\nexport type B = 1'],
    ['a type that is not explained', '/** Explained. */\nexport const a = 1\nexport interface B {}'],
    ['a plain comment', '// Explained.\nexport const a = 1\n/** Explained. */\nexport type B = 1'],
    ['tags alone', '/** @example a */\nexport const a = 1\n/** Explained. */\nexport type B = 1'],
    ['a name that does not exist', '/** Explained. */\nexport const a = 1'],
  ])('%s', (_what, text) => expect(undocumentedExports(['src/a.ts'], room(text))).toHaveLength(1))

  it('but an explained one is fine', () => {
    const text = '/** Explained. */\nexport const a = 1\n/** Explained. */\nexport type B = 1'
    expect(undocumentedExports(['src/a.ts'], room(text))).toEqual([])
  })
})
