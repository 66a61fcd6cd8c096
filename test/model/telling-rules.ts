import type { Link, OrderRecord } from '../../src/rules/record.ts'
import type { Face } from './gateway.ts'
import type { Telling } from './ledger.ts'
import type { World } from './world.ts'

/** What is wrong with what the shop is being told, at the moment that it is told; undefined where it is so. */
export function tellingFault(world: World, telling: Telling): string | undefined {
  const { payment, what } = telling
  const record = world.ledger.orders.get(payment.orderId)?.record
  const link = record?.links.find(({ pidx }) => pidx === payment.pidx)
  if (!record || !link) return `${what} was told of ${payment.pidx}, of which there is no record`
  if (payment.state !== link.state) return `${what}: ${link.pidx} was shown as ${payment.state} and is ${link.state}`
  if ((payment.fulfilledAt === undefined) !== (link.fulfilledAt === undefined)) {
    return `${what}: fulfilledAt of ${link.pidx} was not told as it is`
  }
  if (what === 'paidTwice') return notTwice(record, link)
  if (what === 'refundUnclear') {
    const isUnclear = record.refunds.some(({ id, state }) => id === telling.refundId && state === 'unclear')
    return isUnclear ? undefined : `refundUnclear was told of ${telling.refundId}, which is not unclear`
  }
  return notSo(what, link) ?? neverShown(world, what, link)
}

/** Whether the payment that the order was handed out for went back after this one had come, and this one alone is kept. */
export function isKeptInstead({ links, events }: OrderRecord, { pidx, fingerprint, refundExtent }: Link): boolean {
  const original = links.find(({ fulfilledAt }) => fulfilledAt !== undefined)
  const came = events.findIndex((event) => event.what === 'paid-twice' && event.pidx === pidx)
  const went = events.findLastIndex((event) => event.what === 'refunded' && event.pidx === original?.pidx)
  const others = links.filter((link) => link.duplicateOf !== undefined && link.refundExtent !== 'full')
  // One of another cart, or of which a part went back, is not kept: a person must see what is owed.
  const canBeKept = fingerprint === original?.fingerprint && refundExtent === undefined
  return canBeKept && original.refundExtent === 'full' && came !== -1 && came < went && others.length === 1
}

function notTwice(record: OrderRecord, link: Link): string | undefined {
  const fulfilled = record.links.find(({ fulfilledAt }) => fulfilledAt !== undefined)
  if (fulfilled === undefined || fulfilled.pidx === link.pidx)
    return `paidTwice was told of ${link.pidx}, the only payment`
  if (link.duplicateOf !== fulfilled.pidx)
    return `paidTwice was told of ${link.pidx}, no duplicate of ${fulfilled.pidx}`
  if (isKeptInstead(record, link))
    return `paidTwice was told of ${link.pidx}, which is kept in place of ${fulfilled.pidx}`
  return link.refundExtent === 'full' ? `paidTwice was told of ${link.pidx}, which is given back` : undefined
}

function notSo(what: string, link: Link): string | undefined {
  const isSo: Record<string, boolean> = {
    unpaid: link.state === 'unpaid',
    hold: link.state === 'hold' || link.givenUpAt !== undefined,
    refunded: link.refundExtent !== undefined,
  }
  return isSo[what] ? undefined : `${what} was told of ${link.pidx}, which is ${link.state}`
}

const sources: Record<string, Face[]> = {
  unpaid: ['Expired', 'User canceled'],
  refunded: ['Refunded', 'Partially Refunded'],
}

/** Told of what Khalti never said. */
function neverShown(world: World, what: string, link: Link): string | undefined {
  const faces = sources[what]
  const truth = world.gateway.truths.get(link.pidx)
  if (faces === undefined || truth === undefined || world.seesOwnRefund(link.pidx)) return undefined
  return faces.some((face) => truth.shown.includes(face))
    ? undefined
    : `${what} was told of ${link.pidx}: Khalti never said so`
}
