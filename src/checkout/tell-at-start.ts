import { faultOf, KhaltiConfigError } from '../core/errors.ts'
import { readEnv } from '../core/settings.ts'
import { clientFaults } from './client-faults.ts'
import { forgetfulIn, inMemory } from './in-memory.ts'
import { optionFaults } from './option-faults.ts'
import type { Shop } from './shop.ts'
import { requireAddresses } from './site.ts'

const told = Symbol.for('khalti-kit.checkout.told')

/**
 * Warns on the console, right after the server has started, of what would fail at the first payment: a missing key,
 * environment or store, an address that Khalti refuses, an unknown option. Prints each text once per process. Silent in tests, while Next.js builds pages,
 * and where the runtime has no environment variables.
 */
export function tellAtStart(shop: Shop): void {
  if (readEnv('NODE_ENV') === 'test' || isBuildingPages() || !hasVariables()) return
  try {
    // By then `dotenv` and the like have set their variables.
    setTimeout(tell, 0, shop)
  } catch {
    // Workers have no timers outside of requests.
  }
}

/** Whether Next.js is building pages: it loads the modules, often without the server's variables. */
export function isBuildingPages(): boolean {
  return readEnv('NEXT_PHASE') === 'phase-production-build'
}

function tell(shop: Shop): void {
  const parts = ['client', 'payments', 'site', 'cronSecret', 'admin'] as const
  const faults = [
    ...clientFaults(shop.options.client),
    ...parts.flatMap((part) => faultOf(() => shop[part])),
    ...faultOf(() => refuseMemory(shop)),
    ...faultOf(() => requireAddresses(shop.site, shop.client.environment)),
    ...optionFaults(shop.options),
  ]
  if (faults.length === 0) return
  // One fault of the client or the site is found on several ways.
  const lines = ['khalti-kit: this checkout is not set up yet.', ...[...new Set(faults)].map((fault) => `  - ${fault}`)]
  // Other faults name a variable too, but it was read.
  if (/KHALTI_SECRET_KEY|no Khalti environment/.test(lines.join())) lines.push(`  ${aboutFiles}`)
  const text = [...lines, '  npx khalti-kit doctor looks closer.'].join('\n')
  const texts = textsOfProcess()
  if (texts.has(text)) return
  texts.add(text)
  console.warn(text)
}

/** @throws KhaltiConfigError where real money is taken and forgotten. Under `NODE_ENV=production` the store has said so itself. */
function refuseMemory({ payments, client }: Shop): void {
  if (!(inMemory in payments) || client.environment !== 'production' || readEnv('NODE_ENV') === 'production') return
  throw new KhaltiConfigError(forgetfulIn('the environment is production: customers pay real money'))
}

const aboutFiles =
  'Next.js reads .env by itself, and Node.js does not: use process.loadEnvFile(), node --env-file=.env, or env of $env/dynamic/private in SvelteKit.'

/** `next dev` reloads a module after every change, so we remember in the process what was printed. */
function textsOfProcess(): Set<string> {
  const process = globalThis as { [told]?: Set<string> }
  process[told] ??= new Set()
  return process[told]
}

function hasVariables(): boolean {
  const { process } = globalThis as { process?: { env?: object } }
  return process?.env !== undefined
}
