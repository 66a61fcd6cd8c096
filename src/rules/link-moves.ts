import type { Draft } from './draft.ts'
import type { Link } from './record.ts'

/** Why a payment is held, and the payment before that. */
interface Holding {
  reason: string
  text?: string | undefined
  /** Default: as it is now. */
  previous?: Link
}

/** Puts a payment on hold, and tells the shop. */
export function hold(draft: Draft, link: Link, { reason, text, previous = { ...link } }: Holding): void {
  clearReasons(link)
  link.holdReason = reason
  // A hold for another reason is another fact, from now on, and is watched anew.
  link.since = draft.now
  delete link.givenUpAt
  draft.move(link, 'hold', text === undefined ? reason : `${reason}: ${text}`)
  draft.tell({ what: 'hold', previous })
}

/** Marks a payment whose money must go back: the order was handed out for another. */
export function markDuplicate(
  draft: Draft,
  link: Link,
  { original, previous }: { original: string; previous: Link },
): void {
  // A partly refunded payment stays refunded; the rest must still go back.
  if (link.state !== 'paid' && link.refundExtent === undefined) draft.move(link, 'paid')
  if (link.duplicateOf !== undefined) return
  clearReasons(link)
  link.duplicateOf = original
  draft.note({ what: 'paid-twice', pidx: link.pidx })
  draft.tell({ what: 'paidTwice', previous })
}

/** Drops the reasons for being unpaid or on hold. */
export function clearReasons(link: Link): void {
  delete link.holdReason
  delete link.evidence
  delete link.reason
}

/** Supersedes every link that brought no money, so that nobody is given one again. */
export function retireOthers(draft: Draft): void {
  for (const link of draft.record.links) {
    if (link.received === undefined && link.refundExtent === undefined) supersede(draft, link)
  }
}

/** Makes the cart of this link the current one. Its links are live again; links of other carts are superseded. */
export function makeCurrent(draft: Draft, { fingerprint }: Link): void {
  draft.record.fingerprint = fingerprint
  for (const link of draft.record.links) {
    // A paid link keeps its mark. Any other link of another cart is superseded: where it is paid after all, it is held.
    if (link.paid) continue
    if (link.fingerprint === fingerprint) delete link.supersededAt
    else supersede(draft, link)
  }
}

/** Marks a link that no customer is given again. */
export function supersede(draft: Draft, link: Link): void {
  if (link.supersededAt !== undefined || link.method !== 'khalti') return
  link.supersededAt = draft.now
  draft.note({ what: 'superseded', pidx: link.pidx })
}
