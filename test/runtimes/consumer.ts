import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build, transformSync } from 'esbuild'

const root = resolve(import.meta.dirname, '../..')

/** Runs a program to its end and gives what it printed. @throws Error with what it printed. */
export function command(
  cwd: string,
  program: string,
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  // What npm and vitest set for this process is not for a stranger's project.
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV$|NODE_OPTIONS$|TSX_)/.test(name))
  const options = { cwd, env: { ...Object.fromEntries(own), ...env } as NodeJS.ProcessEnv, maxBuffer: 2 ** 26 }
  return new Promise((done, failed) => {
    execFile(program, args, { ...options, timeout: 300_000 }, (error, stdout, stderr) => {
      if (error)
        failed(new Error(`${program} ${args.join(' ')} failed: ${error.code ?? error.signal}\n${stdout}\n${stderr}`))
      else done(stdout)
    })
  })
}

/** Packs the built package, once for all projects. */
export async function packKit(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-pack-'))
  const [packed] = JSON.parse(await command(root, 'npm', ['pack', '--json', '--pack-destination', folder]))
  return join(folder, packed.filename)
}

const projects = new Map<string, Promise<string>>()

/** A new project with the tarball and these packages; one a name. */
export function prepareConsumer(
  tarball: string,
  { name, packages }: { name: string; packages: string[] },
): Promise<string> {
  const project = projects.get(name) ?? install(tarball, packages)
  projects.set(name, project)
  return project
}

async function install(tarball: string, packages: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'khalti-kit-consumer-'))
  cpSync(join(import.meta.dirname, 'consumer'), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  writeFileSync(join(folder, 'doors.mjs'), openEveryDoor())
  const code = readFileSync(join(folder, 'journey.mjs'), 'utf8')
  writeFileSync(join(folder, 'journey.cjs'), transformSync(code, { format: 'cjs', target: 'node20' }).code)
  // The programs come ready in packages of their own, so no install script is needed.
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--loglevel=error']
  await command(folder, 'npm', ['install', ...quietly, tarball, 'react@19', 'msw@2', ...packages])
  return folder
}

/** A file that opens each door that `package.json` names; none of them may be empty. */
function openEveryDoor(): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const subpaths = Object.keys(exports).filter((subpath) => !/\.(css|json)$/.test(subpath))
  const imports = subpaths.map((subpath, index) => `import * as door${index} from 'khalti-kit${subpath.slice(1)}'`)
  return `${imports.join('\n')}
for (const [index, door] of [${subpaths.map((_, index) => `door${index}`)}].entries()) {
  if (Object.keys(door).length === 0) throw new Error('nothing is exported by ' + ${JSON.stringify(subpaths)}[index])
}
`
}

/** Bundles a file of a project, as hosts that run one file do. */
export async function bundle(folder: string, entry: string, conditions: string[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: conditions.includes('workerd') ? 'esm' : 'iife',
    globalName: 'consumer',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    external: ['node:*'],
    conditions,
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  })
  return outputFiles[0]?.text ?? ''
}

/** @throws where a journey did not end with `ok`. */
export function requireOk(printed: string): void {
  if (printed.trim() !== 'ok') throw new Error(`The journey ended with: ${printed}`)
}

/** The version of an installed package. */
export function versionOf(folder: string, name: string): string {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
}
