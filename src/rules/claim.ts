import { type Draft, rule } from './draft.ts'
import { type Finding, learn } from './learn.ts'
import { hold, markDuplicate } from './link-moves.ts'
import { type Claim, clean, fulfilledLink, isLive, type Link, type OrderRecord, refundsUnderWay } from './record.ts'

/** How long the right to fulfil lasts. */
export const claimMs = 5 * 60_000

/** Learns what a lookup said and, where the order may be handed out now, takes the claim, in one step. */
export const learnAndClaim = rule(
  (draft, { pidx, finding, token }: { pidx: string; finding?: Finding | undefined; token: string }) => {
    if (finding) learn(draft, pidx, finding)
    const { record, now } = draft
    const link = draft.link(pidx)
    if (link === undefined || !mayBeFulfilled(record, link) || isLive(record.claim, now)) return undefined
    return takeClaim(draft, pidx, token)
  },
)

/** Takes the right to fulfil, which must be free. */
export function takeClaim(draft: Draft, pidx: string, token: string): Claim {
  const { record, now } = draft
  const { pidx: before = pidx, attempt = 0, until = 0 } = record.claim ?? {}
  // The claim before neither completed nor failed: its process has died, or hangs.
  if (until > 0) {
    countFailure(draft, before, outlasted)
    begin(draft, before)
  }
  record.claim = { pidx, token, attempt: attempt + 1, until: now + claimMs }
  draft.note({ what: 'claimed', pidx })
  return record.claim
}

const outlasted = 'fulfil outlasted its claim, or its process has died'

/** Ends a claim that has run out where nobody else would take it: its payment has gone back, or is in doubt. */
export function endDeadClaim(draft: Draft): void {
  const { record, now } = draft
  const { claim: held } = record
  if (held === undefined || held.until === 0 || held.until > now) return
  if (draft.link(held.pidx)?.state === 'paid') return
  record.claim = { ...held, until: 0 }
  begin(draft, held.pidx)
  draft.note({ what: 'fulfil-failed', pidx: held.pidx, text: outlasted })
}

function mayBeFulfilled(record: OrderRecord, link: Link): boolean {
  const isPaid = link.state === 'paid' && link.paid === true && link.duplicateOf === undefined
  return isPaid && !isOnItsWayBack(record, link) && fulfilledLink(record) === undefined
}

/** Whether money of the payment went back, or may do so: nothing may be handed out for it. */
export function isOnItsWayBack(record: OrderRecord, { pidx, refundExtent }: Link): boolean {
  return refundExtent !== undefined || refundsUnderWay(record, pidx).length > 0
}

/** `lost`: another process has, or had, the claim. `refunded`: the money is on its way back. */
export type Completion = 'completed' | 'lost' | 'refunded'

/**
 * Records that `fulfil` succeeded. In a transaction this can still be refused, and everything that `fulfil` wrote is rolled
 * back. Without one the goods are out, so the last token may complete late.
 */
export const complete = rule((draft, done: { token: string; transactional: boolean }): Completion => {
  const { record, now } = draft
  const { claim: held } = record
  const link = held?.token === done.token ? draft.link(held.pidx) : undefined
  if (link === undefined || fulfilledLink(record)) return 'lost'
  if (done.transactional && !isLive(held, now)) return 'lost'
  if (done.transactional && isOnItsWayBack(record, link)) return 'refunded'
  markFulfilled(draft, link.pidx)
  return 'completed'
})

function markFulfilled(draft: Draft, pidx: string): void {
  const { record, now } = draft
  for (const link of record.links) {
    const previous = { ...link }
    if (link.pidx === pidx) {
      link.fulfilledAt = now
      draft.note({ what: 'fulfilled', pidx })
      // The shop may have heard of the refund before, but not of goods that went out for it.
      if (link.refundExtent !== undefined) draft.tell({ what: 'refunded', previous })
    } else if (isOwed(link)) markDuplicate(draft, link, { original: pidx, previous })
  }
  delete record.claim
  delete record.failures
}

/** Whether money of this payment, for which nothing is handed out, must still go back. */
function isOwed({ paid, refundExtent }: Link): boolean {
  return refundExtent === undefined ? paid === true : refundExtent === 'partial'
}

/** Frees the claim after `fulfil` failed: another may try at once. `attempt` counts the calls so far. */
export const release = rule((draft, failed: { token: string; text: string; attempt: number }) => {
  const { claim: held } = draft.record
  const { token, text, attempt } = failed
  if (held?.token !== token || held.until === 0) return
  countFailure(draft, held.pidx, text)
  if (attempt === held.attempt) begin(draft, held.pidx)
  draft.record.claim = { ...held, until: 0, attempt }
})

/** Holds the payment: the shop keeps the money and hands out nothing until a person decides. */
export const holdByShop = rule(
  (draft, holding: { token: string; attempt: number; reason: 'shop' | 'changed'; text: string }) => {
    const { record } = draft
    const { claim: held } = record
    const { token, attempt, ...why } = holding
    if (held?.token !== token) return
    const link = draft.link(held.pidx)
    record.claim = { ...held, until: 0, attempt }
    delete record.failures
    // A shop that throws a PaymentHold has handed out nothing.
    if (why.reason === 'shop') delete link?.begun
    if (link?.state === 'paid') hold(draft, link, why)
  },
)

/** From now on the shop may have begun to hand out for this payment. */
function begin(draft: Draft, pidx: string): void {
  const link = draft.link(pidx)
  if (link) link.begun = true
}

/** Of a payment whose money went back meanwhile it stands in the history alone: the next payment has failures of its own. */
function countFailure(draft: Draft, pidx: string, text: string): void {
  const { count = 0, since = draft.now } = draft.record.failures ?? {}
  const isWaiting = draft.link(pidx)?.state === 'paid'
  if (isWaiting) draft.record.failures = { count: count + 1, since, at: draft.now, text: clean(text) }
  draft.note({ what: 'fulfil-failed', pidx, text })
}
