import { isOpenHold } from './attention.ts'
import { type Draft, rule } from './draft.ts'
import { makeCurrent } from './link-moves.ts'
import { isPaid } from './news.ts'
import { clean, fulfilledLink, type Instant, isLive, type Link, type OrderRecord } from './record.ts'

/** The looks of a request for a link. */
interface Looks {
  /** Payments that were looked at for it. */
  looked: ReadonlySet<string>
  /** Payments whose look failed. */
  failed: ReadonlySet<string>
  /** Whether another look is allowed. */
  mayLook: boolean
}

/** A request for a link. */
export interface Wish extends Looks {
  fingerprint: string
  token: string
  /** How long making a link may take. */
  leaseMs: number
}

/** For decisions by the record alone. */
export const noLook: Looks = { looked: new Set(), failed: new Set(), mayLook: false }

/** Why an order gets no link. */
export type LinkRefusal = 'already-paid' | 'refunded' | 'in-progress' | 'held'

/**
 * What to do: give this link, make one, look at a payment first, wait for another process's link, refuse, or fail because a
 * look that matters has failed.
 */
export type Reservation =
  | { give: Link }
  | { make: true }
  | { look: Link }
  | { wait: true }
  | { refuse: LinkRefusal }
  | { unclear: Link }

/** A link younger than this is given out again without a look. One from the future is of a clock that has been put back. */
const freshMs = 10_000
/** A link with less time left is about to expire. */
const leastLifeMs = 60_000
/** Characters of a payment's address; Khalti's are under one thousand. */
const longestAddress = 4_000

/** One live link per order: gives the existing one, else the right to make one. */
export const reserve = rule((draft, wish: Wish): Reservation => {
  const { record, now } = draft
  const refusal = refusalOf(record, now, wish)
  if (refusal) return { refuse: refusal }
  const links = record.links.toReversed()
  const unseen = links.find((link) => needsLook(draft, link, wish))
  if (unseen) return { look: unseen }
  const blocking = links.find((link) => isOnItsWay(record, link))
  if (blocking) return { refuse: blockOf(blocking) }
  const usable = links.find((link) => isUsable(link, wish, now))
  const unclear = links.find((link) => link !== usable && wish.failed.has(link.pidx))
  if (unclear) return { unclear }
  if (usable) {
    makeCurrent(draft, usable)
    return { give: usable }
  }
  if (isLive(record.maker, now)) return { wait: true }
  record.maker = { token: wish.token, until: now + wish.leaseMs }
  return { make: true }
})

/** A link as Khalti has made it. */
export type MadeLink = Pick<Link, 'pidx' | 'orderName' | 'amount' | 'fingerprint' | 'paymentUrl'> & { lifeMs: number }

/**
 * Adds a link that Khalti has made, unless something came between. Where an older link of the cart has become payable
 * meanwhile, that one is given instead, and nobody ever sees the new one.
 */
export const addLink = rule((draft, made: { token: string; link: MadeLink }): Link | LinkRefusal | 'lost' | 'known' => {
  const { record, now } = draft
  const { lifeMs, ...link } = made.link
  const refusal = refusalOf(record, now, noLook)
  if (refusal) return refusal
  const blocking = record.links.find((other) => isOnItsWay(record, other))
  if (blocking) return blockOf(blocking)
  if (record.maker?.token !== made.token) return 'lost'
  const older = record.links.findLast((other) => isUsable(other, link, now))
  if (older === undefined && draft.link(link.pidx)) return 'known'
  delete record.maker
  const given = older ?? newLink(link, { createdAt: now, expiresAt: now + lifeMs, since: now })
  if (older === undefined) {
    record.links.push(given)
    draft.note({ what: 'link', pidx: given.pidx })
  }
  makeCurrent(draft, given)
  return given
})

const newLink = (made: Omit<MadeLink, 'lifeMs'>, times: Pick<Link, 'createdAt' | 'expiresAt' | 'since'>): Link => ({
  ...made,
  orderName: clean(made.orderName),
  paymentUrl: clean(made.paymentUrl, longestAddress),
  method: 'khalti',
  state: 'pending',
  ...times,
})

/** No link was made: another may try at once. */
export const unreserve = rule(({ record }, { token }: { token: string }) => {
  if (record.maker?.token === token) delete record.maker
})

/** Why no link may be made, by the record alone. A payment not handed out is looked at once more: it may have been refunded. */
export function refusalOf(record: OrderRecord, now: Instant, looks: Looks): LinkRefusal | undefined {
  const fulfilled = fulfilledLink(record)
  if (fulfilled) return fulfilled.refundExtent === 'full' && !isPaid(record) ? 'refunded' : 'already-paid'
  if (isLive(record.claim, now)) return 'already-paid'
  const paid = record.links.find(({ state }) => state === 'paid')
  return paid && !mayLookAt(paid, looks) ? 'already-paid' : undefined
}

function mayLookAt({ method, pidx }: Link, { looked, failed, mayLook }: Looks): boolean {
  return mayLook && method === 'khalti' && !looked.has(pidx) && !failed.has(pidx)
}

function needsLook({ record, now }: Draft, link: Link, wish: Wish): boolean {
  if (!mayLookAt(link, wish)) return false
  const isOwn = link.fingerprint === wish.fingerprint
  switch (link.state) {
    case 'paid':
      return true
    case 'hold':
    case 'refunded':
      return isOnItsWay(record, link)
    case 'unpaid':
      return isOwn && link.expiresAt > now
    case 'pending': {
      const isFresh = record.fingerprint === wish.fingerprint && Math.abs(now - link.createdAt) < freshMs
      // A superseded link can still be paid, in another tab.
      return isOwn ? !isFresh : link.supersededAt === undefined || link.expiresAt > now
    }
  }
}

/** Whether the payment may still bring money, so that no second link may be made. */
export function isOnItsWay(record: OrderRecord, link: Link): boolean {
  if (link.state === 'hold') return link.holdReason !== 'unknown-payment' && isOpenHold(record, link)
  if (link.state === 'refunded') return link.refundExtent === 'partial' && isOpenHold(record, link)
  // After two weeks the shop was told, and a person may have dealt with it.
  if (link.givenUpAt !== undefined && !isOpenHold(record, link)) return false
  return link.state === 'pending' && link.status === 'pending'
}

/** What a payment that blocks others waits for: Khalti, or a person of the shop. */
export function blockOf({ state, givenUpAt }: Link): 'in-progress' | 'held' {
  return state === 'pending' && givenUpAt === undefined ? 'in-progress' : 'held'
}

function isUsable(link: Link, { fingerprint }: Pick<Wish, 'fingerprint'>, now: Instant): boolean {
  const isPayable = link.state === 'pending' && link.method === 'khalti' && link.expiresAt - now >= leastLifeMs
  return isPayable && link.fingerprint === fingerprint
}
