import { existsSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { CommandFailure, UsageError } from '../command.ts'

/** Which of Next's two routers. */
export type Router = 'app' | 'pages'

/** What `init` needs to know of a Next.js project. Paths are relative to its root and have slashes. */
export interface Project {
  root: string
  router: Router
  /** The folders of the routers there are, such as `src/app`. */
  folders: Partial<Record<Router, string>>
  typescript: boolean
  /** Whether its package.json names this package. */
  installed: boolean
  /** Such as `pnpm add`. */
  installCommand: string
}

/**
 * Finds out what kind of project a folder holds. Both routers there: the App Router, unless `wanted` says otherwise.
 *
 * @throws CommandFailure where it is no Next.js project, or lacks the router that is wanted.
 */
export function detectProject(folder: string, wanted: Router | undefined): Project {
  const root = resolve(folder)
  if (!isFolder(root)) throw new UsageError(`--dir ${folder} is no folder.`)
  const packages = readPackages(root)
  if (!packages.has('next')) {
    throw new CommandFailure(
      `There is no Next.js project in ${root}: its package.json does not name next. Go to its root, or say --dir. For other frameworks mount checkout.handler with khalti-kit/node, or as it is where handlers take a Request.`,
    )
  }
  // Next ignores src/app where there is an app, and likewise for pages.
  const folderOf = (router: Router) => [router, `src/${router}`].find((path) => isFolder(join(root, path)))
  const folders = { app: folderOf('app'), pages: folderOf('pages') }
  const router = wanted ?? (folders.app ? 'app' : 'pages')
  if (folders[router] === undefined) {
    const missing = wanted ? `${wanted} nor src/${wanted}` : 'app, src/app, pages nor src/pages'
    throw new CommandFailure(`There is neither ${missing} in ${root}. Is this the root of the Next.js project?`)
  }
  return {
    root,
    router,
    folders: withoutUndefined(folders),
    typescript: existsSync(join(root, 'tsconfig.json')),
    installed: packages.has('khalti-kit'),
    installCommand: installCommandOf(root),
  }
}

function readPackages(root: string): Set<string> {
  const path = join(root, 'package.json')
  if (!existsSync(path)) return new Set()
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'))
    return new Set(Object.keys({ ...dependencies, ...devDependencies }))
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

const lockFiles: [file: string, command: string][] = [
  ['pnpm-lock.yaml', 'pnpm add'],
  ['yarn.lock', 'yarn add'],
  ['bun.lock', 'bun add'],
  ['bun.lockb', 'bun add'],
]

function installCommandOf(root: string): string {
  return lockFiles.find(([file]) => existsSync(join(root, file)))?.[1] ?? 'npm install'
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function withoutUndefined(folders: Record<Router, string | undefined>): Partial<Record<Router, string>> {
  const { app, pages } = folders
  return { ...(app !== undefined && { app }), ...(pages !== undefined && { pages }) }
}
