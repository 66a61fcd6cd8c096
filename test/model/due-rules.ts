import type { Link, OrderRecord } from '../../src/rules/record.ts'
import type { KnownOrder } from './ledger.ts'
import { days, hours, minutes } from './time.ts'
import type { World } from './world.ts'

/** What is unsettled and has no time at which anybody looks at it again. */
export function forgotten({ time }: World, { record, dueAt }: KnownOrder): string | undefined {
  const soon = dueAt === undefined ? Number.POSITIVE_INFINITY : dueAt.getTime() - time.now
  const isFulfilled = record.links.some(({ fulfilledAt }) => fulfilledAt !== undefined)
  const { claim } = record
  const waiting: [is: boolean | undefined, within: number, what: string][] = [
    [record.untold.length > 0, 1 * days, 'the shop has still to be told'],
    [claim && !isFulfilled && claim.until > time.now, 6 * minutes, 'a claim runs'],
    [record.refunds.some(({ state }) => state === 'sent'), 6 * minutes, 'a refund is under way'],
    [!isFulfilled && record.links.some((link) => isOwed(record, link)), 3 * days, 'a paid order waits for its goods'],
    [record.links.some((link) => mayStillMove(link, time.now)), 3 * days, 'a payment may still move'],
  ]
  const [, , what] = waiting.find(([is, within]) => is && soon > within) ?? []
  return what && `${what}, and nobody is due to look`
}

/** Whether a refund of the payment has moved money, or may have. */
export const isRefunding = (record: OrderRecord, pidx: string) =>
  record.refunds.some((refund) => refund.pidx === pidx && refund.state !== 'refused')

function mayStillMove({ state, givenUpAt, expiresAt, received, method }: Link, now: number): boolean {
  const isOpen = state === 'pending' || (state === 'unpaid' && !received)
  return method === 'khalti' && givenUpAt === undefined && isOpen && now < expiresAt + 20 * hours
}

/** Paid, and neither handed out, held, given back, nor known as a second payment. */
const isOwed = (record: OrderRecord, { pidx, paid, state, duplicateOf, refundExtent }: Link) =>
  paid === true &&
  state === 'paid' &&
  duplicateOf === undefined &&
  refundExtent === undefined &&
  !isRefunding(record, pidx)
