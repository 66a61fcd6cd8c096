import type { Verdict } from '../core/verdict.ts'
import { watchedUntil } from './due.ts'
import { clean, fulfilledLink, type Instant, type Link, linkOf, moveTo, note, type OrderRecord } from './record.ts'
import { noteRefundSeen } from './refund-seen.ts'
import { queue } from './tell.ts'

/** What a lookup brought: a verdict, or that Khalti does not know the payment. */
export interface Finding {
  /** The store's time at which the lookup began. */
  at: Instant
  /** Its number within its process: the order of looks that began at the same instant. */
  order: number
  /** Absent where Khalti does not know the payment. */
  verdict?: Verdict | undefined
}

type Outcome<Name extends Verdict['outcome']> = Extract<Verdict, { outcome: Name }>

/** So many looks, over so long a time, make "not found" a final answer. */
const unknownLooks = 3
const unknownSpan = 10 * 60_000

/**
 * Learns what a lookup said. Of two answers the older one is dropped; but that money has arrived or gone back is never
 * too old to learn.
 */
export function learn(draft: OrderRecord, now: Instant, { pidx, finding }: { pidx: string; finding: Finding }): void {
  const link = linkOf(draft, pidx)
  if (link === undefined) return
  const { at, order, verdict } = finding
  link.lookedAt = Math.max(link.lookedAt ?? 0, at)
  const isNewer = isAfter([at, order], link.heard)
  if (!isNewer && verdict?.outcome !== 'paid' && verdict?.outcome !== 'refunded') return
  if (isNewer) link.heard = [at, order]
  if (isNewer && verdict) learnWords(link, verdict)
  if (verdict === undefined) link.status = 'unknown'
  if (contradictsMoney(link, verdict)) contradict(draft, now, link)
  else learnNews(draft, now, { link, verdict })
}

/** Money that arrived or went back stays so, whatever else is said; a wrong amount of it may still be explained. */
function contradictsMoney(link: Link, verdict: Verdict | undefined): boolean {
  const hasMoneyFacts = link.received !== undefined || link.refundExtent !== undefined
  const isMoney = verdict?.outcome === 'paid' || verdict?.outcome === 'refunded'
  const isFinal = link.paid === true || link.refundExtent !== undefined
  const explains = verdict?.outcome === 'hold' && isCompleted(verdict) && !isFinal
  return hasMoneyFacts && !isMoney && !explains
}

function learnNews(draft: OrderRecord, now: Instant, { link, verdict }: { link: Link; verdict: Verdict | undefined }) {
  switch (verdict?.outcome) {
    case 'paid':
      learnPaid(draft, now, { link, verdict })
      break
    case 'pending':
      learnPending(draft, now, link)
      break
    case 'unpaid':
      learnUnpaid(draft, now, { link, verdict })
      break
    case 'refunded':
      noteRefundSeen(draft, now, { link, verdict })
      break
    case 'hold':
      learnHold(draft, now, { link, verdict })
      break
    default:
      learnUnknown(draft, now, link)
  }
}

/** Whether a payment is on hold by the shop or for its cart: only a person ends that. */
export function isHeldByShop({ state, holdReason }: Link): boolean {
  return state === 'hold' && (holdReason === 'shop' || holdReason === 'changed' || holdReason === 'superseded')
}

/** Money has arrived: a fact of its own, beside the state. */
export function receive(link: Link, now: Instant, { lookup }: Verdict): void {
  const amount = lookup.total_amount
  link.received ??= { at: now }
  if (amount !== undefined && link.received.amount === undefined) link.received = { ...link.received, amount }
  const transactionId = clean(lookup.transaction_id ?? '').trim()
  if (transactionId !== '') link.transactionId ??= transactionId
}

function isAfter(one: [Instant, number], other: [Instant, number] | undefined): boolean {
  if (other === undefined) return true
  return one[0] === other[0] ? one[1] > other[1] : one[0] > other[0]
}

function learnWords(link: Link, { lookup }: Verdict): void {
  delete link.unknown
  link.status = clean(lookup.status, 40).trim().replace(/\s+/g, ' ').toLowerCase()
  if (lookup.fee !== undefined && lookup.fee !== 0) link.fee = lookup.fee
}

function learnPaid(
  draft: OrderRecord,
  now: Instant,
  { link, verdict }: { link: Link; verdict: Outcome<'paid'> },
): void {
  const previous = { ...link }
  receive(link, now, verdict)
  link.received = { at: link.received?.at ?? now, amount: link.amount }
  link.paid = true
  delete link.contradicted
  // A refund that was seen stays seen, and what a person must decide waits for one.
  if (link.refundExtent !== undefined || isHeldByShop(link)) return
  const fulfilled = fulfilledLink(draft)
  if (fulfilled !== undefined && fulfilled !== link) {
    markDuplicate(draft, now, { link, original: fulfilled.pidx })
  } else if (link.supersededAt !== undefined && link.accepted === undefined && fulfilled === undefined) {
    hold(draft, now, { link, previous, reason: 'superseded' })
  } else if (link.state !== 'paid') {
    delete link.holdReason
    delete link.reason
    if (previous.holdReason === 'unknown-payment') retireOthers(draft, now, link)
    moveTo(draft, link, { at: now, what: 'paid' })
  }
}

/** The order was handed out for another payment: this money goes back. */
export function markDuplicate(
  draft: OrderRecord,
  now: Instant,
  { link, original }: { link: Link; original: string },
): void {
  const previous = { ...link }
  if (link.state !== 'paid') moveTo(draft, link, { at: now, what: 'paid' })
  if (link.duplicateOf !== undefined) return
  delete link.holdReason
  link.duplicateOf = original
  note(draft, { at: now, what: 'paid-twice', pidx: link.pidx })
  queue(draft, now, { what: 'paidTwice', pidx: link.pidx, previous })
}

/** No customer gets the order's other links any more. */
export function retireOthers(draft: OrderRecord, now: Instant, link: Link): void {
  for (const other of draft.links) {
    if (other === link || other.supersededAt !== undefined || other.method !== 'khalti') continue
    if (other.paid || other.refundExtent !== undefined) continue
    other.supersededAt = now
    note(draft, { at: now, what: 'superseded', pidx: other.pidx })
  }
}

function learnPending(draft: OrderRecord, now: Instant, link: Link): void {
  delete link.holdReason
  delete link.reason
  if (link.state !== 'pending') moveTo(draft, link, { at: now, what: 'pending' })
  else giveUpWhenOld(draft, now, link)
}

function learnUnpaid(
  draft: OrderRecord,
  now: Instant,
  { link, verdict }: { link: Link; verdict: Outcome<'unpaid'> },
): void {
  const previous = { ...link }
  delete link.holdReason
  link.reason = verdict.reason
  if (link.state === 'unpaid') return
  moveTo(draft, link, { at: now, what: 'unpaid', text: verdict.reason })
  const matters = link.supersededAt === undefined && fulfilledLink(draft) === undefined
  if (matters) queue(draft, now, { what: 'unpaid', pidx: link.pidx, previous })
}

function learnHold(
  draft: OrderRecord,
  now: Instant,
  { link, verdict }: { link: Link; verdict: Outcome<'hold'> },
): void {
  const previous = { ...link }
  if (isCompleted(verdict)) receive(link, now, verdict)
  const isSame = link.state === 'hold' && link.holdReason === verdict.reason
  if (isSame) giveUpWhenOld(draft, now, link)
  else hold(draft, now, { link, previous, reason: verdict.reason })
}

/** Puts a payment on hold, and tells the shop. */
export function hold(
  draft: OrderRecord,
  now: Instant,
  { link, previous, reason, text }: { link: Link; previous: Link; reason: string; text?: string },
): void {
  link.holdReason = reason
  delete link.reason
  // A hold for another reason is another fact, from now on.
  link.since = now
  moveTo(draft, link, { at: now, what: 'hold', text: text === undefined ? reason : `${reason}: ${clean(text)}` })
  queue(draft, now, { what: 'hold', pidx: link.pidx, previous })
}

function learnUnknown(draft: OrderRecord, now: Instant, link: Link): void {
  if (link.state === 'unpaid' || link.holdReason === 'unknown-payment') return
  const { looks, since } = link.unknown ?? { looks: 0, since: now }
  link.unknown = { looks: looks + 1, since }
  if (looks + 1 < unknownLooks || now - since < unknownSpan) return
  hold(draft, now, { link, previous: { ...link }, reason: 'unknown-payment' })
}

/** After two weeks a payment that is still pending or held is told once more, and watched no longer. */
function giveUpWhenOld(draft: OrderRecord, now: Instant, link: Link): void {
  if (link.givenUpAt !== undefined || now < watchedUntil(link)) return
  const previous = { ...link }
  link.givenUpAt = now
  note(draft, { at: now, what: 'hold', pidx: link.pidx, text: 'still so after two weeks' })
  queue(draft, now, { what: 'hold', pidx: link.pidx, previous })
}

/** Completed, and yet not as it should be. */
const isCompleted = ({ reason }: Outcome<'hold'>) => reason === 'wrong-amount' || reason === 'no-transaction'

function contradict(draft: OrderRecord, now: Instant, link: Link): void {
  const { pidx, status = 'unknown' } = link
  if (link.refundExtent !== undefined || link.contradicted === status) return
  link.contradicted = status
  note(draft, { at: now, what: 'hold', pidx, text: `Khalti now says "${status}"; the money had arrived` })
}
