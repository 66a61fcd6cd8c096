import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { KhaltiClient } from '../core/client.ts'
import { resolveSettings, type Settings } from '../core/settings.ts'
import type { KhaltiEnvironment } from '../wire/endpoints.ts'
import { CommandFailure, UsageError } from './command.ts'
import type { Terminal } from './terminal.ts'

/** The variables a command works with, and where they are from. */
export interface Setup {
  /** A variable's value; blank is absent. Those of `--env-file` win over those of the environment. */
  read(name: string): string | undefined
  /** Where it is from: `the environment`, or the name of the file. */
  sourceOf(name: string): string | undefined
  /** All names that have a value. */
  names: string[]
  /** The names that have another value in the environment than in the file. */
  contradicted: string[]
}

/**
 * Reads the environment and, over it, the file that `--env-file` names. No other file is read.
 *
 * @throws UsageError where the file cannot be read.
 */
export function readSetup(terminal: Terminal, envFile: string | undefined): Setup {
  const fromEnv = withoutBlanks(terminal.env)
  const fromFile = envFile === undefined ? {} : withoutBlanks(parseEnv(readEnvFile(terminal.cwd, envFile)))
  const all = { ...fromEnv, ...fromFile }
  terminal.hide(all.KHALTI_SECRET_KEY)
  terminal.hide(all.CRON_SECRET)
  terminal.hide(all.KHALTI_ADMIN_TOKEN)
  return {
    read: (name) => all[name],
    sourceOf: (name) => (fromFile[name] ? envFile : all[name] && 'the environment'),
    names: Object.keys(all),
    contradicted: Object.keys(fromFile).filter((name) => fromEnv[name] && fromEnv[name] !== fromFile[name]),
  }
}

/** Where requests go. @throws KhaltiConfigError where the variables do not say, or name what cannot be. */
export function settingsOf(setup: Setup): Settings {
  return resolveSettings({
    environment: setup.read('KHALTI_ENVIRONMENT') as KhaltiEnvironment | undefined,
    baseUrl: setup.read('KHALTI_BASE_URL'),
  })
}

/** A client for one command. @throws CommandFailure where there is no key. */
export function clientOf(setup: Setup, terminal: Terminal): KhaltiClient {
  const { environment, origin } = settingsOf(setup)
  const secretKey = setup.read('KHALTI_SECRET_KEY')
  if (secretKey === undefined) {
    throw new CommandFailure(
      'There is no key. Set KHALTI_SECRET_KEY, or name a file that has it: --env-file .env.local',
      { code: 'config' },
    )
  }
  return new KhaltiClient({ secretKey, environment, baseUrl: origin, fetch: terminal.fetch })
}

/** Where a command asks, as people read it. */
export function describeSettings({ environment, origin }: Settings): string {
  return `${environment}, ${origin}`
}

function readEnvFile(cwd: string, name: string): string {
  try {
    return readFileSync(resolve(cwd, name), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`--env-file ${name} cannot be read (${code}). Name a file such as .env.local.`)
  }
}

function withoutBlanks(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(variables).map(([name, value]) => [name, value?.trim()] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])))
}
