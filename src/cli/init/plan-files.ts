import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { parseEnv } from 'node:util'
import { CommandFailure } from '../command.ts'
import type { Project, Router } from './detect-project.ts'
import { appRoute, checkoutModule, envExample, pagesRoute, returnPage, returnPath } from './templates.ts'

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

/** All files for a project, those that are there already included. */
export function planFiles(project: Project): PlannedFile[] {
  refuseOtherRoutes(project)
  const { router, typescript } = project
  const folder = project.folders[router] ?? router
  const [code, markup] = typescript ? ['.ts', '.tsx'] : ['.js', router === 'app' ? '.js' : '.jsx']
  const library = `${folder.startsWith('src/') ? 'src/' : ''}lib/`
  const checkout = `${library}${checkoutName(project, library)}`
  const route = routePaths[router](folder)
  const routeText = (router === 'app' ? appRoute : pagesRoute)(relativeImport(route, checkout))
  const page = pagePaths[router](folder)
  return [
    {
      path: checkout + code,
      purpose: 'your checkout',
      text: checkoutModule(checkout + code),
      ...found(project, [checkout]),
    },
    { path: route + code, purpose: 'its routes', text: routeText, ...found(project, everywhere(project, routePaths)) },
    {
      path: page + markup,
      purpose: 'where customers come back',
      text: returnPage,
      ...found(project, everywhere(project, pagePaths)),
    },
    envFile(project),
  ]
}

/** `.env.example`, or what is missing in the one that is there. */
function envFile(project: Project): PlannedFile {
  const path = '.env.example'
  const { existing } = found(project, [path], [''])
  const file = { path, purpose: 'the variables', text: envExample, existing }
  if (existing === undefined) return file
  const there = Object.keys(parseEnv(readFileSync(join(project.root, existing), 'utf8')))
  const isMissing = (line: string) =>
    line.includes('=') && !line.startsWith('#') && !there.includes(line.split('=')[0] ?? '')
  return { ...file, missingLines: envExample.split('\n').filter(isMissing) }
}

const routePaths: Record<Router, (folder: string) => string> = {
  app: (folder) => `${folder}/api/khalti/[...khalti]/route`,
  pages: (folder) => `${folder}/api/khalti/[...khalti]`,
}

const pagePaths: Record<Router, (folder: string) => string> = {
  app: (folder) => `${folder}${returnPath}/page`,
  pages: (folder) => `${folder}${returnPath}`,
}

/** The path in each router there is: Next refuses one address in both. */
function everywhere({ folders }: Project, paths: Record<Router, (folder: string) => string>): string[] {
  return (['app', 'pages'] as const).flatMap((router) =>
    folders[router] === undefined ? [] : [paths[router](folders[router])],
  )
}

const extensions = ['.ts', '.tsx', '.js', '.jsx']

function found({ root }: Project, paths: string[], endings = extensions): Pick<PlannedFile, 'existing'> {
  const candidates = paths.flatMap((path) => endings.map((ending) => path + ending))
  return { existing: candidates.find((path) => existsSync(join(root, path))) }
}

/** `khalti`, unless such a module is there and exports no checkout: shops that had Khalti before often have one. */
function checkoutName(project: Project, library: string): string {
  const { existing } = found(project, [`${library}khalti`])
  if (existing === undefined) return 'khalti'
  return /\bexport\b.*\bcheckout\b/.test(readFileSync(join(project.root, existing), 'utf8'))
    ? 'khalti'
    : 'khalti-checkout'
}

/** Next cannot build two dynamic routes of one folder whose parameters have different names. */
function refuseOtherRoutes({ root, router, folders }: Project): void {
  const folder = `${folders[router]}/api/khalti`
  if (!existsSync(join(root, folder))) return
  const other = readdirSync(join(root, folder)).find((name) => name.startsWith('[') && !name.startsWith('[...khalti]'))
  if (other === undefined) return
  throw new CommandFailure(
    `${folder}/${other} is in the way: Next.js takes one dynamic route in a folder. Move it, then run init again.`,
  )
}

function relativeImport(from: string, to: string): string {
  return posix.relative(posix.dirname(from), to)
}
