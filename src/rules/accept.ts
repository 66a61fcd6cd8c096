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

/** Why a person cannot have a payment fulfilled all the same. */
export type AcceptRefusal =
  | 'already-paid'
  | 'refunded'
  | 'partly-refunded'
  | 'not-paid'
  | 'in-progress'
  | 'refund-in-progress'

/** A person has a held payment fulfilled all the same. The order's live links are retired. */
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
  // Where `fulfil` fails from now on, it is what this person wants to know.
  delete draft.record.failures
  draft.move(link, 'paid', { text: 'accepted by a person', by })
  retireOthers(draft)
  const taken = claim(draft, pidx, token)
  return taken ? draft.end<Claim>(taken) : { record, answer: 'in-progress' }
}
