import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** Variables, and where they are from. */
export interface Source {
  name: string
  variables: Readonly<Record<string, string | undefined>>
}

/**
 * The files that Next.js reads, what comes first wins, with `$NAME`, `${NAME}` and `${NAME:-default}` filled in as it does.
 *
 * @see https://nextjs.org/docs/app/guides/environment-variables#environment-variable-load-order
 */
export function filesOfNext(cwd: string, env: Source['variables'], read: (name: string) => string): Source[] {
  const mode = env.NODE_ENV === 'production' ? 'production' : 'development'
  const known = { ...env }
  return [`.env.${mode}.local`, '.env.local', `.env.${mode}`, '.env']
    .filter((name) => existsSync(resolve(cwd, name)))
    .map((name) => {
      const variables = filledIn(parseEnv(read(name)) as Record<string, string>, known)
      // A later file can refer to those before it, and its own count less.
      Object.assign(known, { ...variables, ...known })
      return { name, variables }
    })
}

const reference = /(?<!\\)\$\{?(\w+)(?::-([^}\\]*))?\}?/g

function filledIn(variables: Record<string, string>, known: Source['variables']): Record<string, string> {
  // Next.js gives up on a file whose variables go round in a circle.
  const fill = (value: string, within: string[]): string =>
    value.replace(reference, (_, name: string, otherwise?: string) => {
      const own = within.includes(name) ? undefined : variables[name]
      return known[name] || otherwise || (own && fill(own, [...within, name])) || ''
    })
  const entries = Object.entries(variables)
  return Object.fromEntries(entries.map(([name, value]) => [name, fill(value, [name]).replaceAll('\\$', '$')]))
}
