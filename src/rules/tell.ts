import { type Draft, rule } from './draft.ts'
import { tellLeaseMs } from './news.ts'
import type { CallbackName, Untold } from './record.ts'

const firstPauseMs = 30_000
const longestPauseMs = 6 * 60 * 60_000

/** How long news waits for a process that has a callback for it. */
const keptMs = 14 * 24 * 60 * 60_000

/**
 * Takes over news that nobody told in time, and renews its lease. The caller must tell each renewed entry. News for which this
 * process has no callback stays for another.
 */
export function takeTelling({ record, now }: Draft, hears: (what: CallbackName) => boolean): void {
  record.untold = record.untold.flatMap((entry) => {
    if (entry.until > now) return entry
    if (hears(entry.what)) return { ...entry, until: now + tellLeaseMs }
    return now - entry.at < keptMs ? entry : []
  })
}

/** Notes that the callback succeeded, or failed with `failure`. */
export const told = rule((draft, { entry, failure }: { entry: Untold; failure?: string | undefined }) => {
  const { record, now } = draft
  const stored = record.untold.find(({ id, until }) => id === entry.id && until === entry.until)
  if (stored === undefined) return
  const others = record.untold.filter((other) => other !== stored)
  const { what, pidx, failures } = stored
  if (failure === undefined) {
    record.untold = others
    draft.note({ what: 'told', pidx, text: what })
  } else {
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** failures)
    record.untold = [...others, { ...stored, failures: failures + 1, until: now + pause }]
    if (failures === 0) draft.note({ what: 'not-told', pidx, text: `${what}: ${failure}` })
  }
})
