import type { KhaltiClient } from '../../core/client.ts'
import { type AnyKhaltiError, isKhaltiError, type KhaltiApiError } from '../../core/errors.ts'
import { isLoopback, khaltiEnvironmentOf } from '../../core/hosts.ts'
import type { Settings } from '../../core/settings.ts'
import { mintId } from '../../simulator/mint-id.ts'
import { baseUrls } from '../../wire/endpoints.ts'
import { describeSettings, type Setup, settingsOf } from '../setup.ts'
import { ask, describeFailure, type Finding, fail, ok, warn } from './check.ts'

/** Which gateway is meant, and whether the variables that say so agree. */
export function checkEnvironment(setup: Setup): Finding {
  const said = setup.read('KHALTI_ENVIRONMENT')
  if (said === undefined && setup.read('NODE_ENV') === 'production') {
    return fail(
      'NODE_ENV is production, and KHALTI_ENVIRONMENT is not set',
      'Set KHALTI_ENVIRONMENT=production, or sandbox where no real money must be taken. The client refuses to guess.',
    )
  }
  const from = said === undefined ? 'the default' : `KHALTI_ENVIRONMENT of ${setup.sourceOf('KHALTI_ENVIRONMENT')}`
  try {
    return judgeSettings(settingsOf(setup), from)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return fail(why, 'Correct KHALTI_ENVIRONMENT or KHALTI_BASE_URL.')
  }
}

function judgeSettings(settings: Settings, from: string): Finding {
  const { environment, origin } = settings
  const seen = `${describeSettings(settings)} (${from})`
  if (origin === baseUrls[environment]) return ok(seen)
  const other = environment === 'sandbox' ? 'production' : 'sandbox'
  if (origin === baseUrls[other]) {
    return fail(`${seen}, which is Khalti's ${other}`, `Remove KHALTI_BASE_URL, or set KHALTI_ENVIRONMENT=${other}.`)
  }
  if (environment === 'sandbox') return ok(`${seen}; KHALTI_BASE_URL leads to a simulator or proxy`)
  return warn(`${seen}, which is not Khalti's`, 'Remove KHALTI_BASE_URL, unless it is a proxy that you run.')
}

/** Whether the gateway takes the key: asks for a payment that nobody has, in this environment and in no other. */
export async function checkAccepted(
  client: KhaltiClient,
  settings: Settings,
  fetch?: typeof globalThis.fetch,
): Promise<Finding> {
  try {
    await client.lookup(mintId(), { maxRetries: 0 })
    return warn('it knows a payment that nobody made', 'Is KHALTI_BASE_URL really a gateway?')
  } catch (error) {
    if (!isKhaltiError(error)) throw error
    const kind = error.code === 'api' && (await isSimulator(settings, fetch)) ? error.kind : undefined
    if (kind === 'not-found') return ok('a simulator takes it, as any key: Khalti was not asked')
    if (kind === 'authentication') {
      return fail(
        'a simulator refuses it: Khalti was not asked',
        'Any word will do, unless the simulator was started with a key of its own.',
      )
    }
    return judgeError(error, settings)
  }
}

function judgeError(error: AnyKhaltiError, settings: Settings): Finding {
  if (error.code === 'api') return judgeRefusal(error, settings.environment)
  if (error.code === 'config') return fail('not asked: the key cannot be sent', error.message)
  if (error.code === 'connection') return fail(error.message, reachAgain(settings))
  return warn(error.message, 'Try again later; is KHALTI_BASE_URL a gateway?')
}

function reachAgain({ origin }: Settings): string {
  const { hostname, port } = new URL(origin)
  if (khaltiEnvironmentOf(hostname)) return 'Is this machine online, and may it reach Khalti?'
  if (!isLoopback(hostname)) return `Does a gateway run at ${origin}, and may this machine reach it?`
  return `Start the simulator: npx khalti-kit simulate --port ${port || 80}`
}

/** Whether it says of itself, on its pages, that it is our simulator. */
async function isSimulator({ origin }: Settings, fetch: typeof globalThis.fetch = globalThis.fetch): Promise<boolean> {
  if (khaltiEnvironmentOf(new URL(origin).hostname)) return false
  try {
    const answer = await fetch(`${origin}/payments`, { signal: AbortSignal.timeout(10_000) })
    return (await answer.text()).includes('khalti-kit simulator')
  } catch {
    return false
  }
}

function judgeRefusal({ kind, status, body }: KhaltiApiError, environment: Settings['environment']): Finding {
  const detail = (body as { detail?: unknown } | undefined)?.detail
  if (kind === 'not-found' && detail !== undefined) return ok(`${environment} takes it`)
  if (kind !== 'authentication')
    return warn(
      `${environment} answers HTTP ${status}, which tells nothing`,
      kind === 'not-found' ? "Is KHALTI_BASE_URL a gateway? Its answer is not Khalti's." : 'Try again later.',
    )
  const seen = `${environment} refuses it: ${typeof detail === 'string' ? detail : `HTTP ${status}`}`
  if (String(detail).startsWith('Authentication credentials')) {
    return fail(seen, 'The key did not arrive. A proxy on the way may drop the Authorization header.')
  }
  const [dashboard, other] =
    environment === 'sandbox' ? ['test-admin.khalti.com', 'production'] : ['admin.khalti.com', 'sandbox']
  return fail(
    seen,
    `Copy the live_secret_key again from ${dashboard}. If it is a key of the ${other} gateway, set KHALTI_ENVIRONMENT=${other} and run this again: Khalti does not tell the two apart, and a key is never tried on the other gateway for you.`,
  )
}

const toleranceMs = 60_000

/** Whether this machine's clock agrees with the gateway's. */
export async function checkClock({ origin }: Settings, fetch: typeof globalThis.fetch | undefined): Promise<Finding> {
  const start = Date.now()
  try {
    const { headers } = await ask(`${origin}/`, fetch)
    const ageMs = Number(headers.get('age') ?? 0) * 1000
    const theirs = Date.parse(headers.get('date') ?? '') + ageMs
    if (Number.isNaN(theirs)) return warn('the gateway sent no Date', "Compare this machine's clock with another.")
    return judgeClock((start + Date.now()) / 2 - theirs, ownerOf(new URL(origin)))
  } catch (error) {
    return warn(`not checked: ${describeFailure(error)}`, 'Run this again once the gateway is reached.')
  }
}

/** Whose clock it is, as people read it. */
function ownerOf({ hostname, host }: URL): string {
  if (khaltiEnvironmentOf(hostname)) return "Khalti's"
  return isLoopback(hostname) ? 'the local gateway' : `that of ${host}`
}

function judgeClock(aheadMs: number, of: string): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  if (Math.abs(aheadMs) <= toleranceMs) return ok(`within ${Math.max(1, seconds)} s of ${of}`)
  return fail(
    `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} ${of}`,
    'Links would seem to expire too early or too late. Turn on time synchronization (NTP).',
  )
}
