import { Draft } from './draft.ts'
import { linkDueAt } from './due.ts'
import type { Instant, OrderRecord, Ruling, Untold } from './record.ts'
import { endForgottenRefunds } from './refund.ts'
import { takeTelling } from './tell.ts'

/** What there is to do about an order whose time has come. */
export interface Wake {
  /** Payments to look at. */
  look: string[]
  /** What nobody has told in time; it is ours to tell now. */
  tell: Untold[]
}

/** Reconcile has been handed the order. */
export function wake(record: OrderRecord, now: Instant): Ruling<Wake> {
  const draft = new Draft(record, now)
  endForgottenRefunds(draft)
  const tell = takeTelling(draft)
  const isDue = (due: Instant | undefined) => due !== undefined && due <= now
  const look = draft.record.links.filter((link) => isDue(linkDueAt(draft.record, link))).map(({ pidx }) => pidx)
  return draft.end({ look, tell })
}

/** A payment was looked at and nothing was learned: the next look follows from this one. */
export function looked(record: OrderRecord, now: Instant, { pidx }: { pidx: string }): Ruling<void> {
  const draft = new Draft(record, now)
  const link = draft.link(pidx)
  if (link) link.lookedAt = Math.max(now, link.lookedAt ?? 0)
  return draft.end(undefined)
}
