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
 * Which looks of others may serve: those under way, and those that began after `since`; also those that have ended within
 * the last second, where `keeps` is set.
 */
export interface Sharing {
  /** From {@link looksBegun}, when whoever asks began. */
  since: number
  keeps?: boolean
}

interface SharedLook {
  look: Promise<Look>
  /** Its number within this process. */
  sequence: number
  endedAt?: number
}

/** Looks of this process that others may share, by pidx. */
export type SharedLooks = Map<string, SharedLook>

const keptMs = 1_000

/** None yet. It never holds more than what is under way or ended within the last second. */
export const sharedLooks = (): SharedLooks => new Map()

/** Counts the looks of this process, to tell apart those that began at the same instant of the store's clock. */
let begun = 0

/** How many looks this process has begun: those with a higher number begin from now on. */
export const looksBegun = () => begun

/** What to look up. */
interface Subject {
  record: OrderRecord
  link: Link
  /** The store's time, read before the lookup begins. */
  at: Date
}

/** Asks Khalti how a payment stands. @throws KhaltiError where the lookup failed; that Khalti does not know it is a finding. */
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

/** Whether it says that Khalti does not know the payment. */
export function isUnknownPayment(error: unknown): boolean {
  return isKhaltiError(error) && error.code === 'api' && error.kind === 'not-found'
}

/** A look that may serve, else a new one, which others may share. */
export function shareLook(
  looks: SharedLooks,
  pidx: string,
  { begin, sharing }: { begin: () => Promise<Look>; sharing: Sharing | undefined },
): Promise<Look> {
  if (sharing === undefined || isWorkers()) return begin()
  forgetOld(looks)
  const known = looks.get(pidx)
  if (known && (known.endedAt === undefined || known.sequence > sharing.since || sharing.keeps)) return known.look
  const entry: SharedLook = { look: begin(), sequence: begun }
  looks.set(pidx, entry)
  const end = () => {
    entry.endedAt = performance.now()
  }
  entry.look.then(end, end)
  return entry.look
}

function forgetOld(looks: SharedLooks): void {
  const now = performance.now()
  for (const [pidx, { endedAt }] of looks) {
    if (endedAt !== undefined && now - endedAt >= keptMs) looks.delete(pidx)
  }
}

/** On Workers a request must not wait for what another has begun: it may never hear of it. */
function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === 'Cloudflare-Workers'
}
