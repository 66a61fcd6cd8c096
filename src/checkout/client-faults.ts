import { factsOf, type KhaltiClientOptions } from '../core/client.ts'
import { faultOf, KhaltiConfigError } from '../core/errors.ts'
import { khaltiEnvironmentOf } from '../core/hosts.ts'
import { keyFault } from '../core/refusal.ts'
import { resolveLimits } from '../core/request-options.ts'
import { ownKey } from '../core/secret-key.ts'
import { resolveSettings } from '../core/settings.ts'
import { nameFaults, noFunction } from './option-faults.ts'

/** Every option of a client. */
const known: Record<keyof KhaltiClientOptions, true> = {
  secretKey: true,
  environment: true,
  baseUrl: true,
  allowInsecureBaseUrl: true,
  timeoutMs: true,
  maxRetries: true,
  fetch: true,
  hooks: true,
  dangerouslyAllowBrowser: true,
}

/** What would fail at a client's first call, as far as it can be seen without one. A `secretKey` function is not asked. */
export function clientFaults(client: unknown): string[] {
  const options = factsOf(client)?.options
  if (options === undefined) return []
  // The letters of a text are its entries.
  if ('0' in options) return ['KhaltiClient was given text. It takes an object: new KhaltiClient({ secretKey }).']
  const { timeoutMs, maxRetries, fetch } = options
  return [
    ...faultOf(() => resolveSettings(options)),
    ...faultOf(() => requireKey(options)),
    ...faultOf(() => resolveLimits({ timeoutMs })),
    ...faultOf(() => resolveLimits({ maxRetries })),
    ...(fetch && typeof fetch !== 'function' ? [noFunction('fetch', fetch)] : []),
    ...nameFaults(options, known, { owner: 'KhaltiClient' }),
  ]
}

/** @throws KhaltiConfigError where there is no key, or one that Khalti's own hosts refuse. */
function requireKey(options: KhaltiClientOptions): void {
  if (typeof options.secretKey === 'function') return
  const fault = keyFault(ownKey(options.secretKey))
  const isKhalti = () => khaltiEnvironmentOf(new URL(resolveSettings(options).origin).hostname) !== undefined
  if (fault !== undefined && isKhalti()) throw new KhaltiConfigError(fault)
}
