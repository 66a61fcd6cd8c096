import { errorText } from '../core/error-text.ts'
import { isKhaltiError, KhaltiInputError } from '../core/errors.ts'
import { formatRupees } from '../core/money.ts'
import { show } from '../core/show.ts'
import { refundPatience } from '../rules/due.ts'
import type { RefundEntry } from '../rules/record.ts'
import {
  askRefund,
  endRefund,
  forgetSent,
  type RefundAnswer,
  type RefundEnd,
  type RefundWish,
} from '../rules/refund.ts'
import { change, type Rule, requireSameEnvironment } from './change.ts'
import { noSuchPayment, refusalFor } from './checkout-refusal.ts'
import { type Refund, refundOf } from './payment.ts'
import type { ByWhom } from './people.ts'
import { requireWords } from './person-words.ts'
import { findPayment } from './settle.ts'
import type { Shop } from './shop.ts'
import { tell } from './tell.ts'

/** How a payment is given back; see {@link Checkout.refund}. */
export interface RefundOptions {
  /** Paisa. Default: all that is left of it. */
  amount?: number | undefined
  /** The Khalti account that gets the refund of a bank payment. */
  mobile?: string | undefined
  /** Why, for your own records. */
  reason?: string | undefined
  /** Your id of the refund: the same id is the same refund, sent once, and refused with another amount. Default: a new one. */
  id?: string | undefined
  /** Who asks for it, for your own records. */
  by?: string | undefined
}

/** A refund that was asked for longer ago is not sent any more. The rest of the patience is for Khalti's answer. */
const sendableMs = refundPatience / 2

/** Gives money back: the intent is written before the call, the call goes out once, its end is written after it. */
export async function refund(shop: Shop, pidx: string, options: RefundOptions = {}): Promise<Refund> {
  requireWords(options, 'refund was not sent', ['amount', 'mobile', 'reason', 'id', 'by'])
  const { mobile, ...rest } = options
  const wish: RefundWish = { ...rest, pidx, id: checkId(options.id) ?? crypto.randomUUID() }
  checkRequest(options)
  const found = await findPayment(shop, pidx)
  if (found === undefined) throw noSuchPayment()
  requireSameEnvironment(shop, found.order.record)
  const { orderId } = found.order.record
  const changed = await change(shop, found.order, (record, now) => askRefund(record, now, wish))
  const asked = sendable(changed.answer)
  await tell(shop, changed, { route: 'refund' })
  if ('known' in asked) return refundOf(asked.known)
  const stored = await readAgain(shop, orderId, wish.id)
  if (stored.state !== 'sent') return refundOf(stored)
  const refundEnd = await send(shop, asked, mobile)
  return end(shop, orderId, (record, now) => endRefund(record, now, refundEnd))
}

/** A person has looked into Khalti's dashboard: the unclear refund went through, or it did not. */
export async function resolveRefund(
  shop: Shop,
  pidx: string,
  { id, how, options = {} }: { id: string; how: 'done' | 'not-done'; options?: ByWhom | undefined },
): Promise<Refund> {
  checkResolution(how)
  requireWords(options, 'The refund was not resolved', ['by'])
  const { by } = options
  const found = await findPayment(shop, pidx)
  if (found === undefined || !found.order.record.refunds.some((one) => one.id === id && one.pidx === pidx)) {
    throw noSuchPayment()
  }
  const refundEnd: RefundEnd = { id, state: how === 'done' ? 'done' : 'refused', isByHand: true, by }
  const resolved = await end(shop, found.order.record.orderId, (record, now) => {
    // Its process may have died, and nobody has looked since.
    const { record: known } = forgetSent(record, now)
    const refund = known.refunds.find((one) => one.id === id)
    return refund?.state === 'sent' ? { record, answer: refund } : endRefund(known, now, refundEnd)
  })
  if (resolved.state === 'sent') throw refusalFor('refund-in-progress')
  return resolved
}

function sendable(answer: RefundAnswer) {
  if ('refuse' in answer) throw refusalFor(answer.refuse)
  if ('id' in answer) {
    throw new KhaltiInputError('refund was not sent', {
      id: [`This order has a refund with this id, ${answer.id}. The same id is the same refund: take another.`],
    })
  }
  if (!('amount' in answer)) return answer
  const left = `${formatRupees(answer.left)} (${answer.left} paisa)`
  throw new KhaltiInputError('refund was not sent', {
    amount: [
      answer.amount === 'unknown'
        ? `Some of this payment went back already, and Khalti does not say how much. Pass the amount, in paisa, at most ${left}.`
        : `Only ${left} of this payment is left to refund.`,
    ],
  })
}

/**
 * The refund as it is right before Khalti is asked: it may be sent where it is `sent`. A process that was frozen meanwhile
 * may wake after reconcile has doubted the refund, and a person has repeated it.
 */
async function readAgain(shop: Shop, orderId: string, id: string): Promise<RefundEntry> {
  const rule: Rule<RefundEntry | undefined> = (record, now) => {
    const refund = record.refunds.find((one) => one.id === id)
    const isLate = refund?.state === 'sent' && now - refund.askedAt >= sendableMs
    if (!isLate) return { record, answer: refund }
    const message = 'Not sent: the process had stopped for too long. Ask for the refund again.'
    return endRefund(record, now, { id, state: 'refused', message })
  }
  const read = () => change(shop, orderId, rule)
  // A freeze during the first read ends it as too late.
  const { answer } = await read().catch(read)
  if (answer === undefined) throw noSuchPayment()
  return answer
}

/** Sends it once. What came of it is never an error: it is written down. */
async function send(
  shop: Shop,
  { send: refund, link, isAll }: Extract<RefundAnswer, { send: RefundEntry }>,
  mobile: string | undefined,
): Promise<RefundEnd> {
  const { id, amount } = refund
  try {
    const request = { amount: isAll ? undefined : amount, mobile }
    const { detail } = await shop.client.refund(link.transactionId ?? '', request)
    return { id, state: 'done', message: detail }
  } catch (error) {
    shop.report(error, 'refund', { pidx: link.pidx })
    const provablyNot = isKhaltiError(error) && !error.mayHaveBeenProcessed
    return { id, state: provablyNot ? 'refused' : 'unclear', message: errorText(error) }
  }
}

async function end(shop: Shop, orderId: string, rule: Rule<RefundEntry | undefined>): Promise<Refund> {
  const write = () => change(shop, orderId, rule)
  // The answer is known: where the first write of it fails, the next one may do. What it has stored stands.
  const changed = await write().catch(write)
  await tell(shop, changed, { route: 'refund' })
  if (changed.answer === undefined) throw noSuchPayment()
  return refundOf(changed.answer)
}

function checkId(id: unknown): string | undefined {
  if (id === undefined) return undefined
  if (typeof id === 'string' && /^[\w.:-]{1,100}$/.test(id)) return id
  throw new KhaltiInputError('refund was not sent', {
    id: ['The id of a refund is 1 to 100 letters, digits or any of _ . : -'],
  })
}

/** A slip of the pen must not be taken for "not done", after which the money can go back once more. */
function checkResolution(how: unknown): void {
  if (how === 'done' || how === 'not-done') return
  throw new KhaltiInputError('The refund was not resolved', {
    how: ["It is 'done' where the money went back, and 'not-done' where it did not."],
  })
}

function checkRequest({ amount, mobile }: RefundOptions): void {
  if (amount !== undefined && !(Number.isSafeInteger(amount) && amount > 0)) {
    throw new KhaltiInputError('refund was not sent', {
      amount: [
        `The amount is ${show(amount)}. It is in whole paisa and above 0; leave it out to refund all that is left.`,
      ],
    })
  }
  if (mobile !== undefined && (typeof mobile !== 'string' || mobile.trim() === '')) {
    throw new KhaltiInputError('refund was not sent', {
      mobile: ['The mobile number is not text. It names the Khalti account that gets the refund of a bank payment.'],
    })
  }
}
