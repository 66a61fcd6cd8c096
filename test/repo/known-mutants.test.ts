import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const known = pathToFileURL('test/mutation/known.mjs').href
const mutant = (id: string, status: string) => ({ id, status, statusReason: 'why', killedBy: [], coveredBy: ['0'] })
const fromTheStart = { ...mutant('2', 'Survived'), static: true, coveredBy: [] }
const report = {
  schemaVersion: '1.0',
  projectRoot: '/home/somebody',
  files: {
    'src/a.ts': { source: 'a', mutants: [mutant('0', 'Killed')] },
    'src/b.ts': { source: 'b', mutants: [mutant('1', 'Survived'), fromTheStart] },
  },
  testFiles: { 'test/a.test.ts': { tests: [{ id: '0', name: 'a' }] }, 'test/b.test.ts': { tests: [] } },
}

describe('what is known of mutants', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'khalti-kit-known-'))
    const texts = { 'src/a.ts': 'a', 'src/b.ts': 'b', 'test/a.test.ts': 'a', 'test/b.test.ts': 'b' }
    for (const [path, text] of Object.entries(texts)) put(path, text)
    put('.stryker/set.incremental.json', JSON.stringify(report))
    call('keep')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function put(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const call = (name: 'keep' | 'seed') =>
    execFileSync(process.execPath, ['-e', `import('${known}').then((it) => it.${name}('set'))`], { cwd: folder })
  function seeded(): typeof report {
    call('seed')
    return JSON.parse(readFileSync(join(folder, '.stryker/set.incremental.json'), 'utf8'))
  }

  it('What is known of mutants is given back whole where no file has changed', () => {
    const { files, testFiles } = seeded()
    expect(Object.keys(files)).toEqual(['src/a.ts', 'src/b.ts'])
    expect(files['src/a.ts']).toMatchObject({ source: 'a', mutants: [{ id: '0', status: 'Killed' }] })
    expect(files['src/b.ts'].mutants).toMatchObject([{ id: '1', status: 'Survived', coveredBy: ['0'] }])
    expect(testFiles).toEqual(report.testFiles)
  })

  it('A mutant that a module holds from its start is asked about again where it has survived', () => {
    expect(seeded().files['src/b.ts'].mutants.map(({ id }) => id)).toEqual(['1'])
  })

  it('What is known of mutants is forgotten for a file that has changed, and a test that has changed vouches for nothing', () => {
    put('src/b.ts', 'another')
    put('test/a.test.ts', 'another')
    const { files, testFiles } = seeded()
    expect(Object.keys(files)).toEqual(['src/a.ts'])
    expect(Object.keys(testFiles)).toEqual(['test/b.test.ts'])
  })

  it('What is known of mutants names no machine', () => {
    expect(readFileSync(join(folder, 'test/mutation/known/set.json'), 'utf8')).not.toContain('somebody')
  })
})
