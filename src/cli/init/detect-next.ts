import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CommandFailure } from '../command.ts'
import { readCode } from './read-code.ts'
import { isFolder, type Manifest } from './read-manifest.ts'

/** Which of Next's two routers. */
export type Router = 'app' | 'pages'

/** What is only so of a Next.js project. */
export interface NextParts {
  framework: 'next'
  router: Router
  typescript: boolean
  /** The folders of the routers there are, such as `src/app`. */
  folders: Partial<Record<Router, string>>
  /** The folder of the root layout, such as `app/[locale]`: pages beside it would have none. */
  pagesFolder: string
  /** What pages and routes end in, such as `.page.tsx`, where next.config says so. */
  pageExtensions: string[] | undefined
  /** The path that next.config puts before every address, such as `/shop`; empty where there is none. */
  basePath: string
}

/** Whether a folder looks like one of a Next.js project: it has a config or a router. */
export function looksLikeNext(root: string): boolean {
  const folders = ['app', 'src/app', 'pages', 'src/pages']
  return configName(root) !== undefined || folders.some((folder) => isFolder(join(root, folder)))
}

/** @throws CommandFailure where the wanted router is not there, or the site is exported as files. */
export function detectNext(root: string, { packages }: Manifest, wanted: Router | undefined): NextParts {
  const config = readConfig(root)
  refuseExport(config)
  // Next ignores src/app where there is an app, and likewise for pages.
  const folderOf = (router: Router) => [router, `src/${router}`].find((path) => isFolder(join(root, path)))
  const folders = { app: folderOf('app'), pages: folderOf('pages') }
  const router = wanted ?? (folders.app ? 'app' : 'pages')
  const folder = folders[router]
  if (folder === undefined) {
    const missing = wanted ? `${wanted} nor src/${wanted}` : 'app, src/app, pages nor src/pages'
    throw new CommandFailure(`There is neither ${missing} in ${root}. Is this the root of the Next.js project?`)
  }
  return {
    framework: 'next',
    router,
    typescript: isTypeScript(root, Object.values(folders), packages),
    folders: withoutUndefined(folders),
    pagesFolder: router === 'app' ? layoutFolder(root, folder) : folder,
    pageExtensions: listOf(config, 'pageExtensions'),
    // Also as a constant above the config, or assigned to it.
    basePath: /\bbasePath['"]?\s*[:=]\s*['"`](\/[\w./~-]+)['"`]/.exec(config)?.[1] ?? '',
  }
}

function configName(root: string): string | undefined {
  const names = ['js', 'mjs', 'ts', 'mts', 'cjs'].map((ending) => `next.config.${ending}`)
  return names.find((name) => existsSync(join(root, name)))
}

/** The text of next.config without its comments; empty where there is none. */
function readConfig(root: string): string {
  const name = configName(root)
  if (name === undefined) return ''
  return readCode(join(root, name))
}

function refuseExport(config: string): void {
  // As a property, also in quotes, or as an assignment to the config.
  if (!/\boutput['"]?\s*[:=]\s*['"`]export['"`]/.test(config)) return
  throw new CommandFailure(
    "next.config says output: 'export': such a site is files alone, and a checkout needs a server that keeps Khalti's key. Take that line out, or put the checkout on a server of its own: run init in an Express project, say frontendUrl there, and give the pages its address by `endpoint`.",
  )
}

/** Next.js writes tsconfig.json at its first start: before that its files tell, and where there are none, its packages. */
function isTypeScript(root: string, folders: (string | undefined)[], packages: ReadonlySet<string>): boolean {
  if (existsSync(join(root, 'tsconfig.json'))) return true
  const files = folders.flatMap((folder) => (folder === undefined ? [] : filesBelow(join(root, folder))))
  if (files.some((name) => /(?<!\.d)\.m?tsx?$/.test(name))) return true
  return packages.has('typescript') && !files.some((name) => /\.m?jsx?$/.test(name))
}

const filesBelow = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' })

function listOf(config: string, name: string): string[] | undefined {
  const list = new RegExp(`\\b${name}\\s*:\\s*\\[([^\\]]*)\\]`).exec(config)?.[1]
  return list?.match(/['"`][\w.]+['"`]/g)?.map((quoted) => `.${quoted.slice(1, -1)}`)
}

/** The folder of the layout that all pages share: below `[locale]` or a `(group)`, where it is not the router's own. */
function layoutFolder(root: string, folder: string): string {
  const names = readdirSync(join(root, folder))
  if (names.some((name) => /^layout\.[\w.]+$/.test(name))) return folder
  const inner = names
    .filter((name) => /^(\(.*\)|\[\w+\])$/.test(name) && isFolder(join(root, folder, name)))
    .map((name) => `${folder}/${name}`)
  const found = inner.map((path) => layoutFolder(root, path)).find((path) => hasLayout(root, path))
  return found ?? folder
}

function hasLayout(root: string, folder: string): boolean {
  return readdirSync(join(root, folder)).some((name) => /^layout\.[\w.]+$/.test(name))
}

function withoutUndefined({ app, pages }: Record<Router, string | undefined>): Partial<Record<Router, string>> {
  return { ...(app !== undefined && { app }), ...(pages !== undefined && { pages }) }
}
