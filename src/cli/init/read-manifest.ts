import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CommandFailure } from '../command.ts'
import { readText } from '../read-text.ts'

/** What a package.json says of a project. */
export interface Manifest {
  /** Where it is: the project's folder, or the nearest one above, since an app of an Nx workspace has none of its own. */
  folder: string
  packages: ReadonlySet<string>
  /** Whether its `.js` files are ES modules. */
  isModule: boolean
  /** Files that `main` and the scripts name, such as `src/server.js`. */
  files: string[]
}

/** The package.json of a project. @throws CommandFailure where it cannot be read. */
export function readManifest(root: string): Manifest | undefined {
  const folder = nearest(root, (candidate) => existsSync(join(candidate, 'package.json')))
  if (folder === undefined) return undefined
  const path = join(folder, 'package.json')
  try {
    const manifest = JSON.parse(readText(path))
    if (typeof manifest !== 'object' || manifest === null) throw new Error('it holds no object.')
    const { dependencies, devDependencies, type, main, scripts } = manifest
    const commands = [main, ...Object.values(scripts ?? {})].join(' ')
    return {
      folder,
      packages: new Set(Object.keys({ ...dependencies, ...devDependencies })),
      isModule: type === 'module',
      files: commands.match(/[\w./-]+\.[cm]?[jt]s\b/g) ?? [],
    }
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

const lockFiles: [file: string, command: string][] = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['bun.lockb', 'bun add'],
  ['package-lock.json', 'npm install'],
]

/** How the project installs a package: by its lock file, or that of the workspace which it is a part of. */
export function installCommandOf(root: string): string {
  const lockOf = (folder: string) => lockFiles.find(([file]) => existsSync(join(folder, file)))
  const folder = nearest(root, (candidate) => lockOf(candidate) !== undefined)
  return (folder && lockOf(folder)?.[1]) ?? 'npm install'
}

/** The closest folder, from this one up to the repository's root, that passes the test. */
function nearest(folder: string, isSo: (folder: string) => boolean): string | undefined {
  if (isSo(folder)) return folder
  const above = dirname(folder)
  return above === folder || existsSync(join(folder, '.git')) ? undefined : nearest(above, isSo)
}

/** Whether there is such a folder. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
