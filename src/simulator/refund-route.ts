import type { RefundResponse } from '../wire/refund.ts'
import { invalid, json, notFound } from './answers.ts'
import type { SimulatorContext } from './context.ts'
import { char, integer, optional, shape } from './drf-fields.ts'
import { readBody } from './request-body.ts'

const refundFields = shape({ amount: optional(integer), mobile: optional(char) })

/**
 * Gives money back. Khalti documents the success only; the refusals follow Django REST Framework's form, and the words
 * of those about money are the simulator's own.
 */
export async function refundRoute(
  request: Request,
  { ledger }: SimulatorContext,
  transactionId: string,
): Promise<Response> {
  const body = await readBody(request)
  const entry = ledger.findByTransaction(transactionId)
  if (entry === undefined) throw notFound(404)

  const asked = refundFields(body)
  if (!asked.ok) throw invalid(asked.errors)
  const { amount, mobile } = asked.value
  if (amount !== undefined && amount < 1) {
    throw invalid({ amount: ['Ensure this value is greater than or equal to 1.'] })
  }
  if (entry.settlement?.instrument === 'bank' && mobile === undefined) {
    throw invalid({ mobile: ['This field is required.'] })
  }

  const result = ledger.refund(entry, amount)
  if (result === 'not-paid' || result === 'nothing-left') throw invalid({ detail: 'Transaction can not be refunded.' })
  if (result === 'too-much') throw invalid({ amount: ['Amount is more than what is left of the transaction.'] })
  return json(200, { detail: 'Transaction refund successful.' } satisfies RefundResponse)
}
