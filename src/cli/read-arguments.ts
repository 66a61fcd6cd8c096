import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from './command.ts'
import { looksLikeKey } from './secrets.ts'

/** How a command reads its arguments. */
interface Spec<Options> {
  options: Options
  /** What its one argument without a name is called; absent where it has none. */
  positional?: string
}

/**
 * Reads the arguments behind a command's name, without `--help` and `--json`, which all have.
 *
 * @throws UsageError, or an error of `parseArgs`, where they cannot be read.
 */
export function readArguments<const Options extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  { options, positional }: Spec<Options>,
) {
  const { values, positionals, tokens } = parseArgs({ args, options, allowPositionals: true, tokens: true })
  refuseTwice(
    tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : [])),
    options,
  )
  const wanted = positional === undefined ? 0 : 1
  // What is too much is not repeated: it may be a secret that was meant for another place.
  if (positionals.length > wanted)
    throw new UsageError(`There is an argument too many${wanted ? `: it takes one ${positional}` : ''}.`)
  if (positionals.length < wanted) throw new UsageError(`The ${positional} is missing.`)
  return { values, positional: positionals[0] ?? '' }
}

/** One value would count and the other be forgotten without a word; where nothing but the name is said, twice is once. */
function refuseTwice(names: string[], options: NonNullable<ParseArgsConfig['options']>): void {
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
