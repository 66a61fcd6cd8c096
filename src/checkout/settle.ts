import { KhaltiConfigError } from '../core/errors.ts'
import type { Verdict } from '../core/judge.ts'
import type { RequestOptions } from '../core/request-options.ts'
import { plausibleId } from '../wire/ids.ts'
import type { CheckoutOptions } from './checkout-options.ts'
import { fulfilOnce } from './fulfil-once.ts'
import type { Payment, PaymentChange } from './payment-store.ts'
import type { Shop } from './shop.ts'

/** How a payment stands once it has been settled. */
export interface Settlement {
  /** The verdict's outcome; `unknown` where we have no record of the payment. */
  outcome: Verdict['outcome'] | 'unknown'
  /** Our record, with what has just changed. */
  payment?: Payment | undefined
  /** What Khalti said. */
  verdict?: Verdict | undefined
  /** Whether the goods have been handed out, now or before. */
  fulfilled: boolean
  /** What `fulfil` threw, where it did: it is tried again by the next settle. */
  error?: unknown
}

/** How a payment stands that we have a record of. */
export type Settled = Settlement & { outcome: Verdict['outcome'] }

/**
 * The one way to a fulfilled order: record, lookup, verdict, claim, `fulfil`, complete. Safe to call at any time, any
 * number of times, in any number of processes.
 *
 * @throws KhaltiError where the lookup failed; nothing has changed then.
 */
export async function settle(shop: Shop, pidx: string, options?: RequestOptions): Promise<Settlement> {
  const payment = await findPayment(shop, pidx)
  return payment ? settlePayment(shop, payment, options) : { outcome: 'unknown', fulfilled: false }
}

/** Our record of a payment; a string that is no pidx is not asked for. */
export async function findPayment(shop: Shop, pidx: unknown): Promise<Payment | undefined> {
  return typeof pidx === 'string' && plausibleId.test(pidx) ? shop.payments.find(pidx) : undefined
}

/** How a payment is looked up, and by reconcile: when it is looked at next. */
export interface SettleOptions extends RequestOptions {
  /** Asked where a payment has changed and need not be handed out: the next look is then stored with the change. */
  nextLookMs?: ((changed: Payment) => number | null) | undefined
}

/** Settles a payment whose record has just been read. */
export async function settlePayment(shop: Shop, payment: Payment, options: SettleOptions = {}): Promise<Settled> {
  refuseOtherEnvironment(shop, payment)
  const { nextLookMs, ...request } = options
  const { pidx, amount, orderId } = payment
  const verdict = await shop.client.verify({ pidx, amount, orderId }, request)
  if (payment.fulfilledAt && verdict.outcome !== 'refunded') {
    return { outcome: 'paid', payment, verdict, fulfilled: true }
  }
  const found = { payment, verdict, nextLookMs }
  switch (verdict.outcome) {
    case 'paid':
      return settlePaid(shop, payment, verdict)
    case 'pending':
      return change(shop, found, isReopened(payment) ? { state: 'open' } : {})
    case 'unpaid':
      return change(shop, { ...found, tell: payment.supersededAt ? undefined : 'unpaid' }, { state: 'unpaid' })
    case 'refunded':
      return change(shop, { ...found, tell: 'refunded' }, { state: 'refunded', refundExtent: verdict.extent })
    case 'hold':
      return change(shop, { ...found, tell: 'hold' }, { state: 'hold', holdReason: verdict.reason })
  }
}

async function settlePaid(
  shop: Shop,
  payment: Payment,
  verdict: Extract<Verdict, { outcome: 'paid' }>,
): Promise<Settled> {
  // A refund that was seen stays seen: goods must not go out for money that came back.
  if (payment.state === 'refunded') return { outcome: 'refunded', payment, verdict, fulfilled: false }
  const { transactionId } = verdict
  if (payment.supersededAt) {
    const held = { state: 'hold', holdReason: 'superseded', transactionId } as const
    return { ...(await change(shop, { payment, verdict, tell: 'hold' }, held)), outcome: 'hold' }
  }
  const { payment: paid = payment } = await change(shop, { payment, verdict }, { state: 'paid', transactionId })
  const claim = await fulfilOnce(shop, paid)
  if (!('duplicateOf' in claim)) return { outcome: 'paid', verdict, ...claim }
  return change(shop, { payment: paid, verdict, tell: 'paidTwice' }, { duplicateOf: claim.duplicateOf })
}

/** Pending after it was unpaid or held: Khalti has changed its mind, and so do we. */
function isReopened({ state, supersededAt }: Payment): boolean {
  return supersededAt === undefined && (state === 'unpaid' || state === 'hold')
}

/** How a payment stands that has been fulfilled: the record knows, and Khalti need not be asked. */
export function recordedOutcome({ state }: Payment): 'paid' | 'refunded' {
  return state === 'refunded' ? 'refunded' : 'paid'
}

interface Telling extends Pick<SettleOptions, 'nextLookMs'> {
  payment: Payment
  verdict: Verdict
  /** Which callback is told of the change. */
  tell?: keyof NonNullable<CheckoutOptions['on']> | undefined
}

/** Tells the shop of a change and then records it: a crash in between tells it twice, and never not at all. */
async function change(shop: Shop, telling: Telling, wanted: PaymentChange): Promise<Settled> {
  const { payment, verdict, tell, nextLookMs } = telling
  const settlement = { outcome: verdict.outcome, verdict, fulfilled: payment.fulfilledAt !== undefined }
  const isNew = Object.entries(wanted).some(([field, value]) => payment[field as keyof Payment] !== value)
  if (!isNew) return { ...settlement, payment }
  try {
    if (tell) await shop.options.on?.[tell]?.({ payment, verdict })
  } catch (error) {
    shop.report(error, 'settle', payment)
    return { ...settlement, payment }
  }
  const changed = { ...payment, ...wanted }
  const next = nextLookMs && { dueInMs: nextLookMs(changed) }
  await shop.payments.record(payment.pidx, { ...wanted, ...next })
  return { ...settlement, payment: changed }
}

function refuseOtherEnvironment({ client }: Shop, { pidx, environment }: Payment): void {
  if (environment === client.environment) return
  throw new KhaltiConfigError(
    `Payment ${pidx} was made in the ${environment} environment, and this client talks to ${client.environment}. A test payment must not buy real goods; keep a store (or a table prefix) for each environment.`,
  )
}
