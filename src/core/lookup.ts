import { lookupPath, type PaymentLookupResponse } from '../wire/lookup.ts'
import { readLookup } from './answer.ts'
import type { Call, Gateway } from './gateway.ts'
import { requireId } from './ids.ts'
import type { RequestLimits } from './request-options.ts'
import { isTransient, withRetries } from './retry.ts'

/** Asks for the state of a payment. */
export async function lookup(gateway: Gateway, pidx: string, limits: RequestLimits): Promise<PaymentLookupResponse> {
  const body = { pidx: requireId(pidx, 'pidx', 'lookup') }
  const call: Call = { operation: 'lookup', method: 'POST', path: lookupPath, body, authorized: true, changes: false }
  return withRetries({ gateway, call, limits, mayRepeat: isTransient }, async (attempt) =>
    readLookup(await gateway.send(call, attempt)),
  )
}
