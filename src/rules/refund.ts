import type { Paisa } from '../core/money.ts'
import { refundPatience } from './due.ts'
import {
  clean,
  draftOf,
  holds,
  type Instant,
  type Link,
  linkOf,
  note,
  type OrderRecord,
  type RefundEntry,
  type Ruling,
  refundsUnderWay,
} from './record.ts'
import { endRefundAsDone, paidAmount, tellRefund } from './refund-seen.ts'
import { dropWhatIsOver, queue } from './tell.ts'

/** A wish to give money back. */
export interface RefundWish {
  pidx: string
  id: string
  /** Paisa; all that is left where it is absent. */
  amount?: number | undefined
  reason?: string | undefined
  by?: string | undefined
}

/** What comes of it: the refund to send; the recorded one of the same id; or why not. */
export type RefundAnswer =
  | { send: RefundEntry; link: Link; isAll: boolean }
  | { known: RefundEntry }
  | { refuse: 'not-paid' | 'refunded' | 'in-progress' | 'refund-in-progress' }
  | { amount: 'unknown' | 'too-much'; left: number }

/** The intent to refund, written before Khalti is asked. */
export function askRefund(record: OrderRecord, now: Instant, wish: RefundWish): Ruling<RefundAnswer> {
  const known = record.refunds.find(({ id }) => id === wish.id)
  if (known) return { record, answer: { known } }
  const link = linkOf(record, wish.pidx)
  if (link === undefined) return { record, answer: { refuse: 'not-paid' } }
  const refuse = refusal(record, now, link)
  return refuse ? { record, answer: { refuse } } : writeIntent(record, now, { wish, link })
}

function writeIntent(
  record: OrderRecord,
  now: Instant,
  { wish, link }: { wish: RefundWish; link: Link },
): Ruling<RefundAnswer> {
  const left = paidAmount(link) - (link.refundedAmount ?? 0)
  if (link.refundUnknown && wish.amount === undefined) return { record, answer: { amount: 'unknown', left } }
  const amount = wish.amount ?? left
  if (amount > left) return { record, answer: { amount: 'too-much', left } }
  const { reason, by } = wish
  const words = { ...(reason && { reason: clean(reason) }), ...(by && { by: clean(by) }) }
  const refund: RefundEntry = {
    id: wish.id,
    pidx: link.pidx,
    amount: amount as Paisa,
    state: 'sent',
    askedAt: now,
    ...words,
  }
  const draft = draftOf(record)
  draft.refunds.push(refund)
  note(draft, { at: now, what: 'refund-sent', pidx: link.pidx, text: String(amount), ...(by && { by: clean(by) }) })
  const isAll = amount === paidAmount(link)
  return { record: draft, answer: { send: refund, link, isAll } }
}

/** At most what was paid less what went back, one at a time, and none while the order is being handed out. */
function refusal(record: OrderRecord, now: Instant, link: Link) {
  const canBeSent = link.method !== 'khalti' || link.transactionId !== undefined
  if (link.received === undefined || !canBeSent) return 'not-paid'
  if (link.refundExtent === 'full') return 'refunded'
  if (refundsUnderWay(record).length > 0) return 'refund-in-progress'
  return holds(record.claim, now) ? 'in-progress' : undefined
}

/** How a refund ended; `unclear` where nobody knows. */
export interface RefundEnd {
  id: string
  state: 'done' | 'refused' | 'unclear'
  message?: string | undefined
  by?: string | undefined
}

/** The end of a refund, written after Khalti has answered, or a person has looked into its dashboard. */
export function endRefund(record: OrderRecord, now: Instant, end: RefundEnd): Ruling<RefundEntry | undefined> {
  const draft = draftOf(record)
  const refund = draft.refunds.find(({ id }) => id === end.id)
  const link = refund && linkOf(draft, refund.pidx)
  const isOpen = refund?.state === 'sent' || (refund?.state === 'unclear' && end.state !== 'unclear')
  if (!refund || !link || !isOpen) return { record, answer: refund }
  const { pidx } = refund
  if (end.message) refund.message = clean(end.message)
  const by = end.by ? { by: clean(end.by) } : {}
  switch (end.state) {
    case 'done':
      tellDone(draft, now, { link, refund, by })
      break
    case 'refused':
      refund.state = 'refused'
      refund.endedAt = now
      note(draft, { at: now, what: 'refund-refused', pidx, text: refund.message ?? '', ...by })
      break
    case 'unclear':
      makeUnclear(draft, now, refund)
  }
  dropWhatIsOver(draft)
  return { record: draft, answer: refund }
}

function tellDone(
  draft: OrderRecord,
  now: Instant,
  { link, refund, by }: { link: Link; refund: RefundEntry; by: { by?: string } },
): void {
  const previous = { ...link }
  endRefundAsDone(draft, now, { link, refund, ...by })
  tellRefund(draft, now, { link, previous, refund })
}

/** A refund whose end was never written is unclear: its process has died. */
export function endForgottenRefunds(draft: OrderRecord, now: Instant): void {
  for (const refund of draft.refunds) {
    if (refund.state === 'sent' && now - refund.askedAt >= refundPatience) makeUnclear(draft, now, refund)
  }
}

function makeUnclear(draft: OrderRecord, now: Instant, refund: RefundEntry): void {
  const link = linkOf(draft, refund.pidx)
  refund.state = 'unclear'
  note(draft, { at: now, what: 'refund-unclear', pidx: refund.pidx })
  if (link) queue(draft, now, { what: 'refundUnclear', pidx: refund.pidx, refundId: refund.id, previous: { ...link } })
}
