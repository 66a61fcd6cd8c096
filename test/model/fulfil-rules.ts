import { rupees } from 'khalti-kit'
import type { Payment } from 'khalti-kit/checkout'
import type { Link, OrderRecord } from '../../src/rules/record.ts'
import { isRefunding } from './due-rules.ts'
import type { WorldTransaction } from './gated-store.ts'
import type { Truth } from './gateway.ts'
import type { World } from './world.ts'

type Fault = [promise: string, what: string | undefined | false]

/** What is wrong with a call of `fulfil`, by the record as it is at that moment. */
export function fulfilFaults(world: World, payment: Payment, transaction: WorldTransaction | undefined): Fault[] {
  const { settings, ledger } = world
  const record = ledger.orders.get(payment.orderId)?.record
  const link = record?.links.find(({ pidx }) => pidx === payment.pidx)
  if (!record || !link)
    return [['fulfils what was paid', `fulfil was called for ${payment.pidx}, of which there is no record`]]
  const isFulfilled = record.links.some(({ fulfilledAt }) => fulfilledAt !== undefined)
  // A shop that is asked says what the cart of today is, whichever link was paid last.
  const isTodays = settings.asksForOrder && link.amount === rupees(world.price)
  // What has begun to be handed out is tried again without a question.
  const isElse = isCustomers(link) && link.fingerprint !== record.fingerprint && !isTodays && !link.begun
  return [
    ['fulfils what was paid', isCustomers(link) && unpaidFault(link, world.gateway.truths.get(link.pidx))],
    ['fulfils the cart of today', isElse && `fulfil was called for ${link.pidx}, a link of another cart`],
    ['fulfils nothing refunded', !settings.transactions && goingBack(record, link)],
    // With a transaction what comes too late is rolled back.
    [
      'fulfils once',
      !settings.transactions && isFulfilled && `fulfil was called for ${link.pidx} of a fulfilled order`,
    ],
    [
      'gives a transaction',
      settings.transactions !== (transaction !== undefined) && 'fulfil got no transaction of its store',
    ],
  ]
}

/** Without a transaction nothing takes back what was handed out for money that the record knows to be on its way back. */
function goingBack(record: OrderRecord, { pidx, refundExtent }: Link): string | false {
  const isBack = refundExtent !== undefined || isRefunding(record, pidx)
  return isBack && `fulfil was called for ${pidx}, and the record knew of a refund`
}

/** Whether the shop must have been asked for its order before: not for what a person has said, nor where it may have begun. */
export function wasAsked({ settings, ledger }: World, payment: Payment): boolean {
  const record = ledger.orders.get(payment.orderId)?.record
  const link = record?.links.find(({ pidx }) => pidx === payment.pidx)
  const isRetry = !settings.transactions && (record?.claim?.attempt ?? 1) > 1
  return settings.asksForOrder && link !== undefined && isCustomers(link) && !isRetry
}

/** Paid by a customer at Khalti, and not waved through by a person. */
const isCustomers = ({ method, accepted }: Link) => method === 'khalti' && accepted === undefined

function unpaidFault({ pidx, amount }: Link, truth: Truth | undefined): string | undefined {
  if (truth === undefined) return `fulfil was called for ${pidx}, which Khalti never made`
  if (!truth.history.includes('Completed')) return `fulfil was called for ${pidx}, which was never Completed`
  return truth.amount === amount ? undefined : `fulfil was called for ${pidx}, paid with another amount`
}
