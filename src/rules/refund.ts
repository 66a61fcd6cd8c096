import type { Paisa } from '../core/money.ts'
import { type Draft, rule } from './draft.ts'
import { refundPatience } from './due.ts'
import { endAsDone, paidAmount, surelyBack, tellRefunded } from './money-facts.ts'
import { clean, type Instant, isLive, type Link, type RefundEntry, refundsUnderWay } from './record.ts'

/** A request to give money back. */
export interface RefundWish {
  pidx: string
  id: string
  /** Paisa; all that is left where it is absent. */
  amount?: number | undefined
  reason?: string | undefined
  by?: string | undefined
}

/** The refund to send, the recorded one of the same id, or why there is none. */
export type RefundAnswer =
  /** `isAll`: everything that was paid, as far as Khalti says. Then Khalti is asked without an amount. */
  | { send: RefundEntry; link: Link; isAll: boolean }
  | { known: RefundEntry }
  | { refuse: 'not-paid' | 'no-transaction' | 'refunded' | 'in-progress' | 'refund-in-progress' }
  | { amount: 'unknown' | 'too-much'; left: number }
  | { id: 'of another payment' | 'of another amount' }

/** Records the intent to refund, before Khalti is asked. */
export const askRefund = rule((draft, wish: RefundWish): RefundAnswer => {
  const { record, now } = draft
  const known = record.refunds.find(({ id }) => id === wish.id)
  if (known) return answerAgain(known, wish)
  const link = draft.link(wish.pidx)
  if (link?.received === undefined) return { refuse: 'not-paid' }
  const refuse = refusal(draft, link)
  if (refuse) return { refuse }
  const left = paidAmount(link) - surelyBack(record, link)
  const { amount = left, pidx, by } = wish
  if (link.refundUnknown && wish.amount === undefined) return { amount: 'unknown', left }
  if (amount > left) return { amount: 'too-much', left }
  const send = entryOf({ ...wish, amount }, now)
  record.refunds.push(send)
  draft.note({ what: 'refund-sent', pidx, text: String(amount), by })
  if (link.method === 'khalti') return { send, link, isAll: amount === paidAmount(link) && !link.refundUnknown }
  // Money that came another way goes back by hand, so its refund is done at once.
  wentThrough(draft, link, { refund: send })
  return { known: send }
})

/** The same id is the same refund, of the same payment and amount. */
function answerAgain(known: RefundEntry, { pidx, amount = known.amount }: RefundWish): RefundAnswer {
  if (known.pidx !== pidx) return { id: 'of another payment' }
  return known.amount === amount ? { known } : { id: 'of another amount' }
}

function entryOf({ id, pidx, amount, reason, by }: RefundWish & { amount: number }, now: Instant): RefundEntry {
  const words = { ...(reason && { reason: clean(reason) }), ...(by && { by: clean(by) }) }
  return { id, pidx, amount: amount as Paisa, state: 'sent', askedAt: now, ...words }
}

/** Why no refund may be sent: one at a time, and none while the order is being handed out. */
function refusal({ record, now }: Draft, link: Link) {
  if (link.refundExtent === 'full') return 'refunded'
  if (link.method === 'khalti' && link.transactionId === undefined) return 'no-transaction'
  if (refundsUnderWay(record).length > 0) return 'refund-in-progress'
  return isLive(record.claim, now) ? 'in-progress' : undefined
}

/** How a refund ended; `unclear` where nobody knows. */
export interface RefundEnd {
  id: string
  state: 'done' | 'refused' | 'unclear'
  /** Whether a person says so; default: Khalti has answered. */
  isByHand?: boolean
  message?: string | undefined
  by?: string | undefined
}

/** Records how a refund ended, once Khalti has answered or a person has looked into its dashboard. */
export const endRefund = rule((draft, end: RefundEnd) => {
  const refund = draft.record.refunds.find(({ id }) => id === end.id)
  if (refund === undefined) return undefined
  const link = draft.link(refund.pidx)
  const isOpen = refund.state === 'sent' || (refund.state === 'unclear' && end.state !== 'unclear')
  // A person has called it not done before Khalti's answer was in. The money went back all the same.
  const isLateYes = refund.state === 'refused' && end.state === 'done' && !end.isByHand
  if (link && (isOpen || isLateYes)) applyEnd(draft, link, { refund, end })
  return refund
})

function applyEnd(draft: Draft, link: Link, { refund, end }: { refund: RefundEntry; end: RefundEnd }): void {
  const { by, state } = end
  if (end.message) refund.message = clean(end.message)
  // A person has found out; the message about Khalti's missing answer is outdated.
  else if (refund.state === 'unclear') delete refund.message
  if (state === 'unclear') makeUnclear(draft, refund)
  else if (state === 'refused') {
    refund.state = state
    refund.endedAt = draft.now
    draft.note({ what: 'refund-refused', pidx: link.pidx, text: refund.message, by })
    // A lookup saw a partial refund while this one was under way. So that was made in the dashboard, and its size is unknown.
    if (link.refundExtent === 'partial' && link.refundedAmount === undefined) link.refundUnknown = true
  } else wentThrough(draft, link, { refund, by })
}

/** Ends a refund that went through, and tells the shop. */
function wentThrough(
  draft: Draft,
  link: Link,
  words: { refund: RefundEntry; text?: string; by?: string | undefined },
): void {
  const previous = { ...link }
  endAsDone(draft, link, words)
  tellRefunded(draft, link, { previous, refundId: words.refund.id })
}

/** Marks refunds as unclear whose result was never written: the process that sent such a refund has died. */
export function endForgottenRefunds(draft: Draft): void {
  for (const refund of draft.record.refunds) {
    if (refund.state === 'sent' && draft.now - refund.askedAt >= refundPatience) makeUnclear(draft, refund)
  }
}

export const forgetSent = rule(endForgottenRefunds)

function makeUnclear(draft: Draft, refund: RefundEntry): void {
  const link = draft.link(refund.pidx)
  if (link && wasSeen(link, refund)) {
    // It is no longer unclear.
    delete refund.message
    wentThrough(draft, link, { refund, text: 'seen in a lookup' })
    return
  }
  refund.state = 'unclear'
  draft.note({ what: 'refund-unclear', pidx: refund.pidx })
  if (link) draft.tell({ what: 'refundUnclear', refundId: refund.id, previous: { ...link } })
}

/** Whether a lookup saw this refund while it was under way: a full one, or a part where nothing had gone back before. */
function wasSeen(link: Link, { amount }: RefundEntry): boolean {
  if (link.refundExtent !== 'partial') return link.refundExtent === 'full'
  return link.refundedAmount === undefined && !link.refundUnknown && amount < paidAmount(link)
}
