import type { Link, OrderRecord } from '../../src/rules/record.ts'
import type { KnownOrder } from './ledger.ts'
import { days, hours, minutes } from './time.ts'
import type { World } from './world.ts'

/** What must hold at every change of an order. */
export function checkChange(world: World, before: KnownOrder | undefined, after: KnownOrder): void {
  const { inspector } = world
  inspector.report(
    'never goes back',
    after.version !== (before?.version ?? 0) + 1 && `version ${after.version} followed ${before?.version ?? 0}`,
  )
  for (const old of before?.record.links ?? []) {
    const link = after.record.links.find(({ pidx }) => pidx === old.pidx)
    inspector.report('never goes back', link ? lost(old, link) : `${old.pidx} disappeared`)
    const isLess = (link?.refundedAmount ?? 0) < (old.refundedAmount ?? 0) && !hadWrongAmount(world, old.pidx)
    inspector.report('never goes back', isLess && `less of ${old.pidx} went back than before`)
  }
  for (const old of before?.record.refunds ?? []) {
    const refund = after.record.refunds.find(({ id }) => id === old.id)
    const isOver = old.state === 'done' || old.state === 'refused'
    inspector.report('never goes back', !refund && `the refund ${old.id} disappeared`)
    inspector.report(
      'never goes back',
      isOver && refund?.state !== old.state && `the refund ${old.id} was ${old.state}`,
    )
  }
  checkRefunds(world, after.record)
  for (const link of after.record.links) inspector.report('tells everything', unqueued(before?.record, after.record, link))
  checkClaim(world, before, after)
  for (const link of after.record.links) checkFulfilled(world, link, { before, after })
  inspector.report('forgets nothing', forgotten(world, after))
}

/** A fact that the newer record has no more. */
function lost(old: Link, link: Link): string | undefined {
  const facts = ['fulfilledAt', 'transactionId', 'createdAt', 'fingerprint', 'amount', 'duplicateOf'] as const
  const changed = facts.find((fact) => old[fact] !== undefined && old[fact] !== link[fact])
  if (changed) return `${changed} of ${old.pidx} was ${old[changed]} and is ${link[changed]}`
  if (old.received && !link.received) return `the money of ${old.pidx} was forgotten`
  if (old.refundExtent && !link.refundExtent) return `the refund of ${old.pidx} was forgotten`
  if (old.refundExtent === 'full' && link.refundExtent !== 'full') return `the refund of ${old.pidx} shrank`
  const isOpen = link.state === 'pending' || link.state === 'unpaid'
  if (old.state === 'paid' && isOpen) return `${old.pidx} was paid and is ${link.state}`
  const isNewer = (link.heard?.[0] ?? 0) > (old.heard?.[0] ?? 0) || (link.heard?.[1] ?? 0) > (old.heard?.[1] ?? 0)
  return isOpen && link.state !== old.state && !isNewer ? `a late answer made ${old.pidx} ${link.state}` : undefined
}

/** What the shop must hear is stored with the change that it tells of. */
function unqueued(before: OrderRecord | undefined, after: OrderRecord, link: Link): string | undefined {
  const old = before?.links.find(({ pidx }) => pidx === link.pidx)
  const news = {
    hold: link.state === 'hold' && (old?.state !== 'hold' || old.holdReason !== link.holdReason),
    refunded: link.refundExtent !== old?.refundExtent,
    paidTwice: link.duplicateOf !== old?.duplicateOf,
  }
  const isQueued = (what: string) => after.untold.some((entry) => entry.what === what && entry.pidx === link.pidx)
  const missing = Object.entries(news).find(([what, isNew]) => isNew && !isQueued(what))
  return missing && `${link.pidx} is news (${missing[0]}), and nobody is to tell it`
}

/** Whether Khalti has told two amounts of the payment, so that nobody can say what is too much. */
const hadWrongAmount = ({ gateway }: World, pidx: string) =>
  gateway.truths.get(pidx)?.history.includes('wrong amount') ?? false

/** Never more back than was paid; one at a time. */
function checkRefunds(world: World, record: OrderRecord): void {
  const { inspector } = world
  for (const { pidx, amount, received } of record.links) {
    const ours = record.refunds.filter((refund) => refund.pidx === pidx && refund.state !== 'refused')
    const sum = ours.reduce((total, refund) => total + refund.amount, 0)
    const paid = received?.amount ?? amount
    const isMore = sum > paid && !hadWrongAmount(world, pidx)
    inspector.report('refunds at most what was paid', isMore && `${sum} of ${paid} paisa of ${pidx} were to go back`)
  }
  const open = record.refunds.filter(({ state }) => state === 'sent' || state === 'unclear')
  inspector.report('refunds one at a time', open.length > 1 && `${open.length} refunds were open at once`)
}

/** The order's one claim: for what is paid, not given back, and not handed out yet. */
function checkClaim({ inspector, time }: World, before: KnownOrder | undefined, { record }: KnownOrder): void {
  const [old, claim] = [before?.record.claim, record.claim]
  if (claim === undefined || claim.token === old?.token) return
  const link = record.links.find(({ pidx }) => pidx === claim.pidx)
  inspector.report('claims one at a time', old && old.until > time.now && `${claim.pidx} was claimed twice at once`)
  inspector.report('fulfils what was paid', !link?.paid && `${claim.pidx} was claimed, and is not paid`)
  const isRefunded = link?.refundExtent !== undefined || isRefunding(record, claim.pidx)
  inspector.report('fulfils nothing refunded', isRefunded && `${claim.pidx} was claimed, and a refund had been seen`)
  const isFulfilled = record.links.some(({ fulfilledAt }) => fulfilledAt !== undefined)
  inspector.report('fulfils once', isFulfilled && `${claim.pidx} was claimed, and the order was fulfilled`)
}

function checkFulfilled(
  world: World,
  link: Link,
  { before, after }: { before: KnownOrder | undefined; after: KnownOrder },
) {
  const { inspector, ledger, settings } = world
  const old = before?.record.links.find(({ pidx }) => pidx === link.pidx)
  if (link.fulfilledAt === undefined || old?.fulfilledAt !== undefined) return
  const { record } = after
  const others = record.links.filter((other) => other.pidx !== link.pidx && other.fulfilledAt !== undefined)
  inspector.report(
    'fulfils once',
    others.length > 0 && `the order was fulfilled by ${others[0]?.pidx} and ${link.pidx}`,
  )
  const handouts = ledger.handouts.filter(({ orderId }) => orderId === after.orderId)
  inspector.report(
    'fulfils once',
    settings.transactions && handouts.length > 1 && `${handouts.length} handouts were committed`,
  )
  inspector.report(
    'fulfils what it handed out',
    !handouts.some(({ pidx }) => pidx === link.pidx) &&
      `${link.pidx} was called fulfilled, and nothing was handed out for it`,
  )
  if (!settings.transactions || before === undefined) return
  const refunded = old?.refundExtent !== undefined || isRefunding(before.record, link.pidx)
  inspector.report('fulfils nothing refunded', refunded && `${link.pidx} was fulfilled, and a refund had been seen`)
}

const isRefunding = (record: OrderRecord, pidx: string) =>
  record.refunds.some((refund) => refund.pidx === pidx && refund.state !== 'refused')

/** What is unsettled and has no time at which anybody looks at it again. */
function forgotten(world: World, { record, dueAt }: KnownOrder): string | undefined {
  const { now } = world.time
  const soon = dueAt === undefined ? Number.POSITIVE_INFINITY : dueAt.getTime() - now
  const isFulfilled = record.links.some(({ fulfilledAt }) => fulfilledAt !== undefined)
  if (record.untold.length > 0 && soon > 1 * days) return 'the shop has still to be told, and nobody is due to do it'
  if (record.claim && !isFulfilled && record.claim.until > now && soon > 6 * minutes) return 'a claim is not watched'
  if (record.refunds.some(({ state }) => state === 'sent') && soon > 6 * minutes) return 'a sent refund is not watched'
  const watched = record.links.find((link) => mayStillMove(link, now) || (isOwed(record, link) && !isFulfilled))
  return watched && soon > 3 * days ? `${watched.pidx} is ${watched.state}, and nobody is due to look at it` : undefined
}

function mayStillMove({ state, givenUpAt, expiresAt, received, method }: Link, now: number): boolean {
  if (method !== 'khalti' || givenUpAt !== undefined) return false
  if (state === 'pending') return now < expiresAt + 20 * hours
  return state === 'unpaid' && !received && now < expiresAt + 20 * hours
}

/** Paid, and neither handed out, held, given back, nor known as a second payment. */
const isOwed = (record: OrderRecord, { pidx, paid, state, duplicateOf, refundExtent }: Link) =>
  paid === true &&
  state === 'paid' &&
  duplicateOf === undefined &&
  refundExtent === undefined &&
  !isRefunding(record, pidx)
