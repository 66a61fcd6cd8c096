import { KhaltiInputError } from '../core/errors.ts'
import { requireOptions } from '../core/require-options.ts'
import { show } from '../core/show.ts'
import { markPaid as markPaidRule, type OtherPayment, unsettled } from '../rules/mark-paid.ts'
import { change, find, requireSameEnvironment } from './change.ts'
import { refusalFor } from './checkout-refusal.ts'
import { isForgotten } from './look.ts'
import { requireCallback } from './option-faults.ts'
import { fingerprintOf, type Order, requireOrder, requireOrderId } from './order.ts'
import { reportOddNames } from './order-names.ts'
import { wordFaults } from './person-words.ts'
import { type Found, type Settlement, settleClaimed, settlePayment, withoutOrder } from './settle.ts'
import type { Shop } from './shop.ts'
import type { ReadOrder } from './stored-order.ts'
import { tell } from './tell.ts'

/** How an order was paid without Khalti; see {@link Checkout.markPaid}. */
export interface OtherMethod {
  /** Such as `cash`, `esewa` or `bank`: 1 to 32 small letters, digits, `-` or `_`; not `khalti`. */
  method: string
  /** The number of the receipt or slip: the same one is the same payment of an order, and finds it. Default: a new id. */
  reference?: string | undefined
  /** Who says so, for your own records. */
  by?: string | undefined
}

/** Records that an order was paid another way, and fulfils it once. */
export async function markPaid(shop: Shop, order: Order, other: OtherMethod): Promise<Settlement> {
  check(order, other ?? {})
  reportOddNames(shop, order, 'settle')
  // Read once: the shop may change its own objects meanwhile.
  const { id: orderId, name: orderName, amount } = order
  const { method, reference, by } = other
  const payment: OtherPayment = {
    pidx: `${method}:${orderId}:${reference ?? crypto.randomUUID()}`,
    method,
    orderName,
    amount,
    fingerprint: await fingerprintOf(order),
    reference,
  }
  const token = crypto.randomUUID()
  const known = await lookAtLinks(shop, orderId, payment.pidx)
  requireCallback(shop.options, 'fulfil')
  requireCallback(shop.options, 'orderOf')
  const changed = await change(shop, known ?? orderId, (record, now) =>
    markPaidRule(record, now, { payment, token, by }),
  )
  const { answer, order: read } = changed
  await tell(shop, changed, { route: 'settle' })
  if ('refuse' in answer) throw refusalFor(answer.refuse)
  if ('known' in answer) {
    return withoutOrder(await settlePayment(shop, { order: read, link: answer.known }, { route: 'settle' }))
  }
  return withoutOrder(await settleClaimed(shop, { order: read, claim: answer.claimed, route: 'settle' }))
}

/** Looks at the order's links first: one of them may be paid, and the order must not be paid twice. */
async function lookAtLinks(shop: Shop, orderId: string, pidx: string): Promise<ReadOrder | undefined> {
  const looked = new Set<string>()
  for (;;) {
    const { order } = await find(shop, { orderId })
    if (order === undefined) return undefined
    requireSameEnvironment(shop, order.record)
    const isKnown = order.record.links.some((link) => link.pidx === pidx)
    const link = isKnown ? undefined : unsettled(order.record, looked)
    if (link === undefined) return order
    looked.add(link.pidx)
    await settleKnown(shop, { order, link })
  }
}

/** Settles a link, unless Khalti has forgotten it. */
async function settleKnown(shop: Shop, found: Found): Promise<void> {
  try {
    await settlePayment(shop, found, { route: 'settle' })
  } catch (error) {
    if (!isForgotten(found.link, error)) throw error
  }
}

const title = 'The order was not marked as paid'

function check(order: Order, other: Partial<OtherMethod>): void {
  const { method, reference } = other
  requireOrder(order)
  requireOrderId(order.id)
  const fields = wordFaults(other)
  if (typeof order.name !== 'string' || order.name.trim() === '') fields.name = ['The order has no name.']
  if (!Number.isSafeInteger(order.amount) || order.amount < 0) {
    fields.amount = [`The amount is ${show(order.amount)}. It is in whole paisa, made by rupees() or paisa().`]
  }
  if (typeof method !== 'string' || !/^[a-z\d_-]{1,32}$/.test(method) || method === 'khalti') {
    fields.method = ["The method is a word of small letters, such as 'cash' or 'esewa', and not 'khalti'."]
  }
  if (
    reference !== undefined &&
    (typeof reference !== 'string' ||
      !/^[^\s:\p{Cc}\p{Cs}](?:[^:\p{Cc}\p{Cs}]{0,98}[^\s:\p{Cc}\p{Cs}])?$/u.test(reference))
  ) {
    fields.reference = ['The reference is 1 to 100 characters without a colon or control characters.']
  }
  if (Object.keys(fields).length > 0) throw new KhaltiInputError(title, fields)
  requireOptions(other, title, ['method', 'reference', 'by'])
}
