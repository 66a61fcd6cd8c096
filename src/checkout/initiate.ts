import { aborted } from '../core/connection-failure.ts'
import { sleep } from '../core/cut-off.ts'
import type { PaymentInitiateResponse, PaymentRequest } from '../wire/initiate.ts'
import { checkLink, checkOlderLinks } from './check-link.ts'
import { CheckoutRefusal } from './checkout-refusal.ts'
import { fingerprintOf, type Order, toPaymentRequest } from './order.ts'
import type { Payment, Reservation } from './payment-store.ts'
import { refuseOtherEnvironment, type Shop } from './shop.ts'

/** Where to send the customer. */
export interface PaymentLink {
  pidx: string
  payment_url: string
  /** ISO 8601. */
  expires_at: string
  /** Seconds from now. */
  expires_in: number
}

/** An order on its way to a link. */
export interface LinkRequest {
  order: Order
  request: PaymentRequest
  fingerprint: string
  signal: AbortSignal | undefined
}

/** A link this young is given out again without asking Khalti about it: a double click, two tabs. */
const youngMs = 10_000
const missingExpiryMs = 30 * 60_000
/** A link that is over makes room for the next round. */
const mostRounds = 4
const longestExpiryMs = 30 * 24 * 60 * 60_000

/**
 * The order's payment link: its live one, or a new one that is stored before it is given out.
 *
 * @throws CheckoutRefusal `already-paid`, `in-progress` or `busy`; KhaltiError; what the store throws.
 */
export async function initiate(
  shop: Shop,
  order: Order,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<PaymentLink> {
  const addresses = { return_url: `${shop.siteUrl}${shop.basePath}/return`, website_url: shop.siteUrl }
  const request = toPaymentRequest(order, addresses, shop.client.environment)
  const wanted = { order: { ...order }, request, fingerprint: await fingerprintOf(order), signal: options.signal }
  const untold: Payment[] = []
  try {
    return await findOrMakeLink(shop, wanted, untold)
  } finally {
    await putBack(shop, untold)
  }
}

async function findOrMakeLink(shop: Shop, wanted: LinkRequest, untold: Payment[]): Promise<PaymentLink> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const reservation = await reserve(shop, wanted)
    if ('paid' in reservation) throw alreadyPaid(shop, reservation.paid)
    if ('token' in reservation) return makeLink(shop, wanted, reservation.token)
    const link = await reuse(shop, reservation.live, { signal: wanted.signal, untold })
    if (link) return link
  }
  throw busy()
}

/** Waits while another makes the order's link, at most as long as one call to Khalti may take. */
async function reserve(shop: Shop, { order, fingerprint, signal }: LinkRequest): Promise<Exclude<Reservation, 'busy'>> {
  const { timeoutMs } = shop.client
  const deadline = performance.now() + timeoutMs
  // Long enough for the lookups and the call to Khalti, each with its repetitions.
  const leaseMs = Math.max(60_000, 6 * timeoutMs)
  for (let pauseMs = 20; ; pauseMs = Math.min(250, pauseMs * 2)) {
    const reservation = await shop.payments.reserve(order.id, fingerprint, leaseMs)
    if (reservation !== 'busy') return reservation
    if (performance.now() + pauseMs > deadline) throw busy()
    await pause(pauseMs, signal)
  }
}

/** Links that are recorded as over, though the shop's hook failed, become open again, so that it is told again. */
async function putBack(shop: Shop, untold: Payment[]): Promise<void> {
  for (const { pidx, orderId } of untold) {
    await shop.payments.record(pidx, { state: 'open' }).catch((error: unknown) => {
      shop.report(error, { route: 'initiate', pidx, orderId })
    })
  }
}

/** The live link, where it can still be paid; undefined where it is recorded as over, so that a new one can be reserved. */
async function reuse(
  shop: Shop,
  live: Payment,
  { signal, untold }: { signal: AbortSignal | undefined; untold: Payment[] },
): Promise<PaymentLink | undefined> {
  refuseOtherEnvironment(shop, live)
  const age = shop.now().getTime() - live.createdAt.getTime()
  if (age >= 0 && age <= youngMs) return linkOf(shop, live)
  const checked = await checkLink(shop, live, signal)
  if (checked.is === 'unknown')
    shop.report(checked.error, { route: 'initiate', pidx: live.pidx, orderId: live.orderId })
  if (checked.is !== 'over') return linkOf(shop, live)
  if (checked.untold) {
    await shop.payments.record(live.pidx, { state: 'unpaid' })
    untold.push(live)
  }
  return undefined
}

async function makeLink(shop: Shop, wanted: LinkRequest, token: string): Promise<PaymentLink> {
  const { order, request, fingerprint, signal } = wanted
  try {
    const usable = await checkOlderLinks(shop, wanted)
    if (usable) {
      await shop.payments.unreserve(order.id, token)
      return linkOf(shop, usable)
    }
    const answer = await shop.client.initiate(request, { signal })
    const expiresInMs = lifeOf(answer, shop.now())
    await shop.payments.create(
      {
        pidx: answer.pidx,
        orderId: order.id,
        orderName: order.name,
        amount: order.amount,
        fingerprint,
        environment: shop.client.environment,
        paymentUrl: answer.payment_url,
        expiresInMs,
      },
      token,
    )
    return newLink(answer, expiresInMs, shop.now())
  } catch (error) {
    await shop.payments.unreserve(order.id, token).catch((failure: unknown) => {
      shop.report(failure, { route: 'initiate', orderId: order.id })
    })
    throw error
  }
}

/** @returns milliseconds; an expiry that is missing or cannot be counts as 30 minutes. */
function lifeOf({ expires_at, expires_in }: PaymentInitiateResponse, now: Date): number {
  const ms = expires_in === undefined ? Date.parse(expires_at ?? '') - now.getTime() : expires_in * 1000
  return ms > 0 ? Math.min(ms, longestExpiryMs) : missingExpiryMs
}

function newLink(answer: PaymentInitiateResponse, expiresInMs: number, now: Date): PaymentLink {
  const { pidx, payment_url, expires_at = '' } = answer
  return {
    pidx,
    payment_url,
    expires_at: Number.isNaN(Date.parse(expires_at)) ? isoIn(expiresInMs, now) : expires_at,
    expires_in: Math.floor(expiresInMs / 1000),
  }
}

function isoIn(ms: number, now: Date): string {
  return new Date(now.getTime() + ms).toISOString()
}

function linkOf(shop: Shop, { pidx, paymentUrl, expiresAt }: Payment): PaymentLink {
  const leftMs = expiresAt.getTime() - shop.now().getTime()
  return {
    pidx,
    payment_url: paymentUrl,
    expires_at: expiresAt.toISOString(),
    expires_in: Math.max(0, Math.floor(leftMs / 1000)),
  }
}

/** An Error rather than a refusal where the payment is another environment's: nobody has paid for real then. */
function alreadyPaid(shop: Shop, payment: Payment): CheckoutRefusal {
  refuseOtherEnvironment(shop, payment)
  return new CheckoutRefusal(409, 'This order is paid already.', 'already-paid')
}

function busy(): CheckoutRefusal {
  return new CheckoutRefusal(409, 'This order is being started elsewhere. Try again in a moment.', 'busy')
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, signal)
  } catch (reason) {
    throw aborted('initiate', false, reason)
  }
}
