import {
  initiatePath,
  type PaymentInitiateResponse,
  type PaymentRequest,
  paymentInitiateResponseSchema,
} from '../wire/initiate.ts'
import { readAnswer } from './answer.ts'
import type { Call, Gateway } from './gateway.ts'
import { checkPaymentRequest } from './payment-request.ts'
import type { RequestLimits } from './request-options.ts'
import { neverLeft, withRetries } from './retry.ts'

/** Makes a payment link. Repeated only where the request never left: Khalti would make a second link. */
export async function initiate(
  gateway: Gateway,
  request: PaymentRequest,
  limits: RequestLimits,
): Promise<PaymentInitiateResponse> {
  const body = checkPaymentRequest(request, gateway.settings.environment)
  if (new URL(body.return_url).search !== '') {
    gateway.warn({
      code: 'return-url-query',
      message:
        'return_url has a query of its own. Khalti has been seen to append its own with a second "?", which hides parameters: put what you need into the path.',
    })
  }
  const call: Call = {
    operation: 'initiate',
    method: 'POST',
    path: initiatePath,
    body,
    authorized: true,
    changes: true,
  }
  return withRetries({ gateway, call, limits, mayRepeat: neverLeft }, async (attempt) =>
    readAnswer(await gateway.send(call, attempt), paymentInitiateResponseSchema),
  )
}
