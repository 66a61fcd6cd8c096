import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Command, CommandFailure, type ExitCode, UsageError } from './command.ts'
import { confirm } from './confirm.ts'
import { payPath, reconcilePathOf, returnPath, siteUrlOf } from './init/checkout-module.ts'
import { detectProject, type ExpressProject, type Project, type Wanted } from './init/detect-project.ts'
import { mountLines, type PlannedFile, planFiles } from './init/plan-files.ts'
import { painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'
import { wrap } from './wrap.ts'

const help = `khalti-kit init: write a checkout into an Express server or a Next.js project

It writes a module with your checkout, with a store for the database that your
package.json names, a page with the pay button, one where customers come back,
and .env.example. For Next.js it writes the catch-all route too; for Express it
says which lines to add. It shows what it will do and asks before it does. Where
an Express server has a front end of its own, the pages are yours to write.
A file that exists is never touched. Nobody can pay until you have written
readOrder and fulfil.

  --dir <folder>  the root of the project; default this folder
  --app, --pages  which router, where there are both; default the App Router
  --express       the Express server, where there are both
  --dry-run       show what it would write, and write nothing
  --yes           write without asking; needed where nobody can answer, and with
                  --json
  --json          one line of JSON: { framework, router, language, database,
                  files: [{ path, action }], next }
  --help          this text

Examples
  npx khalti-kit init --dry-run
  npx khalti-kit init
  npx khalti-kit init --dir apps/shop --pages --yes`

/** `khalti-kit init`: a checkout and what belongs to it, for an existing Express server or Next.js project. */
export const initCommand: Command = {
  summary: 'write a checkout into an Express or Next.js project; asks first',
  help,
  run,
}

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, {
    options: {
      dir: { type: 'string', default: '.' },
      app: { type: 'boolean' },
      pages: { type: 'boolean' },
      express: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      yes: { type: 'boolean' },
    },
  })
  const project = detectProject(resolve(terminal.cwd, values.dir), readWanted(values))
  const files = planFiles(project)
  const plan = describePlan(project, files, terminal)
  const missing = files.filter(({ existing }) => existing === undefined)
  if (values['dry-run'] || missing.length === 0) {
    const rest = missing.length === 0 ? '\n\nThere is nothing to write.' : ''
    terminal.show({ text: plan + rest, data: describe(project, files, 'would-write') })
    return 0
  }
  if (values.yes !== true) await confirmPlan(plan, terminal)
  for (const file of missing) write(project.root, file)
  const next = describeNext(project, files, terminal)
  terminal.show({ text: values.yes ? `${plan}\n\n${next}` : next, data: describe(project, files, 'written') })
  return 0
}

function readWanted(values: Partial<Record<'app' | 'pages' | 'express', boolean | undefined>>): Wanted {
  const [wanted, ...others] = (['app', 'pages', 'express'] as const).filter((name) => values[name])
  if (others.length > 0) throw new UsageError(`--${wanted} and --${others[0]} exclude each other.`)
  return wanted
}

function confirmPlan(plan: string, terminal: Terminal): Promise<void> {
  const otherwise = 'Say --yes to write, or --dry-run to see what it would be.'
  return confirm({ plan, question: 'Write them?', undone: 'Nothing was written', otherwise }, terminal)
}

function describePlan(project: Project, files: PlannedFile[], { colors, columns = wide }: Terminal): string {
  const paint = painter(colors)
  const width = Math.max(...files.map(({ path, existing = path }) => existing.length))
  const notes = files.map(({ purpose, existing }) => (existing === undefined ? purpose : 'is there already'))
  const fits = notes.every((note) => 9 + width + 2 + note.length <= columns)
  const lines = files.map(({ path, existing }, index) => {
    const mark = existing === undefined ? paint('green', 'write') : paint('yellow', 'keep ')
    const shown = existing ?? path
    const [note = ''] = notes.slice(index)
    if (fits) return `  ${mark}  ${shown.padEnd(width)}  ${paint('dim', note)}`
    return [`  ${mark}  ${shown}`, ...fitted(note, columns - 9).map((line) => paint('dim', line))].join(
      `\n${' '.repeat(9)}`,
    )
  })
  const missing = files.flatMap(({ missingLines = [] }) => missingLines)
  const addition = missing.length > 0 ? ['', 'Add to .env.example yourself:', '', ...missing] : []
  const title = fitted(describeProject(project), columns).map((line) => paint('bold', line))
  return [...title, '', ...lines, ...addition].join('\n')
}

const wide = Number.POSITIVE_INFINITY

/** A terminal that has room for nothing breaks the lines itself. */
const fitted = (text: string, room: number) => wrap(text, Math.max(room, 20))

function describeProject(project: Project): string {
  const { root, database, storeless, manifestFolder } = project
  const what =
    project.framework === 'next'
      ? `Next.js, ${project.router === 'app' ? 'App' : 'Pages'} Router`
      : `Express${project.app ? ` in ${project.app}` : ''}`
  const modules = project.framework === 'express' && project.style === 'commonjs' ? ' (CommonJS)' : ''
  const by = manifestFolder === '.' ? '' : `, by the package.json of ${manifestFolder}`
  return `${what}, ${languageOf(project)}${modules}, ${database?.name ?? (storeless ? `${storeless.name}, for which there is no store here` : 'no database found')}: ${root}${by}`
}

function languageOf(project: Project): 'TypeScript' | 'JavaScript' {
  const typescript = project.framework === 'next' ? project.typescript : project.ending.endsWith('ts')
  return typescript ? 'TypeScript' : 'JavaScript'
}

/** `wx` fails where a file has appeared since the plan was made. */
function write(root: string, { path, text }: PlannedFile): void {
  try {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new CommandFailure(`${path} could not be written: ${code ?? message}. Files before it in the list are there.`)
  }
}

function nextSteps(project: Project, [checkout]: PlannedFile[]): string[] {
  const { framework, installed, installCommand, database, storeless } = project
  const path = checkout?.existing ?? checkout?.path ?? ''
  const envFile = framework === 'next' ? '.env.local' : '.env'
  return [
    ...(installed ? [] : [installCommand]),
    ...(framework === 'express' ? mountSteps(project, path) : []),
    `write readOrder and fulfil in ${path}`,
    `copy the lines of .env.example to ${envFile}, with your key`,
    ...portStep(project),
    `npx khalti-kit simulate, to pay without Khalti${payStep(project)}`,
    `npx khalti-kit doctor -e ${envFile}, to see that all is well`,
    ...(database?.migrates && framework === 'next' ? [`call migrate() of ${path} once, which makes the tables`] : []),
    ...(database?.keepTables ? [database.keepTables] : []),
    ...(storeless ? [`before you deploy: a store (payments), for memoryPayments() forgets: ${storeless.advice}`] : []),
    `before you deploy: ${database || storeless ? '' : 'a store (payments), and '}a cron that calls ${reconcilePathOf(project)} every minute or so`,
  ]
}

function mountSteps(project: ExpressProject, checkout: string): string[] {
  const mount = `add to ${placeOf(project)}: ${mountLines(project, checkout).join('; ')}`
  // A front end of its own has the form.
  if (!project.hasHelmet || project.frontEnd !== undefined) return [mount]
  return [mount, 'let the form through helmet, as the comment in khalti-pages says: else the button does nothing']
}

/** A handler above the routes that answers everything would keep requests from them. */
function placeOf({ app, catchAll, hasCors }: ExpressProject): string {
  const file = app ?? 'the file that makes your app'
  const below = catchAll ? `line ${catchAll}, which answers everything` : 'its 404 and error handlers'
  return `${file}, above ${hasCors ? `cors() and ${below}` : below}`
}

function portStep(project: Project): string[] {
  const { takenPort } = (project.framework === 'express' && project.frontEnd) || {}
  if (takenPort === undefined) return []
  return [`start the front end on port ${takenPort + 1}, as FRONTEND_URL says: the server has ${takenPort}, too`]
}

/** Where the button is. */
function payStep(project: Project): string {
  if (project.framework === 'express' && project.frontEnd !== undefined) {
    return `; put the button into the front end, and the return page at ${returnPath}, which landing names: "Vite here, Express there" of the docs has both`
  }
  const segment = project.framework === 'next' ? /\[(\w+)\]/.exec(project.pagesFolder)?.[1] : undefined
  const place = segment === undefined ? payPath : `/<${segment}>${payPath}`
  return `: the button is at ${siteUrlOf(project)}${place}?order=A-1`
}

function describeNext(project: Project, files: PlannedFile[], { columns = wide }: Terminal): string {
  const below = `\n${' '.repeat(5)}`
  const steps = nextSteps(project, files).map(
    (step, index) => `  ${index + 1}. ${fitted(step, columns - 5).join(below)}`,
  )
  return `Written. Next:\n${steps.join('\n')}`
}

function describe(project: Project, files: PlannedFile[], action: 'written' | 'would-write'): object {
  const { root, framework, database } = project
  return {
    root,
    framework,
    ...(framework === 'next' ? { router: project.router } : { app: project.app, modules: project.style }),
    language: languageOf(project).toLowerCase(),
    database: database?.name,
    files: files.map(({ path, existing }) => (existing ? { path: existing, action: 'kept' } : { path, action })),
    next: nextSteps(project, files),
  }
}
