import { draftOf, type Instant, type Link, linkOf, note, type OrderRecord, type Ruling, type Untold } from './record.ts'

/** Whoever stores a change tells it within this time; only after it does another. */
const tellLeaseMs = 60_000
const firstPauseMs = 30_000
const longestPauseMs = 6 * 60 * 60_000

/** Notes that the shop must be told, in the same step as the change itself. */
export function queue(
  draft: OrderRecord,
  now: Instant,
  { what, pidx, previous, refundId }: Pick<Untold, 'what' | 'pidx' | 'previous' | 'refundId'>,
): void {
  const id = [what, pidx, ...(refundId === undefined ? [] : [refundId])].join(':')
  const entry: Untold = { id, what, pidx, previous, until: now + tellLeaseMs, failures: 0 }
  if (refundId !== undefined) entry.refundId = refundId
  draft.untold = [...draft.untold.filter((other) => other.id !== id), entry]
}

/** Leaves out what is over: nothing is told that is not so. */
export function dropWhatIsOver(draft: OrderRecord): void {
  draft.untold = draft.untold.filter((entry) => isSo(draft, entry))
}

/** The right to tell what nobody has told in time. */
export function takeTelling(draft: OrderRecord, now: Instant): Untold[] {
  const due = draft.untold.filter((entry) => entry.until <= now)
  const taken = due.map((entry) => ({ ...entry, until: now + tellLeaseMs }))
  draft.untold = [...draft.untold.filter((entry) => !due.includes(entry)), ...taken]
  return taken
}

/** The shop has heard it, or its callback has failed with `failure`. */
export function told(
  record: OrderRecord,
  now: Instant,
  { entry, failure }: { entry: Untold; failure?: string | undefined },
): Ruling<void> {
  const stored = record.untold.find(({ id, until }) => id === entry.id && until === entry.until)
  if (stored === undefined) return { record, answer: undefined }
  const draft = draftOf(record)
  const others = draft.untold.filter((other) => other !== stored)
  const { what, pidx } = stored
  if (failure === undefined) {
    draft.untold = others
    note(draft, { at: now, what: 'told', pidx, text: what })
  } else {
    const failures = stored.failures + 1
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1))
    draft.untold = [...others, { ...stored, failures, until: now + pause }]
    if (failures === 1) note(draft, { at: now, what: 'not-told', pidx, text: `${what}: ${failure}` })
  }
  dropWhatIsOver(draft)
  return { record: draft, answer: undefined }
}

function isSo(record: OrderRecord, { what, pidx, refundId }: Untold): boolean {
  const link = linkOf(record, pidx)
  if (link === undefined) return false
  switch (what) {
    case 'unpaid':
      return link.state === 'unpaid'
    case 'hold':
      return link.state === 'hold' || (link.state === 'pending' && link.givenUpAt !== undefined)
    case 'refunded':
      return link.refundExtent !== undefined
    case 'paidTwice':
      return isDuplicate(link)
    case 'refundUnclear':
      return record.refunds.some(({ id, state }) => id === refundId && state === 'unclear')
  }
}

/** Paid a second time, and not given back yet. */
export function isDuplicate({ duplicateOf, refundExtent }: Link): boolean {
  return duplicateOf !== undefined && refundExtent !== 'full'
}
