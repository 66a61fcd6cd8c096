import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeFacts } from '../../src/conformance/describe-payment-store.ts'
import type { Outcomes } from './runtimes/suite.ts'

const machine = `${process.platform}-${process.arch}`

/** Runtimes that have SQLite themselves: they come as packages with the program in it. */
const runtimes = [
  { name: 'node:sqlite', script: 'node', install: `node-${machine}@24`, program: `node-${machine}/bin/node` },
  { name: 'bun:sqlite', script: 'bun', install: `@oven/bun-${machine}`, program: `@oven/bun-${machine}/bin/bun` },
]

describe.each(runtimes)('sqlitePayments on $name', ({ script, install, program }) => {
  let folder: string
  let outcomes: Outcomes

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `khalti-${script}-`))
    const bundled = join(folder, 'suite.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, 'runtimes', `${script}.ts`)],
      outfile: bundled,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['bun:sqlite', 'node:sqlite'],
      alias: { '#transport': join(import.meta.dirname, '../../src/transport/default-fetch.ts') },
      logLevel: 'error',
    })
    const path = programOf(folder, { install, program })
    mkdirSync(join(folder, 'data'))
    outcomes = JSON.parse(execFileSync(path, [bundled, join(folder, 'data')], { encoding: 'utf8' }))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(storeFacts.map(({ title }) => title))('The store on $name passes: %s', (title) => {
    expect(outcomes[title]).toBeNull()
  })
})

/** The runtime's program, which npm brings. */
function programOf(folder: string, { install, program }: { install: string; program: string }): string {
  const path = join(folder, 'node_modules', program)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error']
  execFileSync('npm', ['install', ...quietly, install], { cwd: folder })
  if (!existsSync(path)) throw new Error(`${install} has no ${program}.`)
  return path
}
