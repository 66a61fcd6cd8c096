import { linkDueAt } from './due.ts'
import { draftOf, type Instant, linkOf, type OrderRecord, type Ruling, type Untold } from './record.ts'
import { endForgottenRefunds } from './refund.ts'
import { dropWhatIsOver, takeTelling } from './tell.ts'

/** What there is to do about an order whose time has come. */
export interface Wake {
  /** Payments to look at. */
  look: string[]
  /** What nobody has told in time; it is ours to tell now. */
  tell: Untold[]
}

/** Reconcile has been handed the order. */
export function wake(record: OrderRecord, now: Instant): Ruling<Wake> {
  const draft = draftOf(record)
  endForgottenRefunds(draft, now)
  dropWhatIsOver(draft)
  const tell = takeTelling(draft, now)
  const look = draft.links.filter((link) => (linkDueAt(draft, link) ?? Infinity) <= now).map(({ pidx }) => pidx)
  const isNew = tell.length > 0 || JSON.stringify(draft) !== JSON.stringify(record)
  return { record: isNew ? draft : record, answer: { look, tell } }
}

/** A payment was looked at and nothing was learned: the next look follows from this one. */
export function looked(record: OrderRecord, now: Instant, { pidx }: { pidx: string }): Ruling<void> {
  const draft = draftOf(record)
  const link = linkOf(draft, pidx)
  if (link) link.lookedAt = Math.max(now, link.lookedAt ?? 0)
  return { record: draft, answer: undefined }
}
