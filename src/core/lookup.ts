import { lookupPath, type PaymentLookupResponse, paymentLookupResponseSchema } from '../wire/lookup.ts'
import { readAnswer } from './answer.ts'
import type { Call, Gateway } from './gateway.ts'
import { requireId } from './ids.ts'
import type { RequestLimits } from './request-options.ts'
import { isTransient, withRetries } from './retry.ts'

/**
 * Asks for the state of a payment. Its body decides, with HTTP 2xx and 400 alike: Khalti answers Expired and User canceled
 * with 400. A redirect, a refusal of the key or an answer of a broken server is no lookup, whatever its body says.
 */
export async function lookup(gateway: Gateway, pidx: string, limits: RequestLimits): Promise<PaymentLookupResponse> {
  const body = { pidx: requireId(pidx, 'pidx', 'lookup') }
  const call: Call = { operation: 'lookup', method: 'POST', path: lookupPath, body, authorized: true, changes: false }
  return withRetries({ gateway, call, limits, mayRepeat: isTransient }, async (attempt) =>
    readAnswer(await gateway.send(call, attempt), paymentLookupResponseSchema, 400),
  )
}
