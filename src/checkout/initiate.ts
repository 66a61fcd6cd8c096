import { aborted } from '../core/connection-failure.ts'
import type { Paisa } from '../core/money.ts'
import { checkPaymentRequest } from '../core/payment-request.ts'
import { requireOptions } from '../core/require-options.ts'
import { sleep } from '../core/sleep.ts'
import type { Link } from '../rules/record.ts'
import { addLink, type Reservation, reserve, unreserve, type Wish } from '../rules/reserve.ts'
import type { PaymentInitiateResponse, PaymentRequest } from '../wire/initiate.ts'
import type { PaymentLink } from './answers.ts'
import { change, find, requireSameEnvironment } from './change.ts'
import { busy, refusalFor } from './checkout-refusal.ts'
import { isForgotten, looksBegun } from './look.ts'
import { requireCallback } from './option-faults.ts'
import { fingerprintOf, type Order, requestOf, requireOrderId } from './order.ts'
import { reportOddNames } from './order-names.ts'
import { settlePayment } from './settle.ts'
import type { Shop } from './shop.ts'
import { requireAddresses } from './site.ts'
import type { ReadOrder } from './stored-order.ts'

/** How often a request that waits for another's link looks again, in milliseconds. */
const pauseMs = 200

/** The most lookups for one link. */
const maxLooks = 3

/** How long a link is taken to work where Khalti does not say. */
const assumedLifeMs = 30 * 60_000

/** The longest life of a link. Khalti may say more, and it may be more than a date can hold. */
const longestLifeMs = 30 * 24 * 60 * 60_000

interface LinkRequest {
  orderId: string
  /** What Khalti is asked for. */
  payment: PaymentRequest
  amount: Paisa
  fingerprint: string
  signal: AbortSignal | undefined
  token: string
  looked: Set<string>
  failed: Map<string, unknown>
  /** Looks that other requests began after this may be reused. */
  since: number
}

/**
 * The link to pay an order with: its live one, else a new one, which is stored before it is given out. One live link per
 * order, across processes.
 *
 * @throws CheckoutRefusal where the order is paid or being paid, KhaltiInputError for an order that cannot be paid,
 * KhaltiError where Khalti failed.
 */
export async function initiate(
  shop: Shop,
  order: Order,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<PaymentLink> {
  requireOptions(options, 'initiate was not sent')
  const { signal } = options
  const since = looksBegun()
  // Checked first, so that an order that cannot be paid leaves no trace.
  requireAddresses(shop.site, shop.client.environment)
  const payment = requestOf(order, shop.site)
  checkPaymentRequest(payment, shop.client.environment)
  requireOrderId(order.id)
  reportOddNames(shop, order, 'initiate')
  // The order is not read again from here on: the shop may change its object meanwhile.
  const request: LinkRequest = {
    orderId: order.id,
    payment,
    amount: order.amount,
    fingerprint: await fingerprintOf(order),
    signal,
    token: crypto.randomUUID(),
    looked: new Set(),
    failed: new Map(),
    since,
  }
  const deadline = performance.now() + shop.client.timeoutMs
  for (;;) {
    const { order: read, answer } = await ask(shop, request)
    if ('give' in answer) return linkOf(answer.give, read.now)
    if ('make' in answer) return makeLink(shop, request)
    if ('look' in answer) await look(shop, request, { order: read, link: answer.look })
    else await waitOrThrow(answer, request, deadline)
  }
}

async function waitOrThrow(
  answer: Extract<Reservation, { refuse: unknown } | { unclear: unknown } | { wait: unknown }>,
  { failed, signal }: LinkRequest,
  deadline: number,
): Promise<void> {
  if ('refuse' in answer) throw refusalFor(answer.refuse)
  if ('unclear' in answer) throw failed.get(answer.unclear.pidx)
  if (performance.now() + pauseMs > deadline) throw busy()
  await sleep(pauseMs, signal).catch((cause) => {
    throw aborted('initiate', false, cause)
  })
}

async function ask(shop: Shop, request: LinkRequest) {
  const { orderId, fingerprint, token, looked, failed } = request
  const { order: known } = await find(shop, { orderId })
  if (known) requireSameEnvironment(shop, known.record)
  requireCallback(shop.options, 'fulfil')
  requireCallback(shop.options, 'orderOf')
  const wish: Wish = {
    fingerprint,
    token,
    // Khalti is asked once: as long as that takes with its retries, and some more.
    leaseMs: 3 * shop.client.timeoutMs,
    looked,
    failed: new Set(failed.keys()),
    mayLook: looked.size + failed.size < maxLooks,
  }
  return change(shop, known ?? orderId, (record, now) => reserve(record, now, wish))
}

async function look(shop: Shop, request: LinkRequest, found: { order: ReadOrder; link: Link }): Promise<void> {
  const { pidx } = found.link
  const { signal, since, fingerprint: cart } = request
  const about = { pidx, orderId: request.orderId }
  try {
    await settlePayment(shop, found, { route: 'initiate', signal, sharing: { since }, cart })
    request.looked.add(pidx)
  } catch (error) {
    if (signal?.aborted) throw aborted('initiate', false, signal.reason)
    shop.report(error, 'initiate', about)
    if (isForgotten(found.link, error)) request.looked.add(pidx)
    else request.failed.set(pidx, error)
  }
}

async function makeLink(shop: Shop, request: LinkRequest): Promise<PaymentLink> {
  const { orderId, payment, amount, fingerprint, signal, token } = request
  try {
    const link = await shop.client.initiate(payment, { signal })
    const made = {
      pidx: link.pidx,
      orderName: payment.purchase_order_name,
      amount,
      fingerprint,
      paymentUrl: link.payment_url,
    }
    const { answer, order: read } = await change(shop, orderId, (record, now) =>
      addLink(record, now, { token, link: { ...made, lifeMs: lifeOf(link, now) } }),
    )
    if (answer === 'lost') throw busy()
    if (answer === 'known') throw new Error(`Khalti gave ${link.pidx} again, which is a link of this order already.`)
    if (typeof answer === 'string') throw refusalFor(answer)
    return linkOf(answer, read.now)
  } catch (error) {
    // Where this fails, the reservation ends with its lease.
    await shop.tryOrReport('initiate', { orderId }, () =>
      change(shop, orderId, (record, now) => unreserve(record, now, { token })),
    )
    throw error
  }
}

function lifeOf({ expires_in = 0, expires_at = '' }: PaymentInitiateResponse, now: number): number {
  // A time without a zone is Nepal's.
  const zone = /(Z|[+-]\d\d:?\d\d)$/i.test(expires_at) ? '' : '+05:45'
  const said = expires_in > 0 ? expires_in * 1000 : Date.parse(expires_at + zone) - now
  return said > 0 ? Math.min(said, longestLifeMs) : assumedLifeMs
}

function linkOf({ pidx, paymentUrl, expiresAt }: Link, now: Date): PaymentLink {
  const seconds = Math.max(0, Math.round((expiresAt - now.getTime()) / 1000))
  return { pidx, payment_url: paymentUrl, expires_at: new Date(expiresAt).toISOString(), expires_in: seconds }
}
