import { type Command, type ExitCode, UsageError } from './command.ts'
import { type Check, type CheckStatus, type Finding, fail, ok, warn } from './doctor/check.ts'
import { checkAccepted, checkClock, checkEnvironment } from './doctor/check-gateway.ts'
import { checkExposure, checkKey } from './doctor/check-key.ts'
import { checkPage } from './doctor/check-page.ts'
import { checkAttention, checkReconcile } from './doctor/check-reconcile.ts'
import { checkReturnUrl, checkSiteUrl, type Site } from './doctor/check-site.ts'
import { type Paint, painter } from './paint.ts'
import { readArguments } from './read-arguments.ts'
import { clientOf, gatewayOptions, readSetup, type Setup, settingsOf } from './setup.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'
import { wrap } from './wrap.ts'

const help = `khalti-kit doctor: is everything set up to take payments?

  --site-url <url>       where the checkout's routes are; default the variable
                         SITE_URL
  --base-path <path>     where the checkout is mounted; default /api/khalti
  --page <url>           a page with the pay button: does its
                         Content-Security-Policy let a form through?
  --env-file, -e <file>  where the variables are; default the environment, then
                         the files that Next.js reads
  --allow-insecure-base-url
                         lets KHALTI_BASE_URL be http beyond this machine: a
                         simulator in a container, in the sandbox
  --json                 one line of JSON:
                         { ok, checks: [{ id, title, status, detail, remedy }] }
  --help                 this text

It looks at the key (its shape only), asks the gateway for a payment that nobody
has, and calls the shop's return and reconcile routes without any secret. Where
CRON_SECRET is set it lets the shop reconcile once, as cron does, and says how
many orders want attention. It changes nothing else. Exit code 1 where a check
fails; warnings do not count.

Examples
  npx khalti-kit doctor -e .env.local
  npx khalti-kit doctor -e .env.local --site-url http://localhost:3000
  npx khalti-kit doctor -e .env.production --site-url https://shop.example`

/** `khalti-kit doctor`: looks at the key, the gateway, the clock and the shop, with a remedy for each fault. */
export const doctorCommand: Command = { summary: 'check the key, the gateway, the clock and your routes', help, run }

async function run(args: string[], terminal: Terminal): Promise<ExitCode> {
  const { values } = readArguments(args, {
    options: {
      'site-url': { type: 'string' },
      'base-path': { type: 'string' },
      page: { type: 'string' },
      ...gatewayOptions,
    },
  })
  const basePath = readBasePath(values['base-path'])
  const setup = readSetup(terminal, values, { likeNext: true })
  const siteUrl = values['site-url'] ?? setup.read('SITE_URL')
  const checks = await examine(setup, terminal, { siteUrl, basePath, page: values.page })
  const failed = checks.some(({ status }) => status === 'fail')
  terminal.show({ text: report(checks, terminal), data: { ok: !failed, checks } })
  return failed ? 1 : 0
}

/** What is looked at beside the variables. */
interface Asked extends Pick<Site, 'siteUrl' | 'basePath'> {
  page: string | undefined
}

/** All checks, in the order they are shown. Those over the network run at the same time. */
async function examine(setup: Setup, terminal: Terminal, { page, ...shop }: Asked): Promise<Check[]> {
  const key = checkKey(setup)
  const gateway = checkEnvironment(setup)
  const reachable = gateway.status !== 'fail'
  const environment = setup.read('KHALTI_ENVIRONMENT') === 'production' ? 'production' : 'sandbox'
  const site: Site = { ...shop, frontendUrl: setup.read('FRONTEND_URL'), environment, fetch: terminal.fetch }
  const [accepted, clock, returned, reconcile, further] = await Promise.all([
    reachable && setup.read('KHALTI_SECRET_KEY') ? tryKey(setup, terminal) : unchecked(reachable ? 'key' : 'gateway'),
    reachable ? checkClock(settingsOf(setup), terminal.fetch) : unchecked('gateway'),
    checkReturnUrl(site),
    checkReconcile(site, setup),
    examineFurther(setup, site, page),
  ])
  return [
    { id: 'node', title: 'Node.js', ...checkNode(process.versions.node) },
    { id: 'key', title: 'Secret key', ...key },
    { id: 'exposure', title: 'Key stays secret', ...checkExposure(setup) },
    { id: 'environment', title: 'Environment', ...gateway },
    { id: 'accepted', title: 'Key accepted', ...accepted },
    { id: 'clock', title: 'Clock', ...clock },
    { id: 'site-url', title: 'siteUrl', ...checkSiteUrl(site) },
    { id: 'return-url', title: 'return_url', ...returned },
    { id: 'reconcile', title: 'Reconcile route', ...reconcile },
    ...further,
  ]
}

/** What is looked at only where the doctor is given what it needs for that. */
async function examineFurther(setup: Setup, site: Site, page: string | undefined): Promise<Check[]> {
  const simulator = setup.read('KHALTI_BASE_URL')
  const target = simulator && URL.canParse(simulator) ? new URL(simulator).origin : undefined
  const [attention, form] = await Promise.all([
    checkAttention(site, setup),
    page === undefined ? undefined : checkPage(page, target, site.fetch),
  ])
  return [
    ...(attention ? [{ id: 'attention', title: 'Orders to look at', ...attention }] : []),
    ...(form ? [{ id: 'form-action', title: 'Pay button', ...form }] : []),
  ]
}

async function tryKey(setup: Setup, terminal: Terminal): Promise<Finding> {
  await using client = clientOf(setup, terminal)
  return checkAccepted(client, settingsOf(setup), terminal.fetch)
}

function unchecked(missing: string): Finding {
  return warn(`not checked without a ${missing}`)
}

/** The first Node that this package supports; see `engines` in package.json. */
const oldestNode = [20, 18, 1]

/** Whether this Node is one that the package supports. */
export function checkNode(version: string): Finding {
  const parts = version.split('.').map(Number)
  const differing = oldestNode.findIndex((part, index) => parts[index] !== part)
  const oldEnough = differing === -1 || (parts[differing] ?? 0) > (oldestNode[differing] ?? 0)
  return oldEnough ? ok(version) : fail(version, `Use Node.js ${oldestNode.join('.')} or newer.`)
}

function readBasePath(given = '/api/khalti'): string {
  const path = given.replace(/\/+$/, '')
  if (/^(\/[\w.~-]+)*$/.test(path)) return path
  throw new UsageError(`--base-path is "${given}". It is a path such as /api/khalti.`)
}

const marks: Record<CheckStatus, [mark: string, paint: Paint]> = {
  ok: ['✓', 'green'],
  warn: ['!', 'yellow'],
  fail: ['✗', 'red'],
}

function report(checks: Check[], { colors, columns = Number.POSITIVE_INFINITY }: Terminal): string {
  const paint = painter(colors)
  const width = Math.max(...checks.map(({ title }) => title.length))
  const below = `\n${' '.repeat(width + 4)}`
  // A terminal that has room for nothing breaks the lines itself.
  const fitted = (text: string) => wrap(visible(text), Math.max(columns - below.length, 20))
  const lines = checks.map(({ title, status, detail, remedy }) => {
    const [mark, color] = marks[status]
    const advice = remedy === undefined ? [] : fitted(`→ ${remedy}`).map((line) => paint('dim', line))
    return [`${paint(color, mark)} ${title.padEnd(width)}  ${fitted(detail).join(below)}`, ...advice].join(below)
  })
  const count = (status: CheckStatus) => checks.filter((check) => check.status === status).length
  return `${lines.join('\n')}\n\n${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`
}
