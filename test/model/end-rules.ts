import type { Link, OrderRecord } from '../../src/rules/record.ts'
import type { Truth } from './gateway.ts'
import type { KnownOrder } from './ledger.ts'
import type { World } from './world.ts'

/** What must hold when nobody does anything any more and reconcile has had its time. */
export function checkEnd(world: World): void {
  const { ledger, inspector, settings } = world
  for (const order of ledger.orders.values()) {
    const ours = ledger.handouts.filter(({ orderId }) => orderId === order.orderId)
    const handouts = ours.length
    // Without a transaction only who claimed last can still say that the goods are out.
    const isLast = ours.some(({ attempt, process, mishapsBefore, isLate }) => {
      const isLastClaim = attempt === (order.record.claim?.attempt ?? attempt)
      return isLastClaim && !isLate && process.alive && process.mishaps === mishapsBefore
    })
    const fulfilled = order.record.links.filter(({ fulfilledAt }) => fulfilledAt !== undefined).length
    inspector.report(
      'fulfils once',
      settings.transactions && handouts !== fulfilled && `${handouts} handouts, ${fulfilled} fulfilled`,
    )
    inspector.report('fulfils what it handed out', isLast && fulfilled === 0 && 'what was handed out is called open')
    inspector.report(
      'tells everything',
      order.record.untold.length > 0 && `${order.record.untold[0]?.what} was never told`,
    )
    for (const link of order.record.links) checkLink(world, order, link)
  }
}

function checkLink(world: World, { record }: KnownOrder, link: Link): void {
  const { inspector, gateway } = world
  const truth = gateway.truths.get(link.pidx)
  const arrived =
    link.received !== undefined || (truth !== undefined && hasMoney(truth) && isKnown(truth) && truth.isWatched)
  if (!arrived) return
  const fate = fateOf(record, link)
  inspector.report('loses no payment', fate === undefined && `${link.pidx} was Completed and ends ${link.state}`)
  if (fate === 'hold') inspector.report('holds with a reason', idleHold(world, record, link))
  inspector.report('tells everything', untold(world, link, fate))
}

/** Money that Khalti has shown, or shows to whoever looks. */
const hasMoney = ({ face }: Truth) => face === 'Completed' || face === 'wrong amount' || isRefund(face)
const isRefund = (face: string) => face === 'Refunded' || face === 'Partially Refunded'
const isKnown = ({ history }: Truth) => history.includes('Completed')

type Fate = 'fulfilled' | 'paidTwice' | 'hold' | 'refunded' | 'refundUnclear'

function fateOf(record: OrderRecord, link: Link): Fate | undefined {
  const fulfilled = record.links.find(({ fulfilledAt }) => fulfilledAt !== undefined)
  if (link.refundExtent !== undefined) return 'refunded'
  if (link.fulfilledAt !== undefined) return 'fulfilled'
  if (fulfilled && link.duplicateOf === fulfilled.pidx) return 'paidTwice'
  if (link.state === 'hold' || link.givenUpAt !== undefined) return 'hold'
  // A person must say whether the money went back before anything is handed out.
  const isUnclear = record.refunds.some(({ pidx, state }) => pidx === link.pidx && state === 'unclear')
  return isUnclear ? 'refundUnclear' : undefined
}

/** A hold for which there is no ground. */
function idleHold({ gateway, prices, settings }: World, record: OrderRecord, link: Link): string | undefined {
  const isToday = link.fingerprint === record.fingerprint
  const isRetired = record.links.some(({ method, accepted }) => method !== 'khalti' || accepted)
  // A person has dealt with it, and the cart may have come back to what it was since.
  const isAttended = record.attended.some((key) => key.startsWith(`hold:${link.pidx}:`))
  const isPaid = gateway.truths.get(link.pidx)?.face === 'Completed'
  const reason = link.holdReason ?? ''
  const hasGround =
    { changed: prices.size > 1, shop: settings.isOutOfStock, superseded: !isToday || isRetired || isAttended }[
      reason
    ] ??
    (!isPaid || link.givenUpAt !== undefined)
  return hasGround ? undefined : `${link.pidx} is held (${reason}), and there is no ground for it`
}

function untold(world: World, link: Link, fate: Fate | undefined): string | undefined {
  if (fate === undefined || fate === 'fulfilled') return undefined
  if (fate === 'paidTwice' && link.keptInstead) return undefined
  const wanted = fate
  const told = world.ledger.tellings.filter(
    ({ what, payment, taken }) => taken && what === wanted && payment.pidx === link.pidx,
  )
  if (told.length === 0) return `${link.pidx} ends ${fate}, and the shop was never told`
  const last = told.at(-1)?.payment
  const isStale = wanted === 'refunded' && link.fulfilledAt !== undefined && last?.fulfilledAt === undefined
  return isStale ? `the shop was told that ${link.pidx} was given back, and not that it had been fulfilled` : undefined
}
