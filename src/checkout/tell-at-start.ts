import { setupFaults } from '../core/client.ts'
import { faultOf } from '../core/errors.ts'
import { readEnv } from '../core/settings.ts'
import { optionFaults } from './option-faults.ts'
import type { Shop } from './shop.ts'

const told = Symbol.for('khalti-kit.checkout.told')

/**
 * Says on the console what would fail at the first payment, or not be done after it, right after the server has started: a
 * key, an environment or a store that is missing, a name that is no option. Each text once in a process. Not in tests, not
 * while Next.js builds pages, and not where the runtime has no variables to look at.
 */
export function tellAtStart(shop: Shop): void {
  if (readEnv('NODE_ENV') === 'test' || isBuildingPages() || !hasVariables()) return
  try {
    // By then the modules are read, and the variables set that `dotenv` and the like set.
    setTimeout(tell, 0, shop)
  } catch {
    // Workers have no timers outside of requests.
  }
}

/** Whether Next.js builds pages: it reads the modules, often without the variables that the server will have. */
export function isBuildingPages(): boolean {
  return readEnv('NEXT_PHASE') === 'phase-production-build'
}

function tell(shop: Shop): void {
  const parts = ['client', 'payments', 'site', 'cronSecret', 'admin'] as const
  const faults = [
    ...setupFaults(shop.options.client),
    ...parts.flatMap((part) => faultOf(() => shop[part])),
    ...optionFaults(shop.options),
  ]
  if (faults.length === 0) return
  const lines = ['khalti-kit: this checkout is not set up yet.', ...faults.map((fault) => `  - ${fault}`)]
  if (/KHALTI_/.test(lines.join())) lines.push(`  ${aboutFiles}`)
  const text = [...lines, '  npx khalti-kit doctor looks closer.'].join('\n')
  const texts = textsOfProcess()
  if (texts.has(text)) return
  texts.add(text)
  console.warn(text)
}

const aboutFiles =
  'Next.js reads .env by itself, and Node.js does not: use process.loadEnvFile(), node --env-file=.env, or env of $env/dynamic/private in SvelteKit.'

/** `next dev` reads a module anew for every change, so what was told is the process's to know. */
function textsOfProcess(): Set<string> {
  const process = globalThis as { [told]?: Set<string> }
  process[told] ??= new Set()
  return process[told]
}

function hasVariables(): boolean {
  const { process } = globalThis as { process?: { env?: object } }
  return process?.env !== undefined
}
