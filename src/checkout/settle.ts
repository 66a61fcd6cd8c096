import type { Verdict } from '../core/judge.ts'
import type { RequestOptions } from '../core/request-options.ts'
import { learnAndClaim } from '../rules/claim.ts'
import { type Claim, fulfilledLink, type Link, linkOf } from '../rules/record.ts'
import { untilAborted } from '../transport/until-aborted.ts'
import { plausibleId } from '../wire/ids.ts'
import { cartOf } from './cart.ts'
import { change, find, type Rule, requireSameEnvironment } from './change.ts'
import type { ErrorRoute } from './checkout-options.ts'
import { type Claimed, fulfilClaimed } from './fulfil.ts'
import { type Look, lookAt, type Sharing, shareLook } from './look.ts'
import { canBeOrderId } from './order.ts'
import { type Payment, paymentOf, requireLink } from './payment.ts'
import type { Shop } from './shop.ts'
import type { ReadOrder } from './stored-order.ts'
import { tell } from './tell.ts'

/** How a payment stands once it has been settled. */
export interface Settlement {
  /** How it stands by our own record; `unknown` where we have none. */
  outcome: Verdict['outcome'] | 'unknown'
  /** The payment, with what has just changed. */
  payment?: Payment | undefined
  /** What Khalti said. */
  verdict?: Verdict | undefined
  /** Whether the goods have been handed out for this payment, now or before. */
  fulfilled: boolean
  /** What `fulfil` threw. The next settle tries it again. */
  error?: unknown
}

/** How a payment stands that we have a record of, with the order as it was read last. */
export interface Settled extends Settlement {
  outcome: Verdict['outcome']
  payment: Payment
  order: ReadOrder
}

/** A payment of ours, and its order as it was read. */
export interface Found {
  order: ReadOrder
  link: Link
}

/** For whom a payment is settled, and how it is looked up. */
interface SettleOptions extends RequestOptions {
  route: ErrorRoute
  /** Which looks of other requests may be reused. Default: none. */
  sharing?: Sharing | undefined
  /** The fingerprint of the order as the shop has it now. Default: `orderOf` is asked, where it is there and it matters. */
  cart?: string | undefined
}

/**
 * The only way to a fulfilled order: read, lookup, learn and claim, `fulfil`, complete. Safe to call at any time, any
 * number of times, in any number of processes.
 *
 * @throws KhaltiError where the lookup failed; nothing has changed then.
 */
export async function settle(shop: Shop, pidx: string): Promise<Settlement> {
  const found = await findPayment(shop, pidx)
  if (found === undefined) return { outcome: 'unknown', fulfilled: false }
  return withoutOrder(await settlePayment(shop, found, { route: 'settle' }))
}

/** The settlement as the shop gets it, without our record. */
export const withoutOrder = ({ order: _, ...settlement }: Settled): Settlement => settlement

/** Our record of a payment. Text that cannot be a pidx is not asked for. */
export async function findPayment(shop: Shop, pidx: unknown): Promise<Found | undefined> {
  const by = typeof pidx === 'string' ? keyOf(pidx) : undefined
  if (by === undefined) return undefined
  const { order } = await find(shop, by)
  const link = order && linkOf(order.record, String(pidx))
  return order && link && { order, link }
}

/** The id of a payment made another way names its order: `cash:order-1:receipt-7`. */
function keyOf(pidx: string): { key: string } | { orderId: string } | undefined {
  if (plausibleId.test(pidx)) return { key: pidx }
  const [first, last] = [pidx.indexOf(':'), pidx.lastIndexOf(':')]
  const orderId = first > 0 ? pidx.slice(first + 1, last) : undefined
  return canBeOrderId(orderId) ? { orderId } : undefined
}

/** Settles a payment whose order has just been read. */
export async function settlePayment(shop: Shop, { order, link }: Found, options: SettleOptions): Promise<Settled> {
  requireSameEnvironment(shop, order.record)
  const { route, sharing, signal, cart, ...request } = options
  const { pidx } = link
  // Others may share the look, so an abort ends only this caller's wait.
  const begin = () => lookAt(shop.client, { record: order.record, link, at: order.now }, request)
  const look =
    link.method === 'khalti' ? await untilAborted(shareLook(shop.looks, pidx, { begin, sharing }), signal) : undefined
  const { verdict } = look ?? {}
  const isPaid = verdict?.outcome === 'paid'
  const isInDoubt = isPaid && link.supersededAt !== undefined && !link.paid
  const { orderId } = order.record
  const current = isInDoubt ? (cart ?? (await cartOf(shop, { pidx, orderId, route }))) : undefined
  const finding = look && { ...look, cart: current }
  const token = crypto.randomUUID()
  const rule: Rule<Claim | undefined> = (record, now) => learnAndClaim(record, now, { pidx, finding, token })
  // A claim counts from the read it is decided on, so that read must be fresh, however long the lookup took.
  const mayClaim = isPaid && fulfilledLink(order.record) === undefined
  const changed = await change(shop, mayClaim ? orderId : order, rule)
  await tell(shop, changed, { route, verdict })
  if (changed.answer) return settleClaimed(shop, { order: changed.order, claim: changed.answer, route }, verdict)
  throwUnknown(look, linkOf(changed.order.record, pidx))
  return settledOf(changed.order, pidx, { verdict })
}

/** Fulfils what is claimed. */
export async function settleClaimed(shop: Shop, claimed: Claimed, verdict?: Verdict): Promise<Settled> {
  const { order, ...error } = await fulfilClaimed(shop, claimed)
  return settledOf(order, claimed.claim.pidx, { verdict, ...error })
}

/** "Not found" counts as a failed lookup until it is final. */
function throwUnknown(look: Look | undefined, link: Link | undefined): void {
  if (look && 'unknown' in look && link?.state !== 'hold' && link?.received === undefined) throw look.unknown
}

/** How a payment stands by the record. */
export function settledOf(order: ReadOrder, pidx: string, facts: Pick<Settlement, 'verdict' | 'error'> = {}): Settled {
  const link = requireLink(order.record, pidx)
  const { verdict, ...error } = facts
  return {
    outcome: link.state,
    payment: paymentOf(order.record, link),
    ...(verdict && { verdict }),
    fulfilled: link.fulfilledAt !== undefined,
    ...error,
    order,
  }
}
