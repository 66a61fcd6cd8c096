import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

// What a set's last run found, kept in the repository: a run asks anew only about what has changed since, so that the gate
// of .ci/run takes seconds. A file counts as it was by its digest. A test file that has changed vouches for nothing.

const scratchOf = (set) => `.stryker/${set}.incremental.json`
const knownOf = (set) => `test/mutation/known/${set}.json`
const digestOf = (text) => createHash('sha256').update(text).digest('hex')
const isAsItWas = ([path, { sha256 }]) => existsSync(path) && digestOf(readFileSync(path)) === sha256
const mapValues = (entries, change) => Object.fromEntries(entries.map(([path, entry]) => [path, change(entry, path)]))

/** Gives Stryker what is known of a set. */
export function seed(set) {
  if (!existsSync(knownOf(set))) return
  const { schemaVersion, thresholds, files, testFiles } = JSON.parse(readFileSync(knownOf(set), 'utf8'))
  const withSource = ({ mutants }, path) => ({ language: 'typescript', source: readFileSync(path, 'utf8'), mutants })
  const report = {
    schemaVersion,
    thresholds,
    files: mapValues(Object.entries(files).filter(isAsItWas), withSource),
    testFiles: mapValues(Object.entries(testFiles).filter(isAsItWas), ({ tests }) => ({ tests })),
  }
  mkdirSync('.stryker', { recursive: true })
  writeFileSync(scratchOf(set), JSON.stringify(report))
}

/** Keeps what Stryker found, a mutant on a line. */
export function keep(set) {
  const { schemaVersion, thresholds, files, testFiles } = JSON.parse(readFileSync(scratchOf(set), 'utf8'))
  const known = {
    schemaVersion,
    thresholds,
    files: mapValues(Object.entries(files), ({ source, mutants }) => ({
      sha256: digestOf(source),
      mutants: mutants.filter(isKnown).map(mutantOf),
    })),
    testFiles: mapValues(Object.entries(testFiles), ({ tests }, path) => ({
      sha256: digestOf(readFileSync(path)),
      tests: tests.map(({ id, name }) => ({ id, name })),
    })),
  }
  mkdirSync('test/mutation/known', { recursive: true })
  writeFileSync(knownOf(set), `${JSON.stringify(known).replaceAll('{"id":', '\n{"id":')}\n`)
}

/** What a module holds from its start no test reaches by itself: where it has survived, a new test would not have it asked about. */
const isKnown = ({ static: isStatic, status }) => !(isStatic && status === 'Survived')

/** Whoever was not killed is asked about again where a new test reaches it, so the tests that did are kept. */
function mutantOf({ id, mutatorName, replacement, status, static: isStatic, location, killedBy, coveredBy }) {
  const reached = status === 'Killed' ? {} : { coveredBy }
  return { id, mutatorName, replacement, status, static: isStatic, location, killedBy, ...reached }
}
