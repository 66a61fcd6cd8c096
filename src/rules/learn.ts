import type { Verdict } from '../core/judge.ts'
import { isOpenHold } from './attention.ts'
import type { Draft } from './draft.ts'
import { linkDueAt, watchedUntil } from './due.ts'
import { clearReasons, hold, makeCurrent, markDuplicate, retireOthers } from './link-moves.ts'
import { receive, refundSeen } from './money-facts.ts'
import { clean, fulfilledLink, type Instant, type Link, refundsUnderWay } from './record.ts'

/** What a lookup brought: a verdict, or that Khalti does not know the payment. */
export interface Finding {
  /** The store's time at which the lookup began. */
  at: Instant
  /** Its number within its process, to order looks that began at the same instant. */
  sequence: number
  /** Absent where Khalti does not know the payment. */
  verdict?: Verdict | undefined
  /** The fingerprint of the order as the shop has it now, where that is known. */
  cart?: string | undefined
}

type Outcome<Name extends Verdict['outcome']> = Extract<Verdict, { outcome: Name }>

/** "Not found" is final after this many looks over this long. */
const unknownLooks = 3
const unknownSpan = 10 * 60_000

/**
 * Learns what a lookup said. An answer older than the last one is dropped, unless it says that money arrived or went
 * back.
 */
export function learn(draft: Draft, pidx: string, finding: Finding): void {
  const link = draft.link(pidx)
  if (link === undefined) return
  if (!isKnownForGood(draft, link, finding.verdict)) learnFinding(draft, link, finding)
  // The answer is not new. The look is noted all the same: reconcile counts its next look from this one.
  else if ((linkDueAt(draft.record, link) ?? Number.POSITIVE_INFINITY) <= draft.now) noteLook(link, finding)
  if (link.state === 'pending' || link.state === 'hold') giveUpWhenOld(draft, link)
}

/** Notes the look, and what Khalti said where that is newer than its last answer. Returns whether it is. */
function noteLook(link: Link, { at, sequence, verdict }: Finding): boolean {
  link.lookedAt = Math.max(link.lookedAt ?? 0, at)
  const [heardAt, heardSequence] = link.heard ?? [0, 0]
  if (at < heardAt || (at === heardAt && sequence <= heardSequence)) return false
  link.heard = [at, sequence]
  link.status = statusOf(verdict)
  if (verdict) delete link.unknown
  if (verdict?.lookup.fee !== undefined) link.fee = verdict.lookup.fee
  return true
}

function learnFinding(draft: Draft, link: Link, finding: Finding): void {
  const { verdict } = finding
  const isMoney = verdict?.outcome === 'paid' || verdict?.outcome === 'refunded'
  const isNewer = noteLook(link, finding)
  if (isMoney || (isNewer && !contradictsMoney(link, verdict))) learnNews(draft, link, finding)
  if (isNewer && isContradiction(draft, link, finding)) contradict(draft, link, statusOf(verdict))
}

/** Whether the verdict repeats the amount that a person accepted. */
function isAccepted({ accepted, received }: Link, verdict: Verdict | undefined): boolean {
  if (accepted === undefined || verdict?.outcome !== 'hold' || !isCompleted(verdict)) return false
  return (verdict.lookup.total_amount || undefined) === received?.amount
}

/** Whether Khalti denies money that was seen, or calls a full refund partial. A look that began before our refund ended does not count. */
function isContradiction({ record }: Draft, link: Link, { at, verdict }: Finding): boolean {
  if (verdict?.outcome === 'refunded' && verdict.extent === link.refundExtent) return false
  const ends = record.refunds.filter(({ pidx }) => pidx === link.pidx).map(({ endedAt = 0 }) => endedAt)
  if (link.refundExtent !== undefined) return at > Math.max(0, ...ends)
  return verdict?.outcome !== 'paid' && contradictsMoney(link, verdict) && !isAccepted(link, verdict)
}

/** Whether the verdict only repeats what the record says of the money. */
function isKnownForGood({ record }: Draft, link: Link, verdict: Verdict | undefined): boolean {
  if (verdict?.outcome === 'paid') {
    const isWhole = link.paid === true && link.transactionId !== undefined
    return link.state === 'paid' && isWhole && link.received?.amount === link.amount && !link.contradicted
  }
  const isSame = verdict?.outcome === 'refunded' && link.refundExtent === verdict.extent && !link.contradicted
  return isSame && refundsUnderWay(record, link.pidx).length === 0
}

/** Khalti's status, normalized. */
function statusOf(verdict: Verdict | undefined): string {
  return verdict ? clean(verdict.lookup.status, 40).trim().replace(/\s+/g, ' ').toLowerCase() : 'unknown'
}

/** Whether the verdict denies money that arrived or went back. Completed with another amount is no denial: that hold may still change. */
function contradictsMoney(link: Link, verdict: Verdict | undefined): boolean {
  if (link.refundExtent !== undefined || link.paid) return true
  return link.received !== undefined && !(verdict?.outcome === 'hold' && isCompleted(verdict))
}

/** Khalti denies money that was seen. The payment is not put on hold by that. */
function contradict(draft: Draft, link: Link, status: string): void {
  if (link.contradicted === status) return
  link.contradicted = status
  const what = link.refundExtent === undefined ? 'denied' : 'refund-denied'
  draft.note({ what, pidx: link.pidx, text: status })
}

function learnNews(draft: Draft, link: Link, { at, verdict, cart }: Finding): void {
  switch (verdict?.outcome) {
    case 'paid':
      learnPaid(draft, link, { verdict, cart })
      break
    case 'pending':
      learnPending(draft, link)
      break
    case 'unpaid':
      learnUnpaid(draft, link, verdict)
      break
    case 'refunded':
      refundSeen(draft, link, { at, verdict })
      break
    case 'hold':
      learnHold(draft, link, verdict)
      break
    default:
      learnUnknown(draft, link)
  }
}

function learnPaid(
  draft: Draft,
  link: Link,
  { verdict, cart }: { verdict: Outcome<'paid'>; cart: string | undefined },
): void {
  const previous = { ...link }
  const { at } = receive(link, draft.now, verdict)
  link.received = { at, amount: link.amount }
  link.paid = true
  // A refund that was seen stays seen.
  if (link.refundExtent !== undefined) return
  delete link.contradicted
  // Only a person ends these holds.
  if (!shopReasons.includes(link.holdReason)) takePaid(draft, link, { previous, cart })
}

function takePaid(draft: Draft, link: Link, { previous, cart }: { previous: Link; cart: string | undefined }): void {
  const fulfilled = fulfilledLink(draft.record)
  const isSuperseded = link.supersededAt !== undefined && !link.accepted && !fulfilled
  if (fulfilled && fulfilled !== link) markDuplicate(draft, link, { original: fulfilled.pidx, previous })
  else if (isSuperseded && link.fingerprint !== cart) hold(draft, link, { reason: 'superseded', previous })
  else if (link.state !== 'paid') {
    clearReasons(link)
    if (previous.holdReason === 'unknown-payment') retireOthers(draft)
    if (isSuperseded) {
      delete link.supersededAt
      makeCurrent(draft, link)
    }
    draft.move(link, 'paid')
  }
}

/** Why a payment is on hold by the shop or for its cart: only a person ends that. */
const shopReasons: readonly (string | undefined)[] = ['shop', 'changed', 'superseded']

function learnPending(draft: Draft, link: Link): void {
  clearReasons(link)
  if (link.state !== 'pending') draft.move(link, 'pending')
}

function learnUnpaid(draft: Draft, link: Link, { reason }: Outcome<'unpaid'>): void {
  const previous = { ...link }
  clearReasons(link)
  link.reason = reason
  if (link.state === 'unpaid') return
  draft.move(link, 'unpaid', reason)
  if (link.supersededAt === undefined) draft.tell({ what: 'unpaid', previous })
}

function learnHold(draft: Draft, link: Link, verdict: Outcome<'hold'>): void {
  const previous = { ...link }
  if (isCompleted(verdict)) receive(link, draft.now, verdict)
  const { reason, lookup } = verdict
  const text = reason === 'unknown-status' ? statusOf(verdict) : undefined
  const evidence = reason === 'wrong-amount' ? String(lookup.total_amount) : text
  if (link.holdReason !== reason || link.evidence !== evidence) hold(draft, link, { reason, text, previous })
  if (evidence !== undefined) link.evidence = evidence
}

/** Completed, but with a wrong amount or without a transaction. */
const isCompleted = ({ reason }: Outcome<'hold'>) => reason === 'wrong-amount' || reason === 'no-transaction'

function learnUnknown(draft: Draft, link: Link): void {
  if (link.state === 'unpaid' || link.holdReason === 'unknown-payment') return
  const { looks, since } = link.unknown ?? { looks: 0, since: draft.now }
  link.unknown = { looks: looks + 1, since }
  if (looks + 1 >= unknownLooks && draft.now - since >= unknownSpan) hold(draft, link, { reason: 'unknown-payment' })
}

/**
 * Stops watching a payment that is still pending or held after two weeks, and tells the shop once more, unless a person
 * has dealt with its hold.
 */
function giveUpWhenOld(draft: Draft, link: Link): void {
  if (link.givenUpAt !== undefined || draft.now < watchedUntil(link)) return
  const previous = { ...link }
  link.givenUpAt = draft.now
  if (link.state === 'hold' && !isOpenHold(draft.record, link)) return
  draft.note({ what: 'hold', pidx: link.pidx, text: 'still so after two weeks' })
  draft.tell({ what: 'hold', previous })
}
