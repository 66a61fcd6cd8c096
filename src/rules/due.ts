import {
  doneRefunds,
  fulfilledLink,
  type Instant,
  type Link,
  linkOf,
  type OrderRecord,
  type RefundEntry,
  refundsUnderWay,
} from './record.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const shortestPause = 30 * second
const longestPause = 6 * hour
/** What is paid and not handed out is tried at least this often. */
const longestUnfulfilled = hour
/** A link is watched at least this long, also where Khalti did not say when it ends. */
const shortestLife = 2 * hour
const watched = 14 * day
const refundWatched = 14 * day
/** A refund whose end was not written by then is unclear: its process has died. */
export const refundPatience = 5 * minute

/** When reconcile must look at the order next: it follows from the record alone. */
export function dueAt(record: OrderRecord): Instant | undefined {
  const { claim, untold, refunds, links } = record
  const instants = [
    ...untold.map(({ until }) => until),
    ...refunds.filter(({ state }) => state === 'sent').map(({ askedAt }) => askedAt + refundPatience),
    ...links.map((link) => linkDueAt(record, link)),
    // The claim of a payment that is still paid is among the times of that payment.
    claim && claim.until > 0 && linkOf(record, claim.pidx)?.state !== 'paid' ? claim.until : undefined,
  ].filter((instant) => instant !== undefined)
  return instants.length === 0 ? undefined : Math.min(...instants)
}

/** When a payment must be looked at next. */
export function linkDueAt(record: OrderRecord, link: Link): Instant | undefined {
  const unclear = record.refunds.find(({ pidx, state }) => pidx === link.pidx && state === 'unclear')
  const looks = [unclear && forRefund(link, unclear), ordinarily(record, link)].filter((look) => look !== undefined)
  return looks.length === 0 ? undefined : Math.min(...looks)
}

function ordinarily(record: OrderRecord, link: Link): Instant | undefined {
  if (link.fulfilledAt !== undefined || link.duplicateOf !== undefined || link.refundExtent !== undefined) {
    return afterTheSale(record, link)
  }
  if (link.state === 'paid') return untilFulfilled(record, link)
  return link.method !== 'khalti' || link.givenUpAt !== undefined ? undefined : untilKnown(link)
}

/** At growing intervals from its creation. */
function untilKnown(link: Link): Instant | undefined {
  if (link.lookedAt === undefined) return link.createdAt
  const next = lastLook(link) + pauseAfter(lastLook(link) - link.createdAt)
  const end = watchedUntil(link)
  // A payment is given up only after a look that got an answer.
  if ((link.heard?.[0] ?? 0) >= end) return link.state === 'unpaid' ? undefined : next
  return lastLook(link) < end ? Math.min(next, end) : next
}

/** Pending and held payments are watched for two weeks, unpaid ones for a day beyond the end of their link. */
export function watchedUntil({ state, since, createdAt, expiresAt }: Link): Instant {
  if (state === 'unpaid') return Math.max(expiresAt, createdAt + shortestLife, since) + day
  return Math.max(createdAt, since) + watched
}

/**
 * Looks at a handed-out or duplicate payment after a day and a week, for refunds made in Khalti's dashboard; and a day after
 * a refund of our own, whether it really went through.
 */
function afterTheSale(record: OrderRecord, link: Link): Instant | undefined {
  if (link.method !== 'khalti') return undefined
  const sale = link.fulfilledAt ?? link.received?.at ?? link.createdAt
  const heardAt = link.heard?.[0] ?? link.createdAt
  const looks = link.refundExtent === 'full' ? [] : [sale + day, sale + 7 * day]
  if (link.status !== 'refunded') looks.push(...doneRefunds(record, link.pidx).map(({ endedAt = 0 }) => endedAt + day))
  const look = looks.filter((instant) => heardAt < instant).sort((a, b) => a - b)[0]
  if (look === undefined || lastLook(link) < look) return look
  // That look has failed.
  return lastLook(link) - look > refundWatched ? undefined : lastLook(link) + pauseAfter(lastLook(link) - look)
}

/** Never given up. The first failure is tried again at once, the next ones at growing intervals. */
function untilFulfilled(record: OrderRecord, link: Link): Instant | undefined {
  const { failures, claim } = record
  if (fulfilledLink(record) !== undefined) return undefined
  if (claim && claim.until > 0) return unlessLookedAt(link, claim.until)
  if (failures === undefined || refundsUnderWay(record, link.pidx).length > 0) {
    return lastLook(link) + Math.min(longestUnfulfilled, pauseAfter(lastLook(link) - link.createdAt))
  }
  const pause = failures.count === 1 ? 0 : Math.min(longestUnfulfilled, shortestPause * 2 ** (failures.count - 2))
  return unlessLookedAt(link, failures.at + pause)
}

/** At this instant, or some time after a look that came later and led to nothing. */
function unlessLookedAt(link: Link, due: Instant): Instant {
  const last = lastLook(link)
  return last <= due ? due : last + Math.min(longestUnfulfilled, pauseAfter(last - due))
}

function forRefund(link: Link, { askedAt }: RefundEntry): Instant | undefined {
  const last = Math.max(lastLook(link), askedAt)
  return last - askedAt > refundWatched ? undefined : last + pauseAfter(last - askedAt)
}

const lastLook = ({ lookedAt, createdAt }: Link) => lookedAt ?? createdAt

/** Short while something is likely to happen, then longer and longer. */
function pauseAfter(age: number): number {
  return Math.min(longestPause, Math.max(shortestPause, age / 2))
}
