import { checkPaymentRequest } from '../core/payment-request.ts'
import { sleep } from '../core/sleep.ts'
import type { PaymentInitiateResponse } from '../wire/initiate.ts'
import { normalizeStatus } from '../wire/status.ts'
import { alreadyPaid, busy, inProgress } from './checkout-refusal.ts'
import { fingerprintOf, type Order, requestOf } from './order.ts'
import type { NewPayment, Payment } from './payment-store.ts'
import { settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'

/** What the browser gets: where to go, and until when. */
export interface PaymentLink {
  /** The payment's id. */
  pidx: string
  /** Khalti's page for it. */
  payment_url: string
  /** When the link stops working, ISO 8601. */
  expires_at: string
  /** Seconds until then. */
  expires_in: number
}

/** A link younger than this is given out again without asking Khalti. */
const freshMs = 10_000

/** How often a request that waits for another's reservation looks again. */
const pauseMs = 200

/** How long a link is taken to work where Khalti does not say. */
const assumedLifeMs = 30 * 60_000

interface Wish {
  order: Order
  fingerprint: string
  signal: AbortSignal | undefined
}

/**
 * The link to pay an order with: the one that it has, else a new one, which is stored before it is given out. One live
 * link an order, across processes.
 *
 * @throws CheckoutRefusal where the order is paid or being paid, KhaltiInputError for an order that cannot be paid,
 * KhaltiError where Khalti failed.
 */
export async function initiate(shop: Shop, order: Order, signal?: AbortSignal): Promise<PaymentLink> {
  // Before the reservation, so that an order that cannot be paid leaves no trace.
  checkPaymentRequest(requestOf(order, shop.site), shop.client.environment)
  const wish: Wish = { order, fingerprint: await fingerprintOf(order), signal }
  for (;;) {
    const found = await reserve(shop, wish)
    if ('token' in found) return makeLink(shop, wish, found.token)
    if (await isUsable(shop, found.live, signal)) return linkOf(found.live, shop.now())
  }
}

/** The right to make a link, or the live one. Waits while another makes one, but no longer than a call to Khalti takes. */
async function reserve(
  shop: Shop,
  { order, fingerprint, signal }: Wish,
): Promise<{ token: string } | { live: Payment }> {
  const deadline = performance.now() + shop.client.timeoutMs
  for (;;) {
    const found = await shop.payments.reserve(order.id, fingerprint, reservationMs(shop))
    if (found !== 'busy') {
      if ('paid' in found) throw alreadyPaid()
      return found
    }
    if (performance.now() + pauseMs > deadline) throw busy()
    await sleep(pauseMs, signal)
  }
}

/** Long enough for every look and the call to Khalti: a reservation runs out only where its process has died. */
const reservationMs = ({ client }: Shop) => 6 * client.timeoutMs

/** Whether a live link of the same cart may be given out again. False where it has just been found dead. */
async function isUsable(shop: Shop, live: Payment, signal: AbortSignal | undefined): Promise<boolean> {
  if (shop.now().getTime() - live.createdAt.getTime() < freshMs) return true
  const settlement = await shop.tryOrReport('initiate', live, () => settlePayment(shop, live, { signal }))
  // Where the look failed, nothing is known of the link but that it was good: better the same one than a second.
  return settlement === undefined || stillInitiated(settlement)
}

/** Whether a payment is waiting to be paid; false where it never will be. @throws CheckoutRefusal where money may be on its way. */
function stillInitiated({ outcome, verdict }: Awaited<ReturnType<typeof settlePayment>>): boolean {
  if (outcome === 'unpaid' || outcome === 'refunded') return false
  if (outcome === 'paid') throw alreadyPaid()
  if (verdict?.outcome === 'pending' && normalizeStatus(verdict.lookup.status) === 'initiated') return true
  throw inProgress()
}

async function makeLink(shop: Shop, wish: Wish, token: string): Promise<PaymentLink> {
  const { order, fingerprint, signal } = wish
  try {
    await lookAtOlder(shop, wish)
    const link = await shop.client.initiate(requestOf(order, shop.site), { signal })
    const payment: NewPayment = {
      pidx: link.pidx,
      orderId: order.id,
      orderName: order.name,
      amount: order.amount,
      fingerprint,
      environment: shop.client.environment,
      paymentUrl: link.payment_url,
      expiresInMs: lifeOf(link, shop.now()),
    }
    await shop.payments.create(payment, token)
    const expiresAt = new Date(shop.now().getTime() + payment.expiresInMs)
    const { expires_at, expires_in, ...where } = linkOf({ ...payment, expiresAt }, shop.now())
    // What Khalti itself said of the expiry, where it did.
    return { ...where, expires_at: link.expires_at ?? expires_at, expires_in: link.expires_in ?? expires_in }
  } catch (error) {
    // Where that fails, the lease ends the reservation all the same.
    await shop.tryOrReport('initiate', { orderId: order.id }, () => shop.payments.unreserve(order.id, token))
    throw error
  }
}

/**
 * Before a new link: no older one may have been paid, or be on its way to it. One that still waits to be paid is
 * superseded by the new link, where the cart has changed.
 */
async function lookAtOlder(shop: Shop, { order, signal }: Wish): Promise<void> {
  for (const payment of await shop.payments.findByOrder(order.id)) {
    const mayStillBePaid = payment.state === 'open' || payment.state === 'hold'
    if (mayStillBePaid && payment.supersededAt === undefined) {
      stillInitiated(await settlePayment(shop, payment, { signal }))
    }
  }
}

function lifeOf({ expires_in, expires_at }: PaymentInitiateResponse, now: Date): number {
  if (expires_in !== undefined && expires_in > 0) return expires_in * 1000
  const until = expires_at === undefined ? Number.NaN : Date.parse(expires_at) - now.getTime()
  return until > 0 ? until : assumedLifeMs
}

function linkOf(
  { pidx, paymentUrl, expiresAt }: Pick<Payment, 'pidx' | 'paymentUrl' | 'expiresAt'>,
  now: Date,
): PaymentLink {
  const seconds = Math.max(0, Math.round((expiresAt.getTime() - now.getTime()) / 1000))
  return { pidx, payment_url: paymentUrl, expires_at: expiresAt.toISOString(), expires_in: seconds }
}
