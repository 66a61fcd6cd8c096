import { type Finding, hold, learn, markDuplicate, retireOthers } from './learn.ts'
import {
  type Claim,
  clean,
  draftOf,
  fulfilledLink,
  holds,
  type Instant,
  type Link,
  linkOf,
  note,
  type OrderRecord,
  type Ruling,
  refundsUnderWay,
} from './record.ts'
import { dropWhatIsOver, queue } from './tell.ts'

/** How long the right to fulfil lasts. */
export const claimMs = 5 * 60_000

/** Learns what a lookup said and, where the order may be handed out now, takes the right to. One step. */
export function learnAndClaim(
  record: OrderRecord,
  now: Instant,
  { pidx, finding, token }: { pidx: string; finding?: Finding | undefined; token: string },
): Ruling<Claim | undefined> {
  const draft = draftOf(record)
  if (finding) learn(draft, now, { pidx, finding })
  const answer = claim(draft, now, { pidx, token })
  dropWhatIsOver(draft)
  return isSame(record, draft) ? { record, answer } : { record: draft, answer }
}

/** The right to fulfil, for one payment of the order at a time, and for none once it is fulfilled. */
export function claim(
  draft: OrderRecord,
  now: Instant,
  { pidx, token }: { pidx: string; token: string },
): Claim | undefined {
  const link = linkOf(draft, pidx)
  if (link === undefined || !mayBeFulfilled(draft, link) || holds(draft.claim, now)) return undefined
  const { attempt = 0, until = 0 } = draft.claim ?? {}
  // The one before neither ended nor failed: its process has died, or hangs.
  if (until > 0) countFailure(draft, now, { pidx, text: 'fulfil outlasted its claim, or its process has died' })
  draft.claim = { pidx, token, attempt: attempt + 1, until: now + claimMs }
  note(draft, { at: now, what: 'claimed', pidx })
  return draft.claim
}

function mayBeFulfilled(record: OrderRecord, link: Link): boolean {
  const isPaid = link.state === 'paid' && link.paid === true && link.duplicateOf === undefined
  const isBack = link.refundExtent !== undefined || refundsUnderWay(record, link.pidx).length > 0
  return isPaid && !isBack && fulfilledLink(record) === undefined
}

/** What came of a completion: `lost` where another has the claim or had, `refunded` where the money is on its way back. */
export type Completion = 'completed' | 'lost' | 'refunded'

/**
 * `fulfil` has succeeded. In a transaction this can still be refused, and all that `fulfil` wrote is rolled back.
 * Without one the goods are out: the last token completes also late, so that they are never called open.
 */
export function complete(
  record: OrderRecord,
  now: Instant,
  { token, transactional }: { token: string; transactional: boolean },
): Ruling<Completion> {
  const link = record.claim && linkOf(record, record.claim.pidx)
  if (link === undefined || record.claim?.token !== token || fulfilledLink(record)) return { record, answer: 'lost' }
  if (transactional && !holds(record.claim, now)) return { record, answer: 'lost' }
  const isBack = link.refundExtent !== undefined || refundsUnderWay(record, link.pidx).length > 0
  if (transactional && isBack) return { record, answer: 'refunded' }
  const draft = draftOf(record)
  markFulfilled(draft, now, link.pidx)
  dropWhatIsOver(draft)
  return { record: draft, answer: 'completed' }
}

function markFulfilled(draft: OrderRecord, now: Instant, pidx: string): void {
  const link = linkOf(draft, pidx)
  if (link === undefined) return
  const previous = { ...link }
  link.fulfilledAt = now
  delete draft.claim
  delete draft.failures
  note(draft, { at: now, what: 'fulfilled', pidx })
  // The shop heard of the refund before the goods went out, or hears of it now: as it truly is.
  if (link.refundExtent !== undefined) queue(draft, now, { what: 'refunded', pidx, previous })
  for (const other of draft.links) {
    const isDuplicate = other !== link && other.paid === true && other.refundExtent === undefined
    if (isDuplicate) markDuplicate(draft, now, { link: other, original: pidx })
  }
}

/** `fulfil` has failed: another may try at once. */
export function release(
  record: OrderRecord,
  now: Instant,
  { token, text }: { token: string; text: string },
): Ruling<void> {
  if (record.claim?.token !== token || record.claim.until === 0) return { record, answer: undefined }
  const draft = draftOf(record)
  countFailure(draft, now, { pidx: record.claim.pidx, text })
  draft.claim = { ...record.claim, until: 0 }
  return { record: draft, answer: undefined }
}

/** The shop keeps the money and hands out nothing, until a person has decided. */
export function holdByShop(
  record: OrderRecord,
  now: Instant,
  { token, reason, text }: { token: string; reason: 'shop' | 'changed'; text: string },
): Ruling<void> {
  if (record.claim?.token !== token) return { record, answer: undefined }
  const draft = draftOf(record)
  const link = linkOf(draft, record.claim.pidx)
  draft.claim = { ...record.claim, until: 0 }
  delete draft.failures
  if (link && link.state === 'paid') hold(draft, now, { link, previous: { ...link }, reason, text })
  dropWhatIsOver(draft)
  return { record: draft, answer: undefined }
}

/** Why a person cannot have a payment fulfilled all the same. */
export type AcceptRefusal = 'already-paid' | 'refunded' | 'not-paid' | 'in-progress' | 'refund-in-progress'

/** A person has a held payment fulfilled all the same. The order's live links are retired. */
export function accept(
  record: OrderRecord,
  now: Instant,
  { pidx, token, by }: { pidx: string; token: string; by?: string | undefined },
): Ruling<Claim | AcceptRefusal> {
  const draft = draftOf(record)
  const link = linkOf(draft, pidx)
  if (link?.received === undefined) return { record, answer: 'not-paid' }
  if (fulfilledLink(record)) return { record, answer: 'already-paid' }
  if (link.refundExtent !== undefined) return { record, answer: 'refunded' }
  if (refundsUnderWay(record, pidx).length > 0) return { record, answer: 'refund-in-progress' }
  if (holds(record.claim, now)) return { record, answer: 'in-progress' }
  link.accepted = { at: now, ...(by && { by: clean(by) }) }
  link.paid = true
  link.state = 'paid'
  link.since = now
  delete link.holdReason
  note(draft, { at: now, what: 'paid', pidx, text: 'accepted by a person', ...(by && { by: clean(by) }) })
  retireOthers(draft, now, link)
  const taken = claim(draft, now, { pidx, token })
  dropWhatIsOver(draft)
  return taken ? { record: draft, answer: taken } : { record, answer: 'in-progress' }
}

function countFailure(draft: OrderRecord, now: Instant, { pidx, text }: { pidx: string; text: string }): void {
  draft.failures = { count: (draft.failures?.count ?? 0) + 1, at: now, text: clean(text) }
  note(draft, { at: now, what: 'fulfil-failed', pidx, text: clean(text) })
}

/** Nothing was learned and nothing taken: there is nothing to write. */
function isSame(record: OrderRecord, draft: OrderRecord): boolean {
  return JSON.stringify(record) === JSON.stringify(draft)
}
