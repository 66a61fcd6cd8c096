import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const statements = (count: number) => 'a()\n'.repeat(count)
const lines = (count: number) => '// a\n'.repeat(count)
const tooLong = 'complexity/noExcessiveLinesPerFunction'

/** A rule that lets its own bad snippet pass checks nothing: it was switched off, or an override is too wide. */
const bad: [what: string, path: string, text: string, rule: string][] = [
  ['a file of 251 lines', 'src/core/long.ts', `${lines(250)}export const a = 1\n`, 'style/noExcessiveLinesPerFile'],
  ['a function of 51 lines', 'src/core/b.ts', `export function f() {\n${statements(51)}}`, tooLong],
  ['an arrow function of 51 lines', 'src/core/c.ts', `export const f = () => {\n${statements(51)}}`, tooLong],
  ['a method of 51 lines', 'src/core/d.ts', `export class A { b() {\n${statements(51)}} }`, tooLong],
  ['four parameters', 'src/core/e.ts', 'export function f(b: 1, c: 1, d: 1, e: 1) {}', 'complexity/useMaxParams'],
  ['any', 'src/core/f.ts', 'export const a: any = 1', 'suspicious/noExplicitAny'],
  ['as any', 'src/core/g.ts', 'export const a = 1 as any', 'suspicious/noExplicitAny'],
  ['an enum', 'src/core/h.ts', 'export enum A { B }', 'style/noEnum'],
  ['a namespace', 'src/core/i.ts', 'export namespace A {}', 'style/noNamespace'],
  ['camelCase in a file name', 'src/core/readAnswer.ts', 'export const a = 1', 'style/useFilenamingConvention'],
  ['a default export', 'src/core/j.ts', 'export default 1', 'style/noDefaultExport'],
  ['a room that hands on what is another', 'src/core/k.ts', "export { a } from './l.ts'", 'performance/noBarrelFile'],
  ['export *', 'src/door.ts', "export * from './core/l.ts'", 'performance/noReExportAll'],
  [
    'an import without its extension',
    'src/core/m.ts',
    "import { l } from './l'\nl()",
    'correctness/useImportExtensions',
  ],
  [
    'a circle of imports',
    'src/core/circle.ts',
    "import { b } from './round.ts'\nexport const a = () => b",
    'suspicious/noImportCycles',
  ],
  ['process', 'src/core/n.ts', 'export const a = () => process.env.A', 'correctness/noProcessGlobal'],
  [
    'process as a value of an object',
    'src/core/o.ts',
    'export const a = { b: process }',
    'correctness/noProcessGlobal',
  ],
  ['Buffer', 'src/next/p.ts', "export const a = () => Buffer.from('a')", 'style/noRestrictedGlobals'],
  ['setImmediate', 'src/simulator/q.ts', 'export const a = () => setImmediate(() => {})', 'style/noRestrictedGlobals'],
  ['require', 'src/next/r.ts', "export const a = () => require('next')", 'style/noCommonJs'],
  ['node:fs in core', 'src/core/s.ts', "import { readFile } from 'node:fs'\nreadFile()", 'correctness/noNodejsModules'],
]

const good: [what: string, path: string, text: string][] = [
  ['a file of 250 lines', 'src/core/short.ts', `${lines(249)}export const a = 1\n`],
  ['a function of 50 lines', 'src/core/t.ts', `export function f() {\n${statements(50)}}`],
  ['a door that lists names', 'src/index.ts', "export { l } from './core/l.ts'"],
  ['process in the terminal', 'src/cli/u.ts', 'export const a = () => process.argv'],
  [
    'a process that may be absent',
    'src/core/v.ts',
    'export const a = () => (globalThis as { process?: object }).process',
  ],
  ['a property of that name', 'src/core/w.ts', 'export const a = (b: { process: 1 }) => b.process'],
]

describe("Biome's rules", () => {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-biome-'))
  const found = new Map<string, string[]>()
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  beforeAll(async () => {
    for (const name of ['biome.json', '.gitignore']) cpSync(name, join(folder, name))
    write('src/core/l.ts', 'export const l = () => 1')
    write('src/core/round.ts', "import { a } from './circle.ts'\nexport const b = () => a")
    for (const [, path, text] of [...bad, ...good]) write(path, text)
    for (const { category, location } of await lint()) {
      const path = location.path
      found.set(path, [...(found.get(path) ?? []), category.replace('lint/', '')])
    }
  })

  function write(path: string, text: string) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }

  function lint(): Promise<{ category: string; location: { path: string } }[]> {
    const biome = resolve('node_modules/@biomejs/biome/bin/biome')
    const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.']
    return new Promise((done, failed) => {
      execFile(process.execPath, args, { cwd: folder }, (error, stdout) => {
        if (stdout.startsWith('{')) done(JSON.parse(stdout).diagnostics)
        else failed(error ?? new Error(`Biome printed: ${stdout}`))
      })
    })
  }

  it.each(bad)('Biome refuses %s', (_what, path, _text, rule) => expect(found.get(path)).toContain(rule))

  it.each(good)('Biome takes %s', (_what, path) => expect(found.get(path) ?? []).toEqual([]))
})
