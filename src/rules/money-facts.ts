import type { Verdict } from '../core/judge.ts'
import type { Draft } from './draft.ts'
import { clearReasons, markDuplicate } from './link-moves.ts'
import { duplicatesOf, isPaid } from './news.ts'
import {
  clean,
  doneRefunds,
  fulfilledLink,
  type Instant,
  type Link,
  type OrderRecord,
  type RefundEntry,
} from './record.ts'

/** Records that money has arrived, apart from the state. The first time and the first amount stay. */
export function receive(link: Link, now: Instant, verdict: Verdict): NonNullable<Link['received']> {
  const { total_amount: amount, transaction_id: id } = verdict.lookup
  const isNamed = verdict.outcome !== 'hold' || verdict.reason !== 'no-transaction'
  const transactionId = isNamed && id && clean(id).trim()
  const { received = { at: now } } = link
  link.received = { ...received, ...(received.amount === undefined && amount && { amount }) }
  if (transactionId) link.transactionId ??= transactionId
  return link.received
}

type Refunded = Extract<Verdict, { outcome: 'refunded' }>

/** Records that Khalti says money went back. A refund of ours that was unclear may be done by that. */
export function refundSeen(draft: Draft, link: Link, { at, verdict }: { at: Instant; verdict: Refunded }): void {
  const previous = { ...link }
  receive(link, draft.now, verdict)
  if (link.refundExtent !== 'full' || verdict.extent === 'full') delete link.contradicted
  // A look that began before a refund was asked for has not seen it.
  const ours = draft.record.refunds.filter(({ pidx, askedAt }) => pidx === link.pidx && askedAt <= at)
  const proven = provenBy(verdict, link, ours)
  if (proven) {
    // It is no longer unclear.
    delete proven.message
    endAsDone(draft, link, { refund: proven, text: 'seen in a lookup' })
  } else if (verdict.extent === 'partial' && isUntouched(link) && !ours.some(({ state }) => state === 'sent')) {
    link.refundUnknown = true
  }
  setExtent(link, verdict.extent)
  const isNews = link.refundExtent !== previous.refundExtent || link.refundedAmount !== previous.refundedAmount
  if (isNews) tellRefunded(draft, link, { previous, ...(proven && { refundId: proven.id }) })
}

const isUntouched = ({ refundExtent }: Link) => refundExtent === undefined

/** The unclear refund that this answer proves. A partial refund at Khalti cannot prove one of the whole amount. */
function provenBy({ extent }: Refunded, link: Link, ours: RefundEntry[]): RefundEntry | undefined {
  const unclear = ours.find(({ state }) => state === 'unclear')
  if (unclear === undefined || extent === 'full') return unclear
  return isUntouched(link) && unclear.amount < paidAmount(link) ? unclear : undefined
}

/** One of our refunds went through. */
export function endAsDone(
  draft: Draft,
  link: Link,
  { refund, ...words }: { refund: RefundEntry; text?: string; by?: string | undefined },
): void {
  const back = Math.min(paidAmount(link), surelyBack(draft.record, link) + refund.amount)
  refund.state = 'done'
  refund.endedAt = draft.now
  setExtent(link, back === paidAmount(link) ? 'full' : 'partial')
  // Where a part of unknown size went back too, the sum is unknown.
  if (!link.refundUnknown) link.refundedAmount = back
  draft.note({ what: 'refund-done', pidx: link.pidx, ...words })
}

/** Moves a payment to refunded, in part or whole, and tells the shop. */
export function tellRefunded(
  draft: Draft,
  link: Link,
  { previous, refundId }: { previous: Link; refundId?: string },
): void {
  clearReasons(link)
  draft.move(link, 'refunded', link.refundExtent)
  draft.tell({ what: 'refunded', previous, ...(refundId !== undefined && { refundId }) })
  // The next payment of the order has failures of its own.
  if (!isPaid(draft.record)) delete draft.record.failures
  const fulfilled = fulfilledLink(draft.record)
  if (fulfilled === link || link.keptInstead) keepAnother(draft, link)
  else if (fulfilled && link.refundExtent === 'partial')
    markDuplicate(draft, link, { original: fulfilled.pidx, previous })
}

/**
 * Where the payment that the order was handed out for is refunded whole, a second payment for the same cart takes its
 * place, and a third one where that is refunded too. One for another cart does not.
 */
function keepAnother({ record }: Draft, { refundExtent, fingerprint }: Link): void {
  if (refundExtent !== 'full') return
  // One of which a part went back is whole no more: a person must see what is owed.
  const isWhole = (duplicate: Link) => duplicate.fingerprint === fingerprint && duplicate.refundExtent === undefined
  const another = duplicatesOf(record).find(isWhole)
  if (another) another.keptInstead = true
}

/** Paisa that went back at least: only our own refunds, where a part of unknown size went back too. */
export function surelyBack(record: OrderRecord, { pidx, refundUnknown, refundedAmount = 0 }: Link): number {
  if (!refundUnknown) return refundedAmount
  return doneRefunds(record, pidx).reduce((sum, { amount }) => sum + amount, 0)
}

/** Paisa that arrived. */
export function paidAmount({ received, amount }: Link): number {
  return received?.amount ?? amount
}

/** A full refund is never reduced to a partial one. */
function setExtent(link: Link, extent: 'full' | 'partial'): void {
  if (link.refundExtent !== 'full') link.refundExtent = extent
  if (link.refundExtent !== 'full') return
  link.refundedAmount = paidAmount(link)
  delete link.refundUnknown
}
