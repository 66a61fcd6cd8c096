import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Command, CommandFailure, type ExitCode, UsageError } from './command.ts'
import { confirm } from './confirm.ts'
import { detectProject, type Project, type Router } from './init/detect-project.ts'
import { type PlannedFile, planFiles } from './init/plan-files.ts'
import { painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import type { Terminal } from './terminal.ts'

const help = `khalti-kit init: write a checkout into a Next.js project

It writes a module with your checkout, its catch-all route, a return page and .env.example; shows what it will do and
asks before it does. A file that exists is never touched. Nobody can pay until you have written readOrder and fulfil.

  --dir <folder>  the root of the project; default this folder
  --app, --pages  which router, where there are both; default the App Router
  --dry-run       show what it would write, and write nothing
  --yes           write without asking; needed where nobody can answer, and with --json
  --json          one line of JSON: { router, language, files: [{ path, action }], next }
  --help          this text

Examples
  npx khalti-kit init --dry-run
  npx khalti-kit init
  npx khalti-kit init --dir apps/shop --pages --yes`

/** `khalti-kit init`: route, checkout, return page and variables for an existing Next.js project. */
export const initCommand: Command = { summary: 'write a checkout into a Next.js project; asks first', help, run }

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, {
    options: {
      dir: { type: 'string', default: '.' },
      app: { type: 'boolean' },
      pages: { type: 'boolean' },
      'dry-run': { type: 'boolean' },
      yes: { type: 'boolean' },
    },
  })
  const project = detectProject(resolve(terminal.cwd, values.dir), readRouter(values))
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
  const next = describeNext(project, files)
  terminal.show({ text: values.yes ? `${plan}\n\n${next}` : next, data: describe(project, files, 'written') })
  return 0
}

function readRouter({ app, pages }: { app?: boolean | undefined; pages?: boolean | undefined }): Router | undefined {
  if (app && pages) throw new UsageError('--app and --pages exclude each other.')
  if (app) return 'app'
  return pages ? 'pages' : undefined
}

function confirmPlan(plan: string, terminal: Terminal): Promise<void> {
  const otherwise = 'Say --yes to write, or --dry-run to see what it would be.'
  return confirm({ plan, question: 'Write them?', undone: 'Nothing was written', otherwise }, terminal)
}

function describePlan(project: Project, files: PlannedFile[], { colors }: Terminal): string {
  const paint = painter(colors)
  const width = Math.max(...files.map(({ path, existing = path }) => existing.length))
  const lines = files.map(({ path, purpose, existing }) => {
    const [action, note] = existing === undefined ? ['write', purpose] : ['keep', 'is there already']
    const mark = paint(existing === undefined ? 'green' : 'yellow', action.padEnd(5))
    return `  ${mark}  ${(existing ?? path).padEnd(width)}  ${paint('dim', note)}`
  })
  const missing = files.flatMap(({ missingLines = [] }) => missingLines)
  const addition = missing.length > 0 ? ['', 'Add to .env.example yourself:', '', ...missing] : []
  return [paint('bold', describeProject(project)), '', ...lines, ...addition].join('\n')
}

function describeProject({ router, typescript, root }: Project): string {
  return `Next.js, ${router === 'app' ? 'App' : 'Pages'} Router, ${typescript ? 'TypeScript' : 'JavaScript'}: ${root}`
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

function nextSteps({ installed, installCommand }: Project, [checkout]: PlannedFile[]): string[] {
  return [
    ...(installed ? [] : [`${installCommand} khalti-kit`]),
    `write readOrder and fulfil in ${checkout?.existing ?? checkout?.path}`,
    'copy the lines of .env.example to .env.local, with your key',
    'npx khalti-kit simulate, to pay without Khalti',
    'npx khalti-kit doctor --env-file .env.local, to see that all is well',
    'before you deploy: a store (payments), and a cron that calls /api/khalti/reconcile every few minutes',
  ]
}

function describeNext(project: Project, files: PlannedFile[]): string {
  const steps = nextSteps(project, files).map((step, index) => `  ${index + 1}. ${step}`)
  return `Written. Next:\n${steps.join('\n')}`
}

function describe(project: Project, files: PlannedFile[], action: 'written' | 'would-write'): object {
  const { router, typescript, root } = project
  return {
    root,
    router,
    language: typescript ? 'typescript' : 'javascript',
    files: files.map(({ path, existing }) => (existing ? { path: existing, action: 'kept' } : { path, action })),
    next: nextSteps(project, files),
  }
}
