import { type Command, UsageError } from './command.ts'
import { simulateCommand } from './simulate.ts'

const commands: Record<string, Command> = { simulate: simulateCommand }

/** Runs what the command line asks for. @returns 0 for success, 1 where the command failed, 2 where it was called wrongly. */
export async function runCommand(argv: string[]): Promise<number> {
  const [name, ...args] = argv
  if (name === undefined || isHelp(name)) {
    console.log(overview())
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) return wrongUse(`There is no command "${name}".`, '')
  if (args.some(isHelp)) {
    console.log(command.help)
    return 0
  }
  return command.run(args).catch((error: unknown) => {
    if (isWrongUse(error)) return wrongUse(error.message, `${name} `)
    console.error(error instanceof Error ? error.message : String(error))
    return 1
  })
}

const isHelp = (argument: string) => argument === '--help' || argument === '-h'

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  return `khalti-kit: Khalti payments, from the terminal\n\n${lines.join('\n')}\n\nkhalti-kit <command> --help tells more of each.`
}

function wrongUse(message: string, command: string): number {
  console.error(`${message}\nkhalti-kit ${command}--help shows how it is used.`)
  return 2
}

/** Our own complaint, or one of `parseArgs`. */
function isWrongUse(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
}
