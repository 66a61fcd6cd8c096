import { isKhaltiError } from '../core/errors.ts'
import type { Verdict } from '../core/verdict.ts'
import { CheckoutRefusal } from './checkout-refusal.ts'
import type { LinkRequest } from './initiate.ts'
import type { Payment } from './payment-store.ts'
import { settleVerdict } from './settle.ts'
import { refuseOtherEnvironment, type Shop } from './shop.ts'

/**
 * What an older link of an order is: nobody has begun to pay it; Khalti could not be asked; or it is over, and
 * `untold` where the shop could not be told so.
 */
export type CheckedLink = { is: 'unused' } | { is: 'unknown'; error: unknown } | { is: 'over'; untold: boolean }

/**
 * Asks Khalti about a link before another is given out, and settles what it says.
 *
 * @throws CheckoutRefusal `already-paid` or `in-progress`: there must be no second link then.
 */
export async function checkLink(shop: Shop, payment: Payment, signal: AbortSignal | undefined): Promise<CheckedLink> {
  const { pidx, amount, orderId } = payment
  let verdict: Verdict
  try {
    verdict = await shop.client.verify({ pidx, amount, purchase_order_id: orderId }, { signal })
  } catch (error) {
    if (!isKhaltiError(error) || error.code === 'config' || signal?.aborted) throw error
    return { is: 'unknown', error }
  }
  const settlement = await settleVerdict(shop, { payment, verdict }, { route: 'initiate' })
  switch (settlement.outcome) {
    case 'paid':
      throw new CheckoutRefusal(409, 'This order is paid already.', 'already-paid')
    case 'pending':
      if (verdict.lookup.status.trim().toLowerCase() === 'initiated') return { is: 'unused' }
      throw inProgress()
    case 'hold':
      if (settlement.payment?.holdReason === 'superseded') return { is: 'over', untold: false }
      throw inProgress()
    default:
      return { is: 'over', untold: settlement.payment?.state === 'open' }
  }
}

/**
 * Asks about all links of the order that may still be paid. Gives one to be used again where Khalti cannot be asked
 * about it and it is for the same cart.
 *
 * @throws CheckoutRefusal as {@link checkLink}; KhaltiError where a link of another cart cannot be asked about.
 */
export async function checkOlderLinks(shop: Shop, wanted: LinkRequest): Promise<Payment | undefined> {
  const { order, fingerprint, signal } = wanted
  const older = await shop.payments.findByOrder(order.id)
  for (const payment of older) {
    refuseOtherEnvironment(shop, payment)
    if (payment.fulfilledAt) throw fulfilledBefore()
  }
  const open = older.filter(({ state, supersededAt }) => !supersededAt && (state === 'open' || state === 'hold'))
  for (const payment of open) {
    const link = await checkLink(shop, payment, signal)
    if (link.is !== 'unknown') continue
    if (payment.fingerprint !== fingerprint || payment.expiresAt <= shop.now()) throw link.error
    return payment
  }
  return undefined
}

function inProgress(): CheckoutRefusal {
  return new CheckoutRefusal(
    409,
    'A payment for this order is in progress at Khalti. Wait until it is decided; do not pay again.',
    'in-progress',
  )
}

function fulfilledBefore(): CheckoutRefusal {
  return new CheckoutRefusal(
    409,
    'This order was paid before, and the payment was given back. Place a new order.',
    'already-paid',
  )
}
