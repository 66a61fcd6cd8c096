import { readFileSync } from 'node:fs'
import { isKhaltiError } from '../core/errors.ts'
import { isLoopback } from '../core/hosts.ts'
import { closest } from './closest.ts'
import { type Command, CommandFailure, type ExitCode, UsageError } from './command.ts'
import { demoCommand } from './demo.ts'
import { doctorCommand } from './doctor.ts'
import { errorFacts } from './error-facts.ts'
import { fitHelp } from './fit-help.ts'
import { initCommand } from './init.ts'
import { lookupCommand } from './lookup.ts'
import { ordersCommand } from './orders.ts'
import { refuseSecrets } from './read-arguments.ts'
import { refundCommand } from './refund.ts'
import { rows } from './rows.ts'
import { hideSecrets } from './secrets.ts'
import { simulateCommand } from './simulate.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible.ts'

const commands: Record<string, Command> = {
  demo: demoCommand,
  simulate: simulateCommand,
  doctor: doctorCommand,
  init: initCommand,
  lookup: lookupCommand,
  refund: refundCommand,
  orders: ordersCommand,
}

/** Runs what the command line asks for, and tells in `terminal` how it went. */
export async function runCommand(argv: string[], terminal: Terminal): Promise<ExitCode> {
  const { KHALTI_SECRET_KEY, CRON_SECRET, KHALTI_ADMIN_TOKEN } = terminal.env
  const secrets = [KHALTI_SECRET_KEY, CRON_SECRET, KHALTI_ADMIN_TOKEN].map((secret) => secret?.trim())
  hideSecrets(terminal.env, terminal)
  // The terminal knows of it.
  const [name = '', ...args] = argv.filter((argument) => argument !== '--json')
  try {
    refuseSecrets(argv, secrets)
    return await dispatch(name, args, terminal)
  } catch (error) {
    return report(error, name, terminal)
  }
}

async function dispatch(name: string, args: string[], terminal: Terminal): Promise<ExitCode> {
  if (name === '') return showHelp(overview(), terminal, 2)
  if (name === 'help' || isHelp(name)) return showHelp(helpFor(args[0]), terminal)
  if (name === '--version' || name === '-v') return showVersion(terminal)
  const command = requireCommand(name)
  if (args.some(isHelp)) return showHelp(command.help, terminal)
  return command.run(args, terminal)
}

const isHelp = (argument: string) => argument === '--help' || argument === '-h'

function commandOf(name = ''): Command | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined
}

/** @throws UsageError where there is no such command. */
function requireCommand(name: string): Command {
  const command = commandOf(name)
  if (command !== undefined) return command
  const meant = closest(name, Object.keys(commands))
  throw new UsageError(`There is no command "${name}".${meant === undefined ? '' : ` Did you mean ${meant}?`}`)
}

/** The help of the command named after `help`, or of all. */
function helpFor(name: string | undefined): string {
  return name === undefined || isHelp(name) ? overview() : requireCommand(name).help
}

function showHelp(help: string, terminal: Terminal, exitCode: ExitCode = 0): ExitCode {
  terminal.show({ text: fitHelp(help, terminal.columns), data: { help } })
  return exitCode
}

function showVersion(terminal: Terminal): ExitCode {
  const version = packageVersion()
  terminal.show({ text: version, data: { version } })
  return 0
}

/** The manifest lies two folders up, beside `src` as beside `dist`. */
function packageVersion(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

function overview(): string {
  return `khalti-kit: Khalti payments, from the terminal

${rows(Object.entries(commands).map(([name, { summary }]) => [name, summary]))}

khalti-kit <command> --help tells more of each, khalti-kit --version which this
is. With --json every command prints one line of JSON.

The key comes from KHALTI_SECRET_KEY or from the file that --env-file (-e)
names, never from the command line. KHALTI_ENVIRONMENT is sandbox (the default)
or production. KHALTI_BASE_URL is for the simulator or a proxy.

Exit codes: 0 it went well, 1 it failed, 2 it was called wrongly and did
nothing.`
}

function report(error: unknown, name: string, terminal: Terminal): ExitCode {
  const message = error instanceof Error ? error.message : String(error)
  const wrongUse = isWrongUse(error)
  const usage = `\nnpx khalti-kit ${commandOf(name) ? `${name} ` : ''}--help shows how it is used.`
  if (terminal.json) terminal.show({ text: message, data: { error: { ...factsOf(error), message } } })
  // Words of Khalti's may be in it.
  else
    terminal.complain((isKhaltiError(error) ? visible(message) : message) + (wrongUse ? usage : simulatorHint(error)))
  return wrongUse ? 2 : 1
}

/** What listens on this machine is most often the simulator, which somebody has to start. */
function simulatorHint(error: unknown): string {
  if (!isKhaltiError(error) || error.code !== 'connection' || error.reason !== 'unreachable') return ''
  const [address = ''] = /https?:\/\/[^\s)]+/.exec(error.message) ?? []
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url && isLoopback(url.hostname)
    ? `\nStart the simulator: npx khalti-kit simulate --port ${url.port || 80}`
    : ''
}

/** For scripts; `code` is always there. */
function factsOf(error: unknown): object {
  if (error instanceof CommandFailure) return { code: 'failed', ...error.facts }
  if (isKhaltiError(error)) return errorFacts(error)
  return { code: isWrongUse(error) ? 'usage' : 'failed' }
}

/** Our own complaint, or an id or amount that cannot be one. */
function isWrongUse(error: unknown): error is Error {
  return error instanceof UsageError || (isKhaltiError(error) && error.code === 'input')
}
