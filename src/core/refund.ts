import { type RefundRequest, type RefundResponse, refundPath, refundResponseSchema } from '../wire/refund.ts'
import { readAnswer } from './answer.ts'
import { KhaltiInputError } from './errors.ts'
import type { Call, Gateway } from './gateway.ts'
import { requireId } from './ids.ts'
import type { RequestLimits } from './request-options.ts'
import { requireOptions } from './require-options.ts'
import { show } from './show.ts'

/** What a refund is made of. */
export interface RefundInput {
  transactionId: string
  request: RefundRequest
}

/** Gives money back. Sent once and never repeated: nothing says that Khalti would not pay twice. */
export async function refund(gateway: Gateway, input: RefundInput, limits: RequestLimits): Promise<RefundResponse> {
  const transactionId = requireId(input.transactionId, 'transactionId', 'refund')
  const body = checkRefund(input.request)
  const call: Call = {
    operation: 'refund',
    method: 'POST',
    path: refundPath(transactionId),
    body,
    authorized: true,
    changes: true,
  }
  return readAnswer(await gateway.send(call, { number: 1, ...limits }), refundResponseSchema)
}

function checkRefund(request: RefundRequest): RefundRequest {
  requireOptions(request, 'refund was not sent', ['amount', 'mobile'])
  const { amount, mobile } = request
  if (amount !== undefined && !(Number.isSafeInteger(amount) && amount > 0)) {
    throw new KhaltiInputError('refund was not sent', {
      amount: [`amount is ${show(amount)}. It is in whole paisa and above 0; leave it out to refund all.`],
    })
  }
  if (mobile !== undefined && (typeof mobile !== 'string' || mobile.trim() === '')) {
    throw new KhaltiInputError('refund was not sent', {
      mobile: ['mobile is not a mobile number as text. It is that of the Khalti account that gets the refund.'],
    })
  }
  return { ...(amount !== undefined && { amount }), ...(mobile !== undefined && { mobile: mobile.trim() }) }
}
