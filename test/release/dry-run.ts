import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** A file of the package, as npm lists it. */
export interface PackedFile {
  path: string
  size: number
  mode: number
}

/** What a release would publish. */
export interface Release {
  version: string
  changelog: string
  tarball: string
  /** Bytes of the tarball. */
  size: number
  files: PackedFile[]
}

/** Runs a command to its end, and gives what it printed. */
export async function command(cwd: string, program: string, ...args: string[]): Promise<string> {
  // npm hands its settings to what it starts; a release begins without them.
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
  const env = Object.fromEntries(entries) as NodeJS.ProcessEnv
  const { stdout } = await run(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** Takes the steps of a release in a copy of the repository, all but publishing: version, build, pack. */
export async function rehearse(folder: string): Promise<Release> {
  const copy = join(folder, 'copy')
  const needed = ['src', 'docs/openapi.json', '.changeset', 'README.md', 'LICENSE']
  for (const path of [...needed, 'package.json', 'tsconfig.json', 'tsup.config.ts']) {
    cpSync(join(root, path), join(copy, path), { recursive: true })
  }
  linkPackages(join(copy, 'node_modules'))
  writeFileSync(join(copy, '.gitignore'), 'node_modules\n')
  writeFileSync(join(copy, '.changeset/rehearsal.md'), "---\n'khalti-kit': patch\n---\n\nA rehearsed change.\n")
  await command(copy, 'git', 'init', '-q', '-b', 'main')
  await command(copy, 'git', 'add', '-A')
  const author = ['-c', 'user.name=rehearsal', '-c', 'user.email=rehearsal@example.org']
  await command(copy, 'git', ...author, 'commit', '-q', '-m', 'Copy')

  await command(copy, 'npm', 'run', 'version')
  await command(copy, 'npm', 'run', 'build')
  const [packed] = JSON.parse(await command(copy, 'npm', 'pack', '--json', '--pack-destination', folder))
  return {
    version: packed.version,
    changelog: readFileSync(join(copy, 'CHANGELOG.md'), 'utf8'),
    tarball: join(folder, packed.filename),
    size: packed.size,
    files: packed.files,
  }
}

/** The packages of this repository, linked; what is bundled is copied, since the build names where it really lies. */
function linkPackages(folder: string): void {
  mkdirSync(folder)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const [from, to] = [join(root, 'node_modules', name), join(folder, name)]
    if (name === 'zod') cpSync(from, to, { recursive: true })
    else symlinkSync(from, to)
  }
}

/** An empty project that installs the tarball and what its optional doors stand on. */
export async function install(tarball: string, folder: string): Promise<string> {
  const consumer = join(folder, 'consumer')
  mkdirSync(consumer)
  writeFileSync(join(consumer, 'package.json'), '{ "private": true }')
  const { version: react } = JSON.parse(readFileSync(join(root, 'node_modules/react/package.json'), 'utf8'))
  const { version: msw } = JSON.parse(readFileSync(join(root, 'node_modules/msw/package.json'), 'utf8'))
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts']
  await command(consumer, 'npm', 'install', ...quietly, tarball, `react@${react}`, `msw@${msw}`)
  return consumer
}
