import { execFile, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runCommand } from '../../src/cli/run-command.ts'
import { createTerminal, type TerminalParts } from '../../src/cli/terminal.ts'

/** What a call of the terminal companion came to. */
export interface CliResult {
  code: number
  stdout: string
  stderr: string
}

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url))

/** A plausible key that is no one's. */
export const key = 'live_secret_key_0123456789abcdef0123456789abcdef'

const program = (args: string[]) => ['--import', import.meta.resolve('tsx'), path('src/cli/main.ts'), ...args]
const variables = { NODE_ENV: 'test' as const, PATH: process.env.PATH, TSX_TSCONFIG_PATH: path('tsconfig.json') }

/** Runs the program as a user does: in a process of its own, piped, with these variables and no others of Khalti's. */
export function khaltiKit(
  args: string[],
  { env = {}, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(process.execPath, program(args), { cwd, env: { ...variables, ...env } }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr })
    })
  })
}

/** Runs the program with its standard output led to a file or device. */
export function khaltiKitTo(file: string, args: string[]): Pick<CliResult, 'code' | 'stderr'> {
  const output = openSync(file, 'w')
  const { status, stderr } = spawnSync(process.execPath, program(args), {
    env: variables,
    stdio: ['ignore', output, 'pipe'],
    encoding: 'utf8',
  })
  closeSync(output)
  return { code: status ?? -1, stderr }
}

/** Runs a command in this process, with a terminal that is made for the test. */
export async function inTerminal(args: string[], place: Partial<TerminalParts> = {}): Promise<CliResult> {
  const written = { stdout: '', stderr: '' }
  const terminal = createTerminal({
    env: { KHALTI_SECRET_KEY: key },
    cwd: process.cwd(),
    json: args.includes('--json'),
    colors: false,
    out: (text) => {
      written.stdout += text
    },
    err: (text) => {
      written.stderr += text
    },
    ...place,
  })
  return { code: await runCommand(args, terminal), ...written }
}
