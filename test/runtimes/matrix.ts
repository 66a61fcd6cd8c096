import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serve } from '../../src/node/serve.ts'
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts'
import { bundles } from './bundles.ts'
import { packKit, prepareConsumer } from './consumer.ts'
import type { Case, Matrix } from './matrix-case.ts'
import { runtimes } from './runtimes.ts'
import { typescripts } from './typescripts.ts'

/**
 * The packed tarball in throw-away projects, on every runtime, TypeScript and bundler that is promised.
 *
 *   npm run test:matrix              all of it, as a table
 *   npm run test:matrix -- --ci      the part that .ci/run takes
 *   npm run test:matrix -- bun deno  those whose names have one of these words
 *   npm run test:matrix -- --write   writes the table into docs/runtimes.md
 */
const args = process.argv.slice(2)
const words = args.filter((arg) => !arg.startsWith('--'))
const all: Case[] = [...runtimes, ...typescripts, ...bundles]
const wanted = all.filter(
  ({ name, ci }) =>
    (!args.includes('--ci') || ci) &&
    (words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()))),
)

let simulator: Simulator | undefined
const gateway = await serve(async (request) => simulator?.fetch(request) ?? new Response(null, { status: 503 }))
simulator = createSimulator({ origin: gateway.url })

const tarball = await packKit()
const matrix: Matrix = {
  gateway: gateway.url,
  quick: args.includes('--ci'),
  prepare: (name, packages) => prepareConsumer(tarball, { name, packages }),
}
const results: { name: string; version: string; result: string; seconds: number }[] = []
for (const one of wanted) {
  const started = performance.now()
  const outcome = await one.run(matrix).then(
    (version) => ({ version, result: 'ok' }),
    (error: unknown) => ({ version: '', result: error instanceof Error ? error.message : String(error) }),
  )
  const seconds = (performance.now() - started) / 1000
  results.push({ name: one.name, ...outcome, seconds })
  const failed = outcome.result === 'ok' ? '' : `\n${outcome.result.slice(0, 3_000)}`
  const mark = failed ? 'FAIL' : 'ok'
  console.log(`${mark.padEnd(5)} ${one.name.padEnd(46)} ${outcome.version.padEnd(22)} ${seconds.toFixed(1)} s${failed}`)
}
await gateway.close()

const failures = results.filter(({ result }) => result !== 'ok')
console.log(`\n${results.length - failures.length} of ${results.length} ok`)
if (args.includes('--write')) writeTable(join(import.meta.dirname, '../../docs/runtimes.md'))
process.exit(failures.length === 0 ? 0 : 1)

/** Puts the results in the place of the page's table. */
function writeTable(path: string): void {
  const rows = results.map(
    ({ name, version, result }) => `| ${name} | ${version} | ${result === 'ok' ? 'ok' : 'fails'} |`,
  )
  const day = new Date().toISOString().slice(0, 10)
  const table = ['| what | version | result |', '| --- | --- | --- |', ...rows, '', `Run on ${day}.`].join('\n')
  const page = readFileSync(path, 'utf8')
  writeFileSync(path, page.replace(/@@TABLE@@|\| what[\s\S]*?\nRun on [\d-]+\./, table))
}
