import type { KhaltiClient } from '../core/client.ts'
import { isKhaltiError } from '../core/errors.ts'
import type { RequestOptions } from '../core/request-options.ts'
import type { Finding } from '../rules/learn.ts'
import type { Link, OrderRecord } from '../rules/record.ts'

/** A finding; with `unknown` the error by which Khalti said that it does not know the payment. */
export interface Look extends Finding {
  unknown?: unknown
}

/**
 * Which looks of other requests may be reused: those under way, and those that began after `since`. With `keeps` also those
 * that found something within the last second: one that failed must not fail the next request too.
 */
export interface Sharing {
  /** What {@link looksBegun} said when the request began. */
  since: number
  keeps?: boolean
}

interface SharedLook {
  look: Promise<Look>
  /** Its number within this process. */
  sequence: number
  endedAt?: number
  /** Whether it has found something. */
  found?: boolean
}

/** Looks of this process that others may share, by pidx. */
export type SharedLooks = Map<string, SharedLook>

const keptMs = 1_000

/** Makes an empty map. It holds only looks that are under way or ended within the last second. */
export const sharedLooks = (): SharedLooks => new Map()

/** Counts the looks of this process, to tell apart those that began at the same instant of the store's clock. */
let begun = 0

/** How many looks this process has begun. Later ones have higher numbers. */
export const looksBegun = () => begun

/** What to look up. */
interface Subject {
  record: OrderRecord
  link: Link
  /** The store's time, read before the lookup begins. */
  at: Date
}

/** Asks Khalti how a payment stands. An unknown payment is a finding too. @throws KhaltiError where the lookup failed. */
export async function lookAt(client: KhaltiClient, subject: Subject, options?: RequestOptions): Promise<Look> {
  const { record, link, at } = subject
  begun += 1
  const began = { at: at.getTime(), sequence: begun }
  const { pidx, amount } = link
  try {
    return { ...began, verdict: await client.verify({ pidx, amount, orderId: record.orderId }, options) }
  } catch (error) {
    if (isUnknownPayment(error)) return { ...began, unknown: error }
    throw error
  }
}

/** Whether the error says that Khalti does not know the payment. */
export function isUnknownPayment(error: unknown): boolean {
  return isKhaltiError(error) && error.code === 'api' && error.kind === 'not-found'
}

/** Whether an unpaid link is no longer known to Khalti: it counts as looked at. */
export function isForgotten({ state }: Link, error: unknown): boolean {
  return state === 'unpaid' && isUnknownPayment(error)
}

/** Reuses a look of another request where `sharing` allows it, else begins one that others may share. */
export function shareLook(
  looks: SharedLooks,
  pidx: string,
  { begin, sharing }: { begin: () => Promise<Look>; sharing: Sharing | undefined },
): Promise<Look> {
  if (sharing === undefined || isWorkers()) return begin()
  forgetOld(looks)
  const known = looks.get(pidx)
  if (known && (isSince(known, sharing.since) || (sharing.keeps && known.found))) return known.look
  const entry: SharedLook = { look: begin(), sequence: begun }
  looks.set(pidx, entry)
  const end = (found: boolean) => () => Object.assign(entry, { endedAt: performance.now(), found })
  entry.look.then(end(true), end(false))
  return entry.look
}

const isSince = ({ endedAt, sequence }: SharedLook, since: number) => endedAt === undefined || sequence > since

function forgetOld(looks: SharedLooks): void {
  const now = performance.now()
  for (const [pidx, { endedAt }] of looks) {
    if (endedAt !== undefined && now - endedAt >= keptMs) looks.delete(pidx)
  }
}

/** On Workers a request must not wait for a promise of another request: it may never settle. */
function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
