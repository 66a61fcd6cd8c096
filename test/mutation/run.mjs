import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

// node test/mutation/run.mjs [set…]: Stryker on these sets, else on all. Fails where one has too many survivors.
const sets = JSON.parse(readFileSync(new URL('sets.json', import.meta.url), 'utf8'))
const asked = process.argv.slice(2)
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
  const stryker = 'test/mutation/node_modules/.bin/stryker'
  return !run(stryker, ['run', 'test/mutation/stryker.config.mjs'], { MUTATION_SET: set })
})
if (failed.length > 0) console.log(`\nToo few mutants were killed in: ${failed.join(', ')}`)
process.exit(failed.length > 0 ? 1 : 0)
