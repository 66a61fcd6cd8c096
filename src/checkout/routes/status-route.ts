import { parseCallback } from '../../core/callback.ts'
import { type Link, linkOf, type OrderRecord } from '../../rules/record.ts'
import type { PaymentStatusAnswer, PaymentStatusReason } from '../answers.ts'
import { isRefusal, noSuchPayment } from '../checkout-refusal.ts'
import { looksBegun } from '../look.ts'
import type { Shop } from '../shop.ts'
import { json } from './answer.ts'
import { errorAnswer } from './error-answer.ts'
import { findInTime, settleInTime } from './patience.ts'

/** `GET status?pidx=`: how a payment stands, for a page that polls. */
export async function statusRoute(request: Request, shop: Shop): Promise<Response> {
  const [since, began] = [looksBegun(), performance.now()]
  const found = await findInTime(shop, pidxOf(request))
  if (found === undefined) throw noSuchPayment()
  const { order, link } = found
  if (link.fulfilledAt !== undefined) return json(200, answerOf(order.record, link))
  try {
    const settled = await settleInTime(shop, found, { route: 'status', began, sharing: { since, keeps: true } })
    const { order: now, outcome: state } = settled
    return json(200, answerOf(now.record, { ...(linkOf(now.record, link.pidx) ?? link), state }))
  } catch (error) {
    if (!isRefusal(error)) shop.report(error, 'status', { pidx: link.pidx, orderId: order.record.orderId })
    return errorAnswer(error)
  }
}

/** The pidx in the query. It may also be the id of a payment made another way. */
function pidxOf({ url }: Request): string | undefined {
  return parseCallback(url).pidx ?? new URL(url).searchParams.get('pidx') ?? undefined
}

/** As JSON, which leaves out what is undefined. */
function answerOf({ orderId }: OrderRecord, link: Link): PaymentStatusAnswer {
  const { pidx, state, orderName, amount, transactionId } = link
  const reason = reasonOf(link) as PaymentStatusReason | undefined
  return { outcome: state, reason, pidx, orderId, orderName, amount, transactionId }
}

function reasonOf({ state, holdReason, reason, refundExtent }: Link): string | undefined {
  if (state === 'hold') return holdReason
  if (state === 'unpaid') return reason
  return refundExtent === 'partial' ? refundExtent : undefined
}
