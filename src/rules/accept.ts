import { takeClaim } from './claim.ts'
import { rule } from './draft.ts'
import { clearReasons, retireOthers } from './link-moves.ts'
import { clean, fulfilledLink, isLive, refundsUnderWay } from './record.ts'

/** Why a payment cannot be accepted. */
export type AcceptRefusal =
  | 'already-paid'
  | 'refunded'
  | 'partly-refunded'
  | 'not-paid'
  | 'in-progress'
  | 'refund-in-progress'

/** Accepts a held payment, as a person decided, and claims the order. Its unpaid links are superseded. */
export const accept = rule((draft, acceptance: { pidx: string; token: string; by?: string | undefined }) => {
  const { record, now } = draft
  const { pidx, token, by } = acceptance
  const link = draft.link(pidx)
  if (link?.received === undefined) return 'not-paid'
  if (fulfilledLink(record)) return 'already-paid'
  if (link.refundExtent === 'partial') return 'partly-refunded'
  if (link.refundExtent !== undefined) return 'refunded'
  if (refundsUnderWay(record, pidx).length > 0) return 'refund-in-progress'
  if (isLive(record.claim, now) || link.duplicateOf !== undefined) return 'in-progress'
  link.accepted = { at: now, ...(by && { by: clean(by) }) }
  link.paid = true
  clearReasons(link)
  // Only failures from now on matter to this person.
  delete record.failures
  draft.move(link, 'paid', { text: 'accepted by a person', by })
  retireOthers(draft)
  return takeClaim(draft, pidx, token)
})
