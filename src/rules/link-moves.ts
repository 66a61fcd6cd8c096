import type { Draft } from './draft.ts'
import type { Link } from './record.ts'

/** Why a payment is held, and as what it was known before. */
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
  // A hold for another reason is another fact, from now on.
  link.since = draft.now
  draft.move(link, 'hold', text === undefined ? reason : `${reason}: ${text}`)
  draft.tell({ what: 'hold', previous })
}

/** The order was handed out for another payment: this money goes back. */
export function markDuplicate(
  draft: Draft,
  link: Link,
  { original, previous }: { original: string; previous: Link },
): void {
  // Where a part of it went back, it is refunded, and the rest is still owed.
  if (link.state !== 'paid' && link.refundExtent === undefined) draft.move(link, 'paid')
  if (link.duplicateOf !== undefined) return
  clearReasons(link)
  link.duplicateOf = original
  draft.note({ what: 'paid-twice', pidx: link.pidx })
  draft.tell({ what: 'paidTwice', previous })
}

/** Why it is unpaid or on hold is no longer so. */
export function clearReasons(link: Link): void {
  delete link.holdReason
  delete link.evidence
  delete link.reason
}

/** No customer gets the links any more that have brought no money. */
export function retireOthers(draft: Draft): void {
  for (const link of draft.record.links) {
    if (link.received === undefined && link.refundExtent === undefined) supersede(draft, link)
  }
}

/** The cart of this link counts from now on, whatever superseded its links before; links of other carts are superseded. */
export function makeCurrent(draft: Draft, { fingerprint }: Link): void {
  draft.record.fingerprint = fingerprint
  for (const link of draft.record.links) {
    // Money that is in doubt may still turn out right: where it is of another cart, it is held then.
    if (link.paid) continue
    if (link.fingerprint === fingerprint) delete link.supersededAt
    else supersede(draft, link)
  }
}

/** A link that no customer gets any more. */
export function supersede(draft: Draft, link: Link): void {
  if (link.supersededAt !== undefined || link.method !== 'khalti') return
  link.supersededAt = draft.now
  draft.note({ what: 'superseded', pidx: link.pidx })
}
