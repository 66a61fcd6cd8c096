import { factsOf } from '../core/client.ts'
import { faultOf } from '../core/errors.ts'
import { ownKey } from '../core/secret-key.ts'
import { resolveSettings } from '../core/settings.ts'

/** What would fail at a client's first call, as far as it can be seen without one. A `secretKey` function is not asked. */
export function clientFaults(client: unknown): string[] {
  const options = factsOf(client)?.options
  if (options === undefined) return []
  const { secretKey } = options
  return [
    ...faultOf(() => resolveSettings(options)),
    ...faultOf(() => typeof secretKey === 'function' || ownKey(secretKey)),
  ]
}
