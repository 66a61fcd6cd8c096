import { isLoopback } from '../../core/hosts.ts'
import { cleanKey } from '../../core/secret-key.ts'
import type { Setup } from '../setup.ts'
import { type Finding, fail, ok, warn } from './check.ts'

const name = 'KHALTI_SECRET_KEY'

/** Which key is used, from where, and whether it looks like one. Never tells more of it than its shape. */
export function checkKey(setup: Setup): Finding {
  const key = setup.read(name)
  if (key === undefined) {
    const place = setup.blankIn(name)
    return place
      ? fail(`${name} of ${place} is blank`, `Write the key behind ${name}= in ${place}.`)
      : fail(
          'there is none',
          `Write ${name}= and the key into .env.local or .env, or name a file that has it: --env-file.`,
        )
  }
  const seen = `${name} of ${setup.sourceOf(name)}: ${describeShape(key)}`
  const remedy = remedyFor(key)
  if (remedy) return fail(seen, remedy)
  if (setup.contradicted.includes(name)) {
    return warn(
      `${seen}; the environment has another`,
      'The file was used here, but Next.js and node --env-file prefer the environment. Keep one of the two.',
    )
  }
  const file = setup.unreadFileOf(name)
  if (file !== undefined) return warn(seen, unreadRemedy(file))
  if (isUsual(key)) return ok(seen)
  return isForSimulator(setup)
    ? ok(`${seen}; a simulator takes any, Khalti does not`)
    : warn(seen, 'Keys of Khalti are 32 hex characters, with live_secret_key_ before them or not. Is it whole?')
}

const unreadRemedy = (file: string) =>
  `Next.js reads ${file} by itself, and Node.js does not. Does your server? Such as with process.loadEnvFile(), node --env-file=${file}, or env of $env/dynamic/private in SvelteKit. If it does: npx khalti-kit doctor -e ${file}`

/** Whether requests go to this machine or a container, where what `simulate` says of the key is followed: any word will do. */
function isForSimulator(setup: Setup): boolean {
  const baseUrl = setup.read('KHALTI_BASE_URL') ?? ''
  return URL.canParse(baseUrl) && (isLoopback(new URL(baseUrl).hostname) || baseUrl.startsWith('http:'))
}

/** Names of variables that put a key into the code that browsers get. */
export function checkExposure(setup: Setup): Finding {
  const key = setup.read(name)
  const exposed = setup.names.filter(
    (it) => isPublicName(it) && (/khalti.*(secret|_key)/i.test(it) || setup.read(it) === key),
  )
  if (exposed.length === 0) return ok('no variable that goes to browsers has it')
  return fail(
    `${exposed.join(', ')} goes to every browser`,
    `Use ${name}, which stays on the server, remove ${exposed.join(', ')}, and get a new key from Khalti: this one may be known.`,
  )
}

const isPublicName = (it: string) => /^(NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|GATSBY|NUXT_PUBLIC|PUBLIC)_/.test(it)

const prefix = /^(live|test)_(secret|public)_key_/i

/** Such as `live_secret_key_ and 32 hex characters`. */
export function describeShape(raw: string): string {
  const key = bare(raw)
  const start = prefix.exec(key)?.[0]
  const rest = key.slice(start?.length ?? 0)
  const body = `${rest.length} ${/^[0-9a-f]+$/i.test(rest) ? 'hex ' : ''}characters`
  return start ? `${start.toLowerCase()} and ${body}` : body
}

function isUsual(raw: string): boolean {
  return /^(live_secret_key_)?[0-9a-f]{32}$/i.test(bare(raw))
}

function remedyFor(raw: string): string | undefined {
  const key = bare(raw)
  if (/^["']|["']$/.test(key)) return 'The quotes are a part of it. Write the variable without them.'
  if (/^(live|test)_public_key_/i.test(key)) return 'This is a public key. Take the live_secret_key.'
  if (/^test_secret_key_/i.test(key)) {
    return 'This is a key of the older API (KPG-1), which the web checkout refuses. Take the live_secret_key, for the sandbox too (test-admin.khalti.com).'
  }
  return canBeKey(raw)
    ? undefined
    : 'It holds characters that no key has, such as a blank or a line break. Copy it again.'
}

function canBeKey(raw: string): boolean {
  try {
    return cleanKey(raw) !== ''
  } catch {
    return false
  }
}

/** Without the `Key ` that the client takes off as well. */
function bare(raw: string): string {
  return raw.replace(/^key\s+/i, '').trim()
}
