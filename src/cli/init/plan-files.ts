import { existsSync, readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseEnv } from 'node:util'
import { CommandFailure } from '../command.ts'
import { readText } from '../read-text.ts'
import { checkoutModule, payPath, returnPath } from './checkout-module.ts'
import type { Router } from './detect-next.ts'
import type { ExpressProject, NextProject, Project } from './detect-project.ts'
import { expressPages } from './express-pages.ts'
import { relativeImport } from './relative-import.ts'
import { appRoute, envExample, pagesRoute, payPage, returnPage } from './templates.ts'

/** A file that `init` writes, unless one is there already. */
export interface PlannedFile {
  /** Relative to the project's root, with slashes. */
  path: string
  /** What it is for, in a few words. */
  purpose: string
  text: string
  /** What does its work already, so that nothing is written; relative to the root. */
  existing?: string | undefined
  /** Lines that the existing file lacks, where they can be told apart. */
  missingLines?: string[] | undefined
}

/** All files for a project, those that are there already included. The checkout is the first. */
export function planFiles(project: Project): PlannedFile[] {
  const files = project.framework === 'next' ? planNext(project) : planExpress(project)
  return [...files, envFile(project)]
}

function planNext(project: NextProject): PlannedFile[] {
  refuseOtherRoutes(project)
  const { router } = project
  const folder = project.folders[router] ?? router
  const [code, markup] = endingsOf(project)
  const library = `${folder.startsWith('src/') ? 'src/' : ''}lib/`
  const checkout = `${library}${checkoutName(project, library)}`
  const route = routePaths[router](folder)
  const routeText = (router === 'app' ? appRoute : pagesRoute)(relativeImport(route, checkout))
  const ending = project.typescript ? '.ts' : '.js'
  return [
    {
      path: checkout + ending,
      purpose: 'your checkout',
      text: checkoutModule(project, checkout + ending),
      ...found(project, [checkout]),
    },
    { path: route + code, purpose: 'its routes', text: routeText, ...found(project, everywhere(project, routePaths)) },
    plannedPage(project, markup, { address: payPath, purpose: 'a page with the button', text: payPage(project) }),
    plannedPage(project, markup, {
      address: returnPath,
      purpose: 'where customers come back',
      text: returnPage(project),
    }),
  ]
}

function plannedPage(
  project: NextProject,
  markup: string,
  { address, purpose, text }: { address: string; purpose: string; text: string },
): PlannedFile {
  const paths = pagePathsOf(address)
  const path = paths[project.router](project.pagesFolder)
  return { path: path + markup, purpose, text, ...found(project, [path, ...everywhere(project, paths)]) }
}

function planExpress(project: ExpressProject): PlannedFile[] {
  const library = project.folder === '.' ? '' : `${project.folder}/`
  const checkout = `${library}${checkoutName(project, library)}`
  const path = checkout + project.ending
  const module = { path, purpose: 'your checkout', text: checkoutModule(project, path), ...found(project, [checkout]) }
  // A front end of its own has the pages.
  if (project.frontEnd !== undefined) return [module]
  const pages = `${library}${pagesModule}`
  const text = expressPages(project, `${relativeImport(pages, checkout)}${project.importEnding}`)
  const purpose = 'pages to begin with: the button, and where customers come back'
  return [module, { path: pages + project.ending, purpose, text, ...found(project, [pages]) }]
}

const pagesModule = 'khalti-pages'

/** The lines that put the routes into an Express app: `init` never changes a file that is there. */
export function mountLines(project: ExpressProject, checkout: string): string[] {
  const app = project.app ?? posix.join(project.folder, 'app')
  const load = (name: string, path: string) => {
    const specifier = `${relativeImport(app, path.replace(/\.[cm]?[jt]s$/, ''))}${project.importEnding}`
    return project.style === 'commonjs'
      ? `const { ${name} } = require('${specifier}')`
      : `import { ${name} } from '${specifier}'`
  }
  const routes = [load('khaltiRoutes', checkout), `${project.appName}.use('/api/khalti', khaltiRoutes)`]
  if (project.frontEnd !== undefined) return routes
  const pages = posix.join(posix.dirname(checkout), pagesModule)
  return [...routes, load('khaltiPages', pages), `${project.appName}.use('/khalti', khaltiPages)`]
}

/** What a route and a page end in. @throws CommandFailure where next.config's pageExtensions leave none. */
function endingsOf({ router, typescript, pageExtensions }: NextProject): [code: string, markup: string] {
  const usual: [string, string] = typescript ? ['.ts', '.tsx'] : ['.js', router === 'app' ? '.js' : '.jsx']
  if (pageExtensions === undefined) return usual
  const wanted = typescript ? ['ts', 'tsx'] : ['js', 'jsx']
  const endings = wanted.flatMap((language) => pageExtensions.filter((ending) => ending.endsWith(`.${language}`)))
  const [code, markup = code] = [endings[0], endings.at(-1)]
  if (code === undefined || markup === undefined) {
    throw new CommandFailure(
      `pageExtensions of next.config are ${pageExtensions.join(', ')}: none of them is a ${typescript ? 'TypeScript' : 'JavaScript'} file, so Next would not see the checkout's routes. Add '${wanted[0]}'.`,
    )
  }
  return [code, markup]
}

/** `.env.example`, or what is missing in the one that is there. */
function envFile(project: Project): PlannedFile {
  const path = '.env.example'
  const text = envExample(project)
  const { existing } = found(project, [path], [''])
  const file = { path, purpose: 'the variables', text, existing }
  if (existing === undefined) return file
  const there = Object.keys(parseEnv(readText(join(project.root, existing))))
  const isMissing = (line: string) =>
    line.includes('=') && !line.startsWith('#') && !there.includes(line.split('=')[0] ?? '')
  return { ...file, missingLines: text.split('\n').filter(isMissing) }
}

const routePaths: Record<Router, (folder: string) => string> = {
  app: (folder) => `${folder}/api/khalti/[...khalti]/route`,
  pages: (folder) => `${folder}/api/khalti/[...khalti]`,
}

const pagePathsOf = (address: string): Record<Router, (folder: string) => string> => ({
  app: (folder) => `${folder}${address}/page`,
  pages: (folder) => `${folder}${address}`,
})

/** The path in each router there is: Next refuses one address in both. */
function everywhere({ folders }: NextProject, paths: Record<Router, (folder: string) => string>): string[] {
  return (['app', 'pages'] as const).flatMap((router) =>
    folders[router] === undefined ? [] : [paths[router](folders[router])],
  )
}

const extensions = ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs', '.cjs']

function found(project: Project, paths: string[], endings?: string[]): Pick<PlannedFile, 'existing'> {
  const own = project.framework === 'next' ? (project.pageExtensions ?? []) : []
  const candidates = paths.flatMap((path) => (endings ?? [...extensions, ...own]).map((ending) => path + ending))
  return { existing: candidates.find((path) => existsSync(join(project.root, path))) }
}

/** `khalti`, unless such a module is there and exports no checkout: shops that had Khalti before often have one. */
function checkoutName(project: Project, library: string): string {
  const { existing } = found(project, [`${library}khalti`])
  if (existing === undefined) return 'khalti'
  return /\bexports?\b.*\bcheckout\b/.test(readText(join(project.root, existing))) ? 'khalti' : 'khalti-checkout'
}

/** Next cannot build two dynamic routes of one folder whose parameters have different names. */
function refuseOtherRoutes({ root, router, folders }: NextProject): void {
  const folder = `${folders[router]}/api/khalti`
  if (!existsSync(join(root, folder))) return
  const other = readdirSync(join(root, folder)).find((name) => name.startsWith('[') && !name.startsWith('[...khalti]'))
  if (other === undefined) return
  throw new CommandFailure(
    `${folder}/${other} is in the way: Next.js takes one dynamic route in a folder. Move it, then run init again.`,
  )
}
