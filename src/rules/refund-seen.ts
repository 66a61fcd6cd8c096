import type { Verdict } from '../core/verdict.ts'
import { clean, type Instant, type Link, moveTo, note, type OrderRecord, type RefundEntry } from './record.ts'
import { queue } from './tell.ts'

type Refunded = Extract<Verdict, { outcome: 'refunded' }>

/** Money went back, says Khalti. It stays so. A refund of ours that was unclear may be clear now. */
export function noteRefundSeen(
  draft: OrderRecord,
  now: Instant,
  { link, verdict }: { link: Link; verdict: Refunded },
): void {
  const previous = { ...link }
  const { total_amount: amount, transaction_id } = verdict.lookup
  link.received ??= { at: now, ...(amount !== undefined && amount > 0 && { amount }) }
  const transactionId = clean(transaction_id ?? '').trim()
  if (transactionId !== '') link.transactionId ??= transactionId
  const ours = draft.refunds.filter(({ pidx }) => pidx === link.pidx)
  const unclear = ours.find(({ state }) => state === 'unclear')
  const sent = ours.find(({ state }) => state === 'sent')
  const isFirst = link.refundExtent === undefined
  if (unclear && (verdict.extent === 'full' || isFirst)) {
    endRefundAsDone(draft, now, { link, refund: unclear, text: 'seen in a lookup' })
  } else if (verdict.extent === 'partial' && isFirst && !sent) link.refundUnknown = true
  setExtent(link, verdict.extent)
  tellRefund(draft, now, { link, previous })
}

/** One of our refunds went through. */
export function endRefundAsDone(
  draft: OrderRecord,
  now: Instant,
  { link, refund, text, by }: { link: Link; refund: RefundEntry; text?: string; by?: string },
): void {
  refund.state = 'done'
  refund.endedAt = now
  const before = link.refundedAmount ?? 0
  link.refundedAmount = Math.min(paidAmount(link), before + refund.amount)
  const isAll = link.refundedAmount === paidAmount(link)
  setExtent(link, isAll ? 'full' : 'partial')
  note(draft, { at: now, what: 'refund-done', pidx: link.pidx, ...(text && { text }), ...(by && { by }) })
}

/** Tells of money that went back where more has than was known. */
export function tellRefund(
  draft: OrderRecord,
  now: Instant,
  { link, previous, refund }: { link: Link; previous: Link; refund?: RefundEntry },
): void {
  const isNew =
    link.refundExtent !== previous.refundExtent ||
    link.refundedAmount !== previous.refundedAmount ||
    refund !== undefined
  if (!isNew) return
  delete link.holdReason
  moveTo(draft, link, { at: now, what: 'refunded', text: link.refundExtent ?? '' })
  const refundId = refund?.id
  queue(draft, now, { what: 'refunded', pidx: link.pidx, previous, ...(refundId !== undefined && { refundId }) })
}

/** Paisa that arrived. */
export function paidAmount({ received, amount }: Link): number {
  return received?.amount ?? amount
}

/** All of it dominates a part of it. */
function setExtent(link: Link, extent: 'full' | 'partial'): void {
  if (link.refundExtent !== 'full') link.refundExtent = extent
  if (link.refundExtent !== 'full') return
  link.refundedAmount = paidAmount(link)
  delete link.refundUnknown
}
