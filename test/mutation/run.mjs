import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { keep, seed } from './known.mjs'

// node test/mutation/run.mjs [--force] [set…]: Stryker on these sets, else on all. Fails where one has too many survivors.
// With --force it asks about every mutant again, whatever is known.
const sets = JSON.parse(readFileSync(new URL('sets.json', import.meta.url), 'utf8'))
const asked = process.argv.slice(2).filter((word) => word !== '--force')
const isForced = process.argv.includes('--force')
const npm = [
  '--prefix',
  'test/mutation',
  'install',
  '--legacy-peer-deps',
  '--no-package-lock',
  '--no-audit',
  '--no-fund',
]
const run = (program, args, env = {}) =>
  spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0

if (!run('npm', npm)) process.exit(1)
const failed = (asked.length > 0 ? asked : Object.keys(sets)).filter((set) => {
  console.log(`\n${set}`)
  rmSync(`.stryker/${set}.incremental.json`, { force: true })
  if (!isForced) seed(set)
  const stryker = 'test/mutation/node_modules/.bin/stryker'
  const isEnough = run(stryker, ['run', 'test/mutation/stryker.config.mjs'], { MUTATION_SET: set })
  if (isEnough) keep(set)
  return !isEnough
})
if (failed.length > 0) console.log(`\nToo few mutants were killed in: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
