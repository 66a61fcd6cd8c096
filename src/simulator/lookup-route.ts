import { invalid, json, notFound } from './answers.ts'
import type { SimulatorContext } from './context.ts'
import { char, required, shape } from './drf-fields.ts'
import type { LedgerEntry } from './ledger.ts'
import { readBody } from './request-body.ts'
import type { SimulatorSettings } from './simulator-options.ts'

const lookupFields = shape({ pidx: required(char) })

/** Statuses that Khalti answers with HTTP 400; `Canceled` is the older spelling. */
const badRequests: readonly string[] = ['Expired', 'User canceled', 'Canceled']
const withoutTransaction: readonly string[] = [...badRequests, 'Initiated', 'Pending']
const zeroed: readonly string[] = ['User canceled', 'Canceled', 'Pending']

/** Tells the state of a payment. */
export async function lookupRoute(request: Request, context: SimulatorContext): Promise<Response> {
  const asked = lookupFields(await readBody(request))
  if (!asked.ok) throw invalid(asked.errors)
  const entry = context.ledger.find(asked.value.pidx)
  if (entry === undefined) throw notFound(context.settings.notFoundStatus)

  const status = context.ledger.statusOf(entry)
  return json(badRequests.includes(status) ? 400 : 200, lookupBody(entry, status, context))
}

function lookupBody(entry: LedgerEntry, status: string, { settings }: SimulatorContext): Record<string, unknown> {
  const canceled = status === 'User canceled' || status === 'Canceled'
  const zero = settings.zeroAmountWhenUnpaid && zeroed.includes(status)
  return {
    pidx: entry.pidx,
    total_amount: zero ? 0 : entry.order.amount,
    status,
    transaction_id: withoutTransaction.includes(status) ? null : (entry.settlement?.transactionId ?? null),
    fee: feeOf(entry, status, settings),
    ...(canceled && !settings.canceledHasRefunded ? {} : { refunded: status === 'Refunded' }),
    ...(badRequests.includes(status) && settings.lookupErrorKey ? { error_key: 'khalti_error' } : {}),
  }
}

/** Paisa, of what was paid; `total_amount` never contains it. */
function feeOf({ order, settlement }: LedgerEntry, status: string, { fee }: SimulatorSettings): number {
  if (settlement === null || withoutTransaction.includes(status)) return 0
  return typeof fee === 'number' ? fee : fee(order.amount)
}
