import { parseCallback } from '../../core/callback.ts'
import { CutOff } from '../../core/cut-off.ts'
import { isKhaltiError } from '../../core/errors.ts'
import type { Arrival } from '../checkout-options.ts'
import type { Payment } from '../payment-store.ts'
import { findPayment, settlePayment } from '../settle.ts'
import { type Settlement, settlementOf } from '../settlement.ts'
import { refuseOtherEnvironment, type Shop } from '../shop.ts'
import { untilAborted } from '../until-aborted.ts'
import { seeOther } from './answer.ts'
import { landingAddress } from './landing-address.ts'

/** A customer looks at a blank page meanwhile. */
const patienceMs = 8_000

/** `GET return`: a customer comes back. Of the query only the pidx is used, and only to find our own record. */
export async function returnRoute(shop: Shop, request: Request): Promise<Response> {
  const arrival = await arrive(shop, parseCallback(request.url).pidx)
  return seeOther(await landingAddress(shop, arrival, 'return'))
}

async function arrive(shop: Shop, pidx: string | undefined): Promise<Arrival> {
  const cut = new CutOff(patienceMs, undefined)
  const signal = cut.toSignal()
  let payment: Payment | undefined
  const settling = async (): Promise<Arrival> => {
    payment = await findPayment(shop, pidx)
    if (payment === undefined)
      return { outcome: 'error', error: new Error('The redirect names no payment of this shop.') }
    return arrivalOf(await settleReturned(shop, payment, signal))
  }
  try {
    return await untilAborted(settling(), signal)
  } catch (error) {
    shop.report(error, { route: 'return', pidx, orderId: payment?.orderId })
    if (signal.aborted || isGatewayFailure(error)) return { outcome: 'pending', ...(payment && { payment }) }
    return { outcome: 'error', ...(payment && { payment }), error }
  } finally {
    cut.end()
  }
}

async function settleReturned(shop: Shop, payment: Payment, signal: AbortSignal): Promise<Settlement> {
  refuseOtherEnvironment(shop, payment)
  if (payment.fulfilledAt) return settlementOf(payment)
  const limits = { signal, maxRetries: 0, timeoutMs: Math.min(patienceMs, shop.client.timeoutMs) }
  return settlePayment(shop, payment, { route: 'return', limits })
}

function arrivalOf({ outcome, payment, error }: Settlement): Arrival {
  return { outcome: outcome === 'unknown' ? 'error' : outcome, payment, ...(error !== undefined && { error }) }
}

/** Nothing is known then, and the customer may well have paid. */
function isGatewayFailure(error: unknown): boolean {
  return isKhaltiError(error) && (error.code === 'api' || error.code === 'connection' || error.code === 'response')
}
