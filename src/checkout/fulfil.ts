import { errorText } from '../core/error-text.ts'
import { type Completion, claimMs, complete, holdByShop, isOnItsWayBack, release } from '../rules/claim.ts'
import { type Claim, isLive, linkOf } from '../rules/record.ts'
import { askCart, type OrderOf } from './cart.ts'
import { type Changed, change, changeWithin, find, type Rule } from './change.ts'
import type { ErrorRoute, FulfilContext, TransactionOf } from './checkout-options.ts'
import { type Payment, paymentOf, requireLink } from './payment.ts'
import { isPaymentHold, PaymentHold } from './payment-hold.ts'
import type { Shop } from './shop.ts'
import type { ReadOrder } from './stored-order.ts'
import { tell } from './tell.ts'
import { failureText } from './without-secrets.ts'

/** The order after `fulfil`, and what `fulfil` threw. */
interface Fulfilled {
  order: ReadOrder
  error?: unknown
}

/** The right to fulfil, with the order as it was claimed. */
export interface Claimed {
  order: ReadOrder
  claim: Claim
  route: ErrorRoute
  /** `fulfil` was called; before that, `orderOf` is asked. */
  isBegun?: boolean
  /** `fulfil` has succeeded without a transaction: nothing takes that back. */
  isHandedOut?: boolean
}

/** The claim has run out while `fulfil` was still at work. */
class ClaimRanOut extends Error {}

const slowMs = 10_000

/** After `orderOf` has answered, `fulfil` starts only if at least this much of the claim is left. */
const enoughMs = claimMs - 60_000

/**
 * Calls `fulfil` under a claim, and records its completion: in one transaction where the store has one.
 *
 * @throws Error where `fulfil` outlasts its claim. Its transaction is rolled back, and another may take over.
 */
export async function fulfilClaimed(shop: Shop, claimed: Claimed): Promise<Fulfilled> {
  const { route } = claimed
  const lease = startLease(shop, claimed)
  try {
    if (lease.left <= 0)
      throw new ClaimRanOut('The claim had run out before fulfil was called: this process was frozen.')
    const completed = await Promise.race([completeFulfil(shop, claimed, lease), lease.end])
    // A slow callback is no slow `fulfil`.
    lease.stop()
    await tell(shop, completed, { route })
    return { order: completed.order }
  } catch (error) {
    // A call that the store no longer waits for must not go on beside the next one.
    lease.abort(error)
    lease.stop()
    return await endClaim(shop, claimed, error)
  }
}

/** Gives up the claim: `fulfil` has failed, or the shop holds the payment. */
async function endClaim(shop: Shop, claimed: Claimed, error: unknown): Promise<Fulfilled> {
  const { order, claim, route } = claimed
  const { token, pidx } = claim
  const { orderId } = order.record
  const about = { pidx, orderId }
  const isHold = isPaymentHold(error)
  if (!isHold) shop.report(error, route, about)
  // The goods are out, so this is no failure of `fulfil`. The claim runs out by itself.
  if (claimed.isHandedOut) return { order, error }
  const text = isHold ? errorText(error) : failureText(error, shop.client)
  // Where `fulfil` was not called, the next call is no retry: `orderOf` is asked again.
  const attempt = claimed.isBegun ? claim.attempt : claim.attempt - 1
  const rule: Rule<void> = (record, now) =>
    isHold
      ? holdByShop(record, now, { token, attempt, reason: reasonOf(error), text })
      : release(record, now, { token, attempt, text })
  // Where this fails, the claim runs out by itself.
  const ended = await shop.tryOrReport(route, about, () => change(shop, orderId, rule))
  if (ended) await tell(shop, ended, { route })
  if (error instanceof ClaimRanOut) throw error
  // A hold is no error once it is stored.
  return { order: ended?.order ?? order, ...(!(isHold && ended) && { error }) }
}

/** The cart of the order is not the one that was paid. */
class CartChanged extends PaymentHold {}

const reasonOf = (error: unknown) => (error instanceof CartChanged ? 'changed' : 'shop')

interface Lease {
  /** Milliseconds, when it began. */
  left: number
  signal: AbortSignal
  /** Ends the signal. */
  abort(reason: unknown): void
  /** Rejects when the claim runs out. */
  end: Promise<never>
  stop(): void
}

/** Times the rest of the claim, which began when the order was read. */
function startLease(shop: Shop, claimed: Claimed): Lease {
  const { order, claim, route } = claimed
  const { pidx } = claim
  const about = { pidx, orderId: order.record.orderId }
  const controller = new AbortController()
  const left = claimMs - (performance.now() - order.readAt)
  let lost: ReturnType<typeof setTimeout> | undefined
  const end = new Promise<never>((_resolve, reject) => {
    lost = setTimeout(() => {
      const error = new ClaimRanOut(
        `fulfil of payment ${pidx} outlasted its claim of ${claimMs / 60_000} minutes, and another may take over. ${remedy(shop)}`,
      )
      controller.abort(error)
      reject(error)
    }, left)
  })
  // Where nobody waits for it, the rejection must not end the process.
  end.catch(() => {})
  const slow = setTimeout(() => {
    const what = claimed.isBegun ? 'running' : 'waiting for its transaction or for orderOf'
    const text = `fulfil has been ${what} for ${slowMs / 1000} s, and holds its claim all the time. ${remedy(shop)}`
    shop.report(new Error(text), route, about)
  }, slowMs)
  const stop = () => {
    clearTimeout(lost)
    clearTimeout(slow)
  }
  return { left, signal: controller.signal, abort: (reason) => controller.abort(reason), end, stop }
}

function remedy({ payments }: Shop): string {
  return payments.transaction
    ? 'Does it wait for a query outside of context.transaction? That one may wait for this transaction to end: write through context.transaction, and heed context.signal.'
    : 'Make it shorter, and heed context.signal.'
}

async function completeFulfil(shop: Shop, claimed: Claimed, lease: Lease): Promise<Changed<unknown>> {
  const { payments } = shop
  let { attempt } = claimed.claim
  if (payments.transaction === undefined) {
    await callFulfil(shop, claimed, { attempt, signal: lease.signal })
    claimed.isHandedOut = true
    // The goods are out: if the first write fails, a second one may succeed.
    return requireCompleted(await completeLate(shop, claimed).catch(() => completeAgain(shop, claimed)), claimed)
  }
  return payments.transaction(async (transaction) => {
    // A driver may run this again; each run is an attempt.
    const context = { attempt, signal: lease.signal, transaction }
    attempt += 1
    // Rejects with the claim, so that the store rolls back even while `fulfil` hangs.
    await Promise.race([callFulfil(shop, claimed, context), lease.end])
    const { orderId } = claimed.order.record
    const { token } = claimed.claim
    const rule: Rule<Completion> = (record, now) => complete(record, now, { token, transactional: true })
    return requireCompleted(await changeWithin(shop, { orderId, transaction }, rule), claimed)
  })
}

function completeLate(shop: Shop, { order, claim: { token } }: Claimed) {
  return change(shop, order.record.orderId, (record, now) => complete(record, now, { token, transactional: false }))
}

/** Writes once more. The first write may have been stored, with only its answer lost. */
async function completeAgain(shop: Shop, claimed: Claimed): Promise<Changed<Completion>> {
  const changed = await completeLate(shop, claimed)
  const isStored = linkOf(changed.order.record, claimed.claim.pidx)?.fulfilledAt !== undefined
  return isStored ? { ...changed, answer: 'completed' } : changed
}

type Attempt = Pick<FulfilContext, 'attempt' | 'signal'> & { transaction?: unknown }

async function callFulfil(shop: Shop, claimed: Claimed, attempt: Attempt): Promise<void> {
  const { claim } = claimed
  const { record } = claimed.order
  const link = requireLink(record, claim.pidx)
  const payment = paymentOf(record, link)
  const isRetry = link.begun === true && !('transaction' in attempt)
  const { orderOf } = shop.options
  if (orderOf && !link.accepted && !isRetry) {
    await requireSameCart(orderOf, payment, attempt)
    if (!('transaction' in attempt)) await requireHeld(shop, claim, record.orderId)
  }
  const context: FulfilContext = {
    idempotencyKey: `khalti-kit:${record.environment}:${record.orderId}`,
    ...attempt,
    ...(link.accepted && { accepted: { by: link.accepted.by } }),
  }
  // The claim may have run out during the wait for a transaction or for `orderOf`.
  attempt.signal.throwIfAborted()
  claimed.isBegun = true
  await shop.options.fulfil(payment, context)
}

/** The order must still be the one that was paid. @throws PaymentHold where it is not; KhaltiInputError for an order without a fingerprint, and then `fulfil` is tried again later. */
async function requireSameCart(orderOf: OrderOf, payment: Payment, attempt: Attempt): Promise<void> {
  const context: TransactionOf<unknown> = 'transaction' in attempt ? { transaction: attempt.transaction } : {}
  const cart = await askCart(orderOf, payment.orderId, context)
  if (cart === undefined) throw new CartChanged('There is no such order any more.')
  const { amount, fingerprint } = cart
  if (fingerprint === payment.fingerprint) return
  // Rupees in the place of paisa are seen at once where both amounts are named.
  const but = amount === payment.amount ? '' : `: ${payment.amount} paisa was paid, and orderOf gives ${amount}`
  throw new CartChanged(`The order is not the one that was paid any more${but}.`)
}

/**
 * Without a transaction nothing rolls `fulfil` back, so after a wait the claim must still be ours, and long enough, and no
 * refund may have been seen.
 */
async function requireHeld(shop: Shop, { token, pidx }: Claim, orderId: string): Promise<void> {
  const { order, now } = await find(shop, { orderId })
  const held = order?.record.claim
  if (order === undefined || held?.token !== token || !isLive(held, now.getTime() + enoughMs)) {
    throw new ClaimRanOut('Too little of the claim was left when orderOf had answered; fulfil was not called.')
  }
  if (!isOnItsWayBack(order.record, requireLink(order.record, pidx))) return
  throw new Error(`The money of payment ${pidx} went back while orderOf was asked; fulfil was not called.`)
}

/** In a transaction, throwing rolls back what `fulfil` wrote. */
function requireCompleted<Answer extends string>(changed: Changed<Answer>, { claim, order }: Claimed): Changed<Answer> {
  if (changed.answer === 'completed') return changed
  const { orderId } = order.record
  throw new Error(
    changed.answer === 'refunded'
      ? `The money of payment ${claim.pidx} went back while fulfil was at work; what fulfil wrote in its transaction is rolled back.`
      : `fulfil of payment ${claim.pidx} outlasted its claim, and another process has order ${orderId} now. Make it shorter, and heed context.signal.`,
  )
}
