import { isOpenHold } from './attention.ts'
import {
  clean,
  draftOf,
  fulfilledLink,
  holds,
  type Instant,
  type Link,
  note,
  type OrderRecord,
  type Ruling,
} from './record.ts'
import { dropWhatIsOver } from './tell.ts'

/** A request for a link. */
export interface Wish {
  fingerprint: string
  token: string
  /** How long making a link may take. */
  leaseMs: number
  /** Payments that were looked at for this request. */
  looked: ReadonlySet<string>
  /** Payments whose look failed, so that nothing new is known of them. */
  failed: ReadonlySet<string>
  /** Whether another look may be taken: there are three at the most. */
  mayLook: boolean
}

/** Decides by the record alone. */
export const noLook = { looked: new Set<string>(), failed: new Set<string>(), mayLook: false }

/** Why an order gets no link. */
export type LinkRefusal = 'already-paid' | 'refunded' | 'in-progress'

/** What comes of the request: a link, the right to make one, a payment to look at first, a wait, or a refusal. */
export type Reservation =
  | { give: Link }
  | { make: true }
  | { look: Link }
  | { wait: true }
  | { refuse: LinkRefusal }
  | { unclear: Link }

/** A link younger than this is given out again without a look. */
const freshMs = 10_000
/** A link with less time left is about to expire. */
const leastLifeMs = 60_000

/** One live link an order: the one that it has, else the right to make one. */
export function reserve(record: OrderRecord, now: Instant, wish: Wish): Ruling<Reservation> {
  const refusal = refusalOf(record, now, wish)
  if (refusal) return { record, answer: { refuse: refusal } }
  const links = record.links.toReversed()
  const unseen = wish.mayLook && links.find((link) => needsLook(record, now, { link, wish }))
  if (unseen) return { record, answer: { look: unseen } }
  const blocking = links.find((link) => isOnItsWay(record, link))
  if (blocking) return { record, answer: { refuse: 'in-progress' } }
  const usable = links.find((link) => isOwn(link, wish) && isLive(link) && link.expiresAt - now >= leastLifeMs)
  const unclear = links.find((link) => link !== usable && wish.failed.has(link.pidx))
  if (unclear) return { record, answer: { unclear } }
  if (usable) return giveOut(record, now, usable)
  if (holds(record.maker, now)) return { record, answer: { wait: true } }
  const draft = draftOf(record)
  draft.maker = { token: wish.token, until: now + wish.leaseMs }
  return { record: draft, answer: { make: true } }
}

/** Khalti has made a link: it is the order's, unless something came between. */
export function addLink(
  record: OrderRecord,
  now: Instant,
  {
    token,
    link,
  }: {
    token: string
    link: Pick<Link, 'pidx' | 'orderName' | 'amount' | 'fingerprint' | 'paymentUrl'> & { lifeMs: number }
  },
): Ruling<Link | LinkRefusal | 'lost'> {
  const refusal =
    refusalOf(record, now, noLook) ?? (record.links.some((other) => isOnItsWay(record, other)) && 'in-progress')
  if (refusal) return { record, answer: refusal }
  if (record.maker?.token !== token) return { record, answer: 'lost' }
  const { lifeMs, orderName, ...words } = link
  const added: Link = {
    ...words,
    orderName: clean(orderName),
    method: 'khalti',
    state: 'pending',
    createdAt: now,
    expiresAt: now + lifeMs,
    since: now,
  }
  const draft = draftOf(record)
  delete draft.maker
  draft.links.push(added)
  note(draft, { at: now, what: 'link', pidx: added.pidx })
  makeCurrent(draft, now, added)
  dropWhatIsOver(draft)
  return { record: draft, answer: added }
}

/** No link was made: another may try at once. */
export function unreserve(record: OrderRecord, _now: Instant, { token }: { token: string }): Ruling<void> {
  if (record.maker?.token !== token) return { record, answer: undefined }
  const draft = draftOf(record)
  delete draft.maker
  return { record: draft, answer: undefined }
}

/** What the record alone refuses. A payment that is paid and not handed out is looked at once more: it may be given back. */
export function refusalOf(
  record: OrderRecord,
  now: Instant,
  { looked, failed, mayLook }: Pick<Wish, 'looked' | 'failed' | 'mayLook'>,
): LinkRefusal | undefined {
  const fulfilled = fulfilledLink(record)
  if (fulfilled) return fulfilled.refundExtent === 'full' ? 'refunded' : 'already-paid'
  if (holds(record.claim, now)) return 'already-paid'
  const paid = record.links.find(({ state }) => state === 'paid')
  const isLookedAt = paid && (!mayLook || paid.method !== 'khalti' || looked.has(paid.pidx) || failed.has(paid.pidx))
  return isLookedAt ? 'already-paid' : undefined
}

function needsLook(record: OrderRecord, now: Instant, { link, wish }: { link: Link; wish: Wish }): boolean {
  if (link.method !== 'khalti' || wish.looked.has(link.pidx) || wish.failed.has(link.pidx)) return false
  switch (link.state) {
    case 'refunded':
      return false
    case 'paid':
      return true
    case 'hold':
      return link.holdReason !== 'unknown-payment' && isOpenHold(record, link)
    case 'unpaid':
      return isOwn(link, wish) && link.expiresAt > now
    case 'pending':
      return isOwn(link, wish) ? !isFresh(record, now, { link, wish }) : link.supersededAt === undefined
  }
}

/** Made a moment ago for this very cart, and nobody has asked about it since. */
function isFresh(record: OrderRecord, now: Instant, { link, wish }: { link: Link; wish: Wish }): boolean {
  return record.fingerprint === wish.fingerprint && now - link.createdAt < freshMs
}

/** A payment that may still bring money for what is asked: no second link beside it. */
export function isOnItsWay(record: OrderRecord, link: Link): boolean {
  if (link.state === 'hold') return link.holdReason !== 'unknown-payment' && isOpenHold(record, link)
  if (link.state === 'refunded') return link.refundExtent === 'partial' && isOpenHold(record, link)
  return link.state === 'pending' && link.status === 'pending'
}

const isOwn = (link: Link, { fingerprint }: Pick<Wish, 'fingerprint'>) => link.fingerprint === fingerprint
const isLive = ({ state, method }: Link) => state === 'pending' && method === 'khalti'

function giveOut(record: OrderRecord, now: Instant, link: Link): Ruling<Reservation> {
  if (record.fingerprint === link.fingerprint && link.supersededAt === undefined)
    return { record, answer: { give: link } }
  const draft = draftOf(record)
  const given = draft.links.find(({ pidx }) => pidx === link.pidx) ?? link
  makeCurrent(draft, now, given)
  dropWhatIsOver(draft)
  return { record: draft, answer: { give: given } }
}

/** The cart of this link counts from now on: links of other carts are superseded, whatever superseded this one before. */
function makeCurrent(draft: OrderRecord, now: Instant, link: Link): void {
  draft.fingerprint = link.fingerprint
  delete link.supersededAt
  for (const other of draft.links) {
    const isElse = other.method === 'khalti' && other.fingerprint !== link.fingerprint
    if (!isElse || other.supersededAt !== undefined || other.received !== undefined) continue
    other.supersededAt = now
    note(draft, { at: now, what: 'superseded', pidx: other.pidx })
  }
}
