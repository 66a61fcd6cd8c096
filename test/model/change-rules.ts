import type { Link, OrderRecord } from '../../src/rules/record.ts'
import { forgotten, isRefunding } from './due-rules.ts'
import type { KnownOrder } from './ledger.ts'
import type { World } from './world.ts'

interface Change {
  before: KnownOrder | undefined
  after: KnownOrder
}

/** What must hold at every change of an order. */
export function checkChange(world: World, before: KnownOrder | undefined, after: KnownOrder): void {
  const { inspector } = world
  const version = before?.version ?? 0
  inspector.report('never goes back', after.version !== version + 1 && `version ${after.version} followed ${version}`)
  for (const old of before?.record.links ?? []) checkLink(world, after.record, old)
  checkRefunds(world, before?.record, after.record)
  checkClaim(world, { before, after })
  for (const link of after.record.links) {
    inspector.report('tells everything', unqueued(before?.record, after.record, link))
    checkFulfilled(world, link, { before, after })
  }
  inspector.report('forgets nothing', forgotten(world, after))
  inspector.report('counts what failed', strayFailures(after.record))
  inspector.report('keeps one payment', noneKept(after.record))
}

/** Failures are of a payment that still waits for its goods. */
function strayFailures({ failures, links }: OrderRecord): string | false {
  const isWaiting = links.some(({ state, fulfilledAt }) => state === 'paid' && fulfilledAt === undefined)
  return failures !== undefined && !isWaiting && 'fulfil has failed for no payment that waits for goods'
}

/** Where the payment of what was handed out went back whole, the next whole one of its cart that had come by then is kept. */
function noneKept({ links, events }: OrderRecord): string | false {
  const original = links.find(({ fulfilledAt }) => fulfilledAt !== undefined)
  if (original?.refundExtent !== 'full') return false
  const went = events.findIndex(
    ({ what, pidx, text }) => what === 'refunded' && pidx === original.pidx && text === 'full',
  )
  const hadCome = (link: Link) =>
    events.slice(0, Math.max(0, went)).some(({ what, pidx }) => what === 'paid-twice' && pidx === link.pidx)
  const whole = links.filter(
    (link) => link.refundExtent === undefined && link.fingerprint === original.fingerprint && hadCome(link),
  )
  const isOneKept = links.some(({ keptInstead, refundExtent }) => keptInstead && refundExtent !== 'full')
  return whole.length > 0 && !isOneKept && `${whole[0]?.pidx} alone pays for what was handed out, and is to go back`
}

function checkLink(world: World, record: OrderRecord, old: Link): void {
  const { inspector } = world
  const link = record.links.find(({ pidx }) => pidx === old.pidx)
  inspector.report('never goes back', link === undefined && `${old.pidx} disappeared`)
  if (link === undefined) return
  inspector.report('never goes back', lostFact(old, link) ?? lostMoney(old, link) ?? lateAnswer(old, link))
  const isLess = (link.refundedAmount ?? 0) < (old.refundedAmount ?? 0) && !hadTwoAmounts(world, old.pidx)
  inspector.report('never goes back', isLess && `less of ${old.pidx} went back than before`)
}

const lasting = ['fulfilledAt', 'transactionId', 'createdAt', 'fingerprint', 'amount', 'duplicateOf'] as const

function lostFact(old: Link, link: Link): string | undefined {
  const changed = lasting.find((fact) => old[fact] !== undefined && old[fact] !== link[fact])
  return changed && `${changed} of ${old.pidx} was ${old[changed]} and is ${link[changed]}`
}

function lostMoney(old: Link, link: Link): string | undefined {
  if (old.received && !link.received) return `the money of ${old.pidx} was forgotten`
  if (old.refundExtent && !link.refundExtent) return `the refund of ${old.pidx} was forgotten`
  return old.refundExtent === 'full' && link.refundExtent !== 'full' ? `the refund of ${old.pidx} shrank` : undefined
}

/** A state that is no news any more took the place of one that was. */
function lateAnswer(old: Link, link: Link): string | undefined {
  const isOpen = link.state === 'pending' || link.state === 'unpaid'
  if (!isOpen || link.state === old.state) return undefined
  if (old.state === 'paid') return `${old.pidx} was paid and is ${link.state}`
  const [at, order] = link.heard ?? [0, 0]
  const [oldAt, oldOrder] = old.heard ?? [0, 0]
  return at > oldAt || order > oldOrder ? undefined : `a late answer made ${old.pidx} ${link.state}`
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
const hadTwoAmounts = ({ gateway }: World, pidx: string) =>
  gateway.truths.get(pidx)?.history.includes('wrong amount') ?? false

/** Never more back than was paid; one at a time; what has ended stays so. */
function checkRefunds(world: World, before: OrderRecord | undefined, { links, refunds }: OrderRecord): void {
  const { inspector } = world
  for (const old of before?.refunds ?? []) {
    const refund = refunds.find(({ id }) => id === old.id)
    inspector.report('never goes back', !refund && `the refund ${old.id} disappeared`)
    const isOver = old.state === 'done' || old.state === 'refused'
    inspector.report(
      'never goes back',
      isOver && refund?.state !== old.state && `the refund ${old.id} was ${old.state}`,
    )
  }
  const open = refunds.filter(({ state }) => state === 'sent' || state === 'unclear')
  inspector.report('refunds one at a time', open.length > 1 && `${open.length} refunds were open at once`)
  for (const { pidx, amount, received } of links) {
    const ours = refunds.filter((refund) => refund.pidx === pidx && refund.state !== 'refused')
    const sum = ours.reduce((total, refund) => total + refund.amount, 0)
    const paid = received?.amount ?? amount
    const isMore = sum > paid && !hadTwoAmounts(world, pidx)
    inspector.report('refunds at most what was paid', isMore && `${sum} of ${paid} paisa of ${pidx} were to go back`)
  }
}

/** The order's one claim: for what is paid, not given back, and not handed out yet. */
function checkClaim({ inspector, time }: World, { before, after: { record } }: Change): void {
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

function checkFulfilled({ inspector, ledger, settings }: World, link: Link, { before, after }: Change): void {
  const old = before?.record.links.find(({ pidx }) => pidx === link.pidx)
  if (link.fulfilledAt === undefined || old?.fulfilledAt !== undefined) return
  const other = after.record.links.find(({ pidx, fulfilledAt }) => pidx !== link.pidx && fulfilledAt !== undefined)
  inspector.report('fulfils once', other && `the order was fulfilled by ${other.pidx} and ${link.pidx}`)
  const handouts = ledger.handouts.filter(({ orderId }) => orderId === after.orderId)
  const isTwice = settings.transactions && handouts.length > 1
  inspector.report('fulfils once', isTwice && `${handouts.length} handouts were committed`)
  inspector.report(
    'fulfils what it handed out',
    !handouts.some(({ pidx }) => pidx === link.pidx) && `${link.pidx} is fulfilled, and nothing was handed out for it`,
  )
  if (!settings.transactions || before === undefined) return
  const isRefunded = old?.refundExtent !== undefined || isRefunding(before.record, link.pidx)
  inspector.report('fulfils nothing refunded', isRefunded && `${link.pidx} was fulfilled, and a refund had been seen`)
}
