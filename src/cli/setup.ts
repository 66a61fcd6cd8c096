import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { KhaltiClient } from '../core/client.ts'
import { isKhaltiError, KhaltiConfigError } from '../core/errors.ts'
import { resolveSettings, type Settings } from '../core/settings.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import { CommandFailure, UsageError } from './command.ts'
import { filesOfNext, type Source } from './next-env.ts'
import { readText } from './read-text.ts'
import { hideSecrets } from './secrets.ts'
import type { Terminal } from './terminal.ts'

/** The variables a command works with, and where they are from. */
export interface Setup {
  /** A variable's value; blank is absent. `--env-file` wins over the environment. */
  read(name: string): string | undefined
  /** Where it is from: `the environment`, or the name of the file. */
  sourceOf(name: string): string | undefined
  /** The file it is from, where only Next.js reads such a file by itself, and nothing says that this project does. */
  unreadFileOf(name: string): string | undefined
  /** The file that has the name without a value, where nothing else has one. */
  blankIn(name: string): string | undefined
  /** All names that have a value. */
  names: string[]
  /** The names that have another value in the environment than in the file. */
  contradicted: string[]
  /** Whether KHALTI_BASE_URL may be http beyond this machine. */
  allowInsecureBaseUrl: boolean
}

/** The options of every command that asks the gateway. */
export const gatewayOptions = {
  'env-file': { type: 'string', short: 'e' },
  'allow-insecure-base-url': { type: 'boolean' },
} as const

/** What was said on the command line. */
export interface SetupValues {
  'env-file'?: string | undefined
  'allow-insecure-base-url'?: boolean | undefined
}

/** How files are read, where no one file is named. */
export interface SetupOptions {
  /** Reads the files that Next.js reads, below the environment, as it does. */
  likeNext?: boolean
}

/**
 * Reads the environment and, over it, the file that `--env-file` names. Without such a file no other is read, unless
 * `likeNext` says so.
 *
 * @throws UsageError where the file cannot be read.
 */
export function readSetup(terminal: Terminal, values: SetupValues, { likeNext }: SetupOptions = {}): Setup {
  const envFile = values['env-file']
  const readFile = (name: string) => readEnvFile(terminal.cwd, name)
  const environment: Source = { name: 'the environment', variables: terminal.env }
  // What comes first wins.
  const sources =
    envFile === undefined
      ? [environment, ...(likeNext ? filesOfNext(terminal.cwd, terminal.env, readFile) : [])]
      : [{ name: envFile, variables: parseEnv(readFile(envFile)) }, environment]
  const find = (name: string) => sources.find(({ variables }) => valueIn(variables, name) !== undefined)
  const read = (name: string) => valueIn(find(name)?.variables ?? {}, name)
  for (const { variables } of sources) hideSecrets(variables, terminal)
  const names = [...new Set(sources.flatMap(({ variables }) => Object.keys(variables)))].filter(find)
  return {
    read,
    sourceOf: (name) => find(name)?.name,
    unreadFileOf(name) {
      const source = find(name)
      return source === undefined || source === environment || envFile !== undefined || readsFiles(terminal.cwd)
        ? undefined
        : source.name
    },
    blankIn: (name) => (find(name) ? undefined : sources.find(({ variables }) => variables[name] !== undefined)?.name),
    names,
    contradicted: names.filter((name) => {
      const found = sources.map(({ variables }) => valueIn(variables, name)).filter((value) => value !== undefined)
      return envFile !== undefined && new Set(found).size > 1
    }),
    allowInsecureBaseUrl: values['allow-insecure-base-url'] === true,
  }
}

/** A variable's value; blank is absent. */
function valueIn(variables: Source['variables'], name: string): string | undefined {
  return variables[name]?.trim() || undefined
}

/** Whether the project is one of Next.js, or names something else that reads such files; so too where it has no package.json. */
function readsFiles(cwd: string): boolean {
  const path = resolve(cwd, 'package.json')
  const readers =
    /"(next|nuxt|@react-router\/dev|@remix-run\/dev|@nestjs\/config|env-cmd|bun-types|@types\/bun|[\w@/-]*dotenv[\w/-]*)"\s*:|--env-file|\bbun\b/
  return !existsSync(path) || readers.test(readText(path))
}

/** Where requests go. @throws KhaltiConfigError where the variables do not say, or name what cannot be. */
export function settingsOf(setup: Setup): Settings {
  try {
    return resolveSettings({
      environment: setup.read('KHALTI_ENVIRONMENT') as KhaltiEnvironment | undefined,
      baseUrl: setup.read('KHALTI_BASE_URL'),
      allowInsecureBaseUrl: setup.allowInsecureBaseUrl,
    })
  } catch (error) {
    if (!isKhaltiError(error)) throw error
    // The client's option, as it is written here.
    throw new KhaltiConfigError(error.message.replace('allowInsecureBaseUrl: true', '--allow-insecure-base-url'), error)
  }
}

/** A client for one command. @throws CommandFailure where there is no key. */
export function clientOf(setup: Setup, terminal: Terminal): KhaltiClient {
  const { environment, origin } = settingsOf(setup)
  const secretKey = setup.read('KHALTI_SECRET_KEY')
  if (secretKey === undefined) {
    throw new CommandFailure('There is no key. Set KHALTI_SECRET_KEY, or name a file that has it: -e .env.local', {
      code: 'config',
    })
  }
  const { allowInsecureBaseUrl } = setup
  return new KhaltiClient({ secretKey, environment, baseUrl: origin, allowInsecureBaseUrl, fetch: terminal.fetch })
}

/** Where a command asks, as people read it. */
export function describeSettings({ environment, origin }: Settings): string {
  return `${environment}, ${origin}`
}

function readEnvFile(cwd: string, name: string): string {
  try {
    return readText(resolve(cwd, name))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`--env-file ${name} cannot be read (${code}). Name a file such as .env.local.`)
  }
}
