import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { projects } from '../support/projects.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function place(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-ci-'))
  folders.push(folder)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  cpSync('.ci', join(folder, '.ci'), { recursive: true })
  return folder
}

function run(cwd: string, program: string, args: string[], path = '') {
  const { PATH, HOME } = process.env
  const env = { PATH: path ? `${path}:${PATH}` : PATH, HOME, NODE_ENV: 'test' as const }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

type Status = 'passed' | 'failed' | 'skipped'
const report = (...files: { status?: Status; message?: string; tests: Status[] }[]) =>
  JSON.stringify({
    numPassedTests: files.flatMap(({ tests }) => tests).filter((status) => status === 'passed').length,
    testResults: files.map(({ status = 'passed', message = '', tests }, index) => ({
      name: `file-${index}`,
      status,
      message,
      assertionResults: tests.map((one, number) => ({ status: one, fullName: `test ${number}` })),
    })),
  })
const fine = report({ tests: ['passed', 'passed'] })

/** `.ci/run` where npm does nothing, and vitest gives these reports, or exits with such a number and without a report. */
function ci(reports: Record<string, string | number>, npmFails = '') {
  const given = {
    unit: fine,
    repo: fine,
    database: fine,
    package: fine,
    model: fine,
    storm: fine,
    soak: fine,
    ...reports,
  }
  const npx = `#!/bin/sh
    [ "$1" = vitest ] || exit 0
    given="$(dirname "$0")/$4"
    [ -f "$given.exit" ] && exit "$(cat "$given.exit")"
    for one; do case $one in --outputFile.json=*) cp "$given.json" "\${one#*=}" ;; esac; done
    ! grep -q '"failed"' "$given.json"
  `
  const stubs = {
    'bin/npx': npx,
    'bin/npm': `#!/bin/sh\necho "npm $*"\n[ "$*" != "${npmFails}" ]\n`,
    'bin/apt-get': '#!/bin/sh\nexit 0\n',
    ...Object.fromEntries(
      Object.entries(given).map(([name, what]) =>
        typeof what === 'number' ? [`bin/${name}.exit`, String(what)] : [`bin/${name}.json`, what],
      ),
    ),
  }
  const folder = place(stubs)
  for (const name of ['npx', 'npm', 'apt-get']) chmodSync(join(folder, 'bin', name), 0o755)
  const { status, stdout } = run(folder, 'bash', ['.ci/run'], join(folder, 'bin'))
  return { status, stdout, last: stdout.trimEnd().split('\n').at(-1) }
}

// Each check, and two tests of each project.
const [checks, tests] = [18, 14]

describe.skipIf(process.platform === 'win32')('.ci/run', () => {
  it('.ci/run ends with the total alone, and well where nothing failed', () => {
    const { status, stdout, last } = ci({})
    expect([status, last]).toEqual([0, `${checks + tests} passed, 0 failed`])
    for (const project of Object.keys(projects)) {
      expect(stdout).toMatch(new RegExp(`^ok    tests of ${project}: 2 passed, 0 failed \\(\\d+ s\\)$`, 'm'))
    }
  })

  it.each<[what: string, project: string | number, passed: number]>([
    ['a test that failed', report({ status: 'failed', tests: ['passed', 'failed'] }), 1],
    ['a test that was skipped', report({ tests: ['passed', 'passed', 'skipped'] }), 2],
    [
      'a file that crashed',
      report({ tests: ['passed'] }, { status: 'failed', message: 'No such file.', tests: [] }),
      1,
    ],
    ['a project that ended without a report', 1, 0],
    ['a project that was killed', 137, 0],
  ])('.ci/run counts %s as one failure', (_what, database, passed) => {
    const { status, last } = ci({ database })
    expect([status, last]).toEqual([1, `${checks + tests - 2 + passed} passed, 1 failed`])
  })

  it('.ci/run counts a check that failed, and shows what it printed', () => {
    const { status, stdout, last } = ci({}, 'run lint')
    expect([status, last]).toEqual([1, `${checks + tests - 1} passed, 1 failed`])
    expect(stdout).toMatch(/^FAIL {2}lint \(\d+ s\)\nnpm run lint$/m)
  })
})

describe.skipIf(process.platform === 'win32')('.ci/needs-changeset', () => {
  function change(files: Record<string, string>) {
    const folder = place({ 'test/api/index.txt': 'a\n', 'README.md': 'a\n', '.changeset/old.md': 'a\n' })
    const git = (...args: string[]) => {
      const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org']
      const { status, stderr } = run(folder, 'git', [...author, ...args])
      if (status !== 0) throw new Error(stderr)
    }
    git('init', '-q', '-b', 'main')
    git('add', '-A')
    git('commit', '-q', '-m', 'Base')
    git('checkout', '-q', '-b', 'change')
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
    git('add', '-A')
    git('commit', '-q', '-m', 'Change')
    return run(folder, 'bash', ['.ci/needs-changeset', 'main'])
  }

  it('A change of the doors without a new changeset is refused', () => {
    const { status, stdout } = change({ 'test/api/index.txt': 'b\n', '.changeset/old.md': 'b\n' })
    expect([status, stdout]).toEqual([1, expect.stringContaining('test/api/index.txt')])
  })

  it.each([
    ['with a new changeset', { 'test/api/index.txt': 'b\n', '.changeset/new.md': 'b\n' }],
    ['that leaves the doors as they are', { 'README.md': 'b\n' }],
  ])('A change %s passes', (_what, files) => expect(change(files)).toMatchObject({ status: 0, stdout: '' }))
})

describe('the workflows', () => {
  const workflows = readdirSync('.github/workflows').map((name) => [
    name,
    readFileSync(`.github/workflows/${name}`, 'utf8'),
  ])

  it.each(workflows)('Every action of %s is pinned by its commit', (_name, text = '') => {
    const actions = [...text.matchAll(/uses: (\S+)(.*)/g)].filter(([, action = '']) => !action.startsWith('./'))
    const loose = actions.filter(([, action = '', note = '']) => !/@[0-9a-f]{40}$/.test(action) || !/# v\d/.test(note))
    expect(loose.map(([line]) => line)).toEqual([])
  })

  it.each(workflows)('Every job of %s has a time limit', (_name, text = '') => {
    const jobs = text
      .slice(text.indexOf('\njobs:'))
      .split(/\n(?= {2}[\w-]+:\n)/)
      .slice(1)
    expect(jobs.length).toBeGreaterThan(0)
    const endless = jobs.filter((job) => !/^ {4}(timeout-minutes|uses): /m.test(job)).map((job) => job.split(':')[0])
    expect(endless).toEqual([])
  })

  it('Every part of .ci/run is a job on GitHub', () => {
    const parts = [...readFileSync('.ci/run', 'utf8').matchAll(/^(\w+)\(\) \{/gm)].map(([, name]) => name)
    const tools = ['count', 'step', 'project', 'install_debian', 'servers', 'all']
    const own = parts.filter((name) => !tools.includes(String(name)))
    const jobs = [...readFileSync('.github/workflows/ci.yml', 'utf8').matchAll(/\{ part: (\w+),/g)].map(
      ([, name]) => name,
    )
    expect(jobs.sort()).toEqual(own.sort())
  })
})
