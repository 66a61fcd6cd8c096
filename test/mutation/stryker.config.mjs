import { sets } from './sets.mjs'

const name = process.env.MUTATION_SET ?? 'rules'
const set = sets[name]
if (set === undefined) throw new Error(`There is no set "${name}". Known are: ${Object.keys(sets).join(', ')}.`)

/** Stryker on one set of files; see sets.mjs. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  mutate: set.mutate,
  thresholds: { high: 100, low: set.least, break: set.least },
  // What the tests of the sets read, and nothing else is copied.
  ignorePatterns: ['/*', '!/src', '!/test', '!/package.json', '!/tsconfig.json', '!/vitest.config.ts', 'node_modules'],
  incremental: true,
  incrementalFile: `.stryker/${name}.incremental.json`,
  tempDirName: `.stryker/${name}`,
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: `.stryker/${name}.json` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: Number(process.env.MUTATION_WORKERS) || 2,
}
