import { endDeadClaim } from './claim.ts'
import { Draft } from './draft.ts'
import { linkDueAt } from './due.ts'
import type { CallbackName, Instant, OrderRecord, Ruling } from './record.ts'
import { endForgottenRefunds } from './refund.ts'
import { takeTelling } from './tell.ts'

/** Returns the payments that reconcile must look up. Takes over what another process has left: news, refunds, a claim. */
export function wake(
  record: OrderRecord,
  now: Instant,
  { hears }: { hears: (what: CallbackName) => boolean },
): Ruling<string[]> {
  const draft = new Draft(record, now)
  endForgottenRefunds(draft)
  endDeadClaim(draft)
  takeTelling(draft, hears)
  const isDue = (due: Instant | undefined) => due !== undefined && due <= now
  const look = draft.record.links.filter((link) => isDue(linkDueAt(draft.record, link))).map(({ pidx }) => pidx)
  return draft.end(look)
}

/** Notes a look that brought nothing, so that the next one is timed from it. */
export function looked(record: OrderRecord, now: Instant, { pidx }: { pidx: string }): Ruling<void> {
  const draft = new Draft(record, now)
  const link = draft.link(pidx)
  if (link) link.lookedAt = Math.max(now, link.lookedAt ?? 0)
  return draft.end(undefined)
}
