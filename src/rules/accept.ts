import { claim } from './claim.ts'
import { Draft } from './draft.ts'
import { retireOthers } from './link-moves.ts'
import {
  type Claim,
  clean,
  fulfilledLink,
  type Instant,
  type OrderRecord,
  type Ruling,
  refundsUnderWay,
} from './record.ts'

/** Why a payment cannot be accepted. */
export type AcceptRefusal =
  | 'already-paid'
  | 'refunded'
  | 'partly-refunded'
  | 'not-paid'
  | 'in-progress'
  | 'refund-in-progress'

/** Accepts a held payment, as a person decided, and claims the order. Its unpaid links are superseded. */
export function accept(
  record: OrderRecord,
  now: Instant,
  { pidx, token, by }: { pidx: string; token: string; by?: string | undefined },
): Ruling<Claim | AcceptRefusal> {
  const draft = new Draft(record, now)
  const link = draft.link(pidx)
  if (link?.received === undefined) return { record, answer: 'not-paid' }
  if (fulfilledLink(record)) return { record, answer: 'already-paid' }
  if (link.refundExtent === 'partial') return { record, answer: 'partly-refunded' }
  if (link.refundExtent !== undefined) return { record, answer: 'refunded' }
  if (refundsUnderWay(record, pidx).length > 0) return { record, answer: 'refund-in-progress' }
  link.accepted = { at: now, ...(by && { by: clean(by) }) }
  link.paid = true
  delete link.holdReason
  delete link.evidence
  // Only failures from now on matter to this person.
  delete draft.record.failures
  draft.move(link, 'paid', { text: 'accepted by a person', by })
  retireOthers(draft)
  const taken = claim(draft, pidx, token)
  return taken ? draft.end<Claim>(taken) : { record, answer: 'in-progress' }
}
