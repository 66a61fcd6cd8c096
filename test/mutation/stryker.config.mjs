import { readFileSync } from 'node:fs'

/**
 * Sets of files, the tests by which a mutant in them must be noticed, and at least how many, in percent. The tests of a set
 * are few: a mutant costs as much as importing what they import.
 */
const sets = JSON.parse(readFileSync(new URL('sets.json', import.meta.url), 'utf8'))
const name = process.env.MUTATION_SET ?? 'rules'
const set = sets[name]
if (set === undefined) throw new Error(`There is no set "${name}". Known are: ${Object.keys(sets).join(', ')}.`)

/** Stryker on one set. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: set.mutate,
  thresholds: { high: 100, low: set.least, break: set.least },
  // What the tests of the sets read, and nothing else is copied.
  ignorePatterns: [
    '/*',
    '!/src',
    '!/test',
    '!/docs',
    '!/package.json',
    '!/tsconfig.json',
    '!/vitest.config.ts',
    'node_modules',
  ],
  incremental: true,
  incrementalFile: `.stryker/${name}.incremental.json`,
  tempDirName: `.stryker/${name}`,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: `.stryker/${name}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  // On a busy machine a test that only waits for its turn is no mutant that hangs.
  timeoutMS: 20_000,
  concurrency: Number(process.env.MUTATION_WORKERS) || 2,
}
