import { endDeadClaim } from './claim.ts'
import { rule } from './draft.ts'
import { linkDueAt } from './due.ts'
import type { CallbackName } from './record.ts'
import { endForgottenRefunds } from './refund.ts'
import { takeTelling } from './tell.ts'

/** Returns the payments that reconcile must look up. Takes over what another process has left: news, refunds, a claim. */
export const wake = rule((draft, { hears }: { hears: (what: CallbackName) => boolean }) => {
  const { record, now } = draft
  endForgottenRefunds(draft)
  endDeadClaim(draft)
  takeTelling(draft, hears)
  const due = record.links.filter((link) => (linkDueAt(record, link) ?? Number.POSITIVE_INFINITY) <= now)
  return due.map(({ pidx }) => pidx)
})

/** Notes a look that brought nothing, so that the next one is timed from it. */
export const looked = rule((draft, { pidx }: { pidx: string }) => {
  const link = draft.link(pidx)
  if (link) link.lookedAt = Math.max(draft.now, link.lookedAt ?? 0)
})
