import { type ParseArgsConfig, parseArgs } from 'node:util'
import { closest } from './closest.ts'
import { UsageError } from './command.ts'
import { looksLikeKey } from './secrets.ts'

/** How a command reads its arguments. */
interface Spec<Options> {
  options: Options
  /** What its positional argument is called; absent where it takes none. */
  positional?: string
}

/**
 * Reads the arguments behind a command's name, without `--help` and `--json`, which all have.
 *
 * @throws UsageError where they cannot be read.
 */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  { options, positional }: Spec<Options>,
) {
  // Not strict at first: the errors of a strict `parseArgs` are about `parseArgs` itself.
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  const given = tokens.flatMap((token) => (token.kind === 'option' ? [token] : []))
  for (const token of given) refuseMisused(token, options)
  refuseTwice(
    given.map(({ name }) => name),
    options,
  )
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const wanted = positional === undefined ? 0 : 1
  // The argument is not repeated: it may be a secret.
  if (positionals.length > wanted)
    throw new UsageError(`Unexpected argument.${wanted ? ` It takes one ${positional}.` : ''}`)
  if (positionals.length < wanted) throw new UsageError(`The ${positional} is missing.`)
  return { values, positional: positionals[0] ?? '' }
}

type Options = NonNullable<ParseArgsConfig['options']>

/** An option as it stands on the command line. */
interface Given {
  name: string
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

/** A value is not repeated: it may be a secret. */
function refuseMisused({ name, rawName, value, inlineValue }: Given, options: Options): void {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (option === undefined) throw new UsageError(`There is no option ${rawName}.${didYouMean(name, options)}`)
  if (option.type === 'boolean') {
    if (value !== undefined) throw new UsageError(`--${name} takes no value.`)
    return
  }
  if (value === undefined) throw new UsageError(`--${name} has no value. Write --${name} <value>.`)
  if (inlineValue || !value.startsWith('-') || value === '-') return
  throw new UsageError(
    `--${name} has no value: what follows begins with a dash. If it is the value, write --${name}=<value>.`,
  )
}

function didYouMean(name: string, options: Options): string {
  const meant = name.length > 1 ? closest(name, [...Object.keys(options), 'json', 'help']) : undefined
  return meant === undefined ? '' : ` Did you mean --${meant}?`
}

/** Refuses an option with a value that is given twice: one of the values would be lost. A flag may be repeated. */
function refuseTwice(names: string[], options: Options): void {
  const twice = names.find((name, index) => {
    const { type, multiple } = options[name] ?? {}
    return type === 'string' && multiple !== true && names.indexOf(name) !== index
  })
  if (twice !== undefined) throw new UsageError(`--${twice} is given twice. Say it once.`)
}

const keyOption = /^--?(api[-_]?|secret[-_]?|khalti[-_]?)*(key|secret)(=|$)/i

/**
 * Refuses a secret on the command line, where the shell's history and the list of processes keep it.
 *
 * @throws UsageError, which does not repeat it.
 */
export function refuseSecrets(args: string[], secrets: (string | undefined)[]): void {
  const known = secrets.filter((secret) => secret !== undefined && secret.length >= 16) as string[]
  const isSecret = (arg: string) => looksLikeKey(arg) || keyOption.test(arg) || known.some((key) => arg.includes(key))
  if (!args.some(isSecret)) return
  throw new UsageError(
    "A key does not belong on the command line: the shell's history and the list of processes keep it. Set KHALTI_SECRET_KEY, or name a file that has it: -e .env",
  )
}
