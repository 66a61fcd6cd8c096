import { KhaltiInputError } from '../core/errors.ts'
import { requireOptions } from '../core/require-options.ts'
import { show } from '../core/show.ts'
import { accept as acceptRule } from '../rules/accept.ts'
import { attend } from '../rules/attention.ts'
import { type Link, linkOf } from '../rules/record.ts'
import { plausibleId } from '../wire/ids.ts'
import { change, find } from './change.ts'
import { CheckoutRefusal, noSuchPayment, refusalFor } from './checkout-refusal.ts'
import { storeInTime } from './in-time.ts'
import { isUnknownPayment } from './look.ts'
import { canBeOrderId } from './order.ts'
import { type OrderView, type Payment, paymentsOf, viewOf } from './payment.ts'
import type { ListQuery, StoredOrder } from './payment-store.ts'
import { requireWords } from './person-words.ts'
import { findPayment, type Settled, type Settlement, settleClaimed, settlePayment, withoutOrder } from './settle.ts'
import type { Shop } from './shop.ts'
import { type ReadOrder, readOrder } from './stored-order.ts'

/** Who does it, for your own records. */
export interface ByWhom {
  /** A name, such as the person's e-mail address. */
  by?: string | undefined
}

/** Who has dealt with an order, and how. */
export interface AttendedOptions extends ByWhom {
  /** What was done, for your own records. */
  note?: string | undefined
  /** The `reasons` of the {@link OrderView} that the person saw. Later ones stay open. Default: all there are now. */
  reasons?: readonly string[] | undefined
}

/** Which orders; see {@link Checkout.orders}. */
export interface OrdersQuery {
  /** Only those that want a person's attention. Default: all. */
  attention?: boolean | undefined
  /** The `next` of the page before. */
  after?: string | undefined
  /** Orders on a page. Default: 50, at most 1 000. */
  limit?: number | undefined
}

/** One page of orders. */
export interface OrdersPage {
  /** The newest change first. */
  orders: OrderView[]
  /** Pass it as `after` to get the next page. Absent on the last one. */
  next?: string | undefined
}

/** The last order of a page. */
type Cursor = NonNullable<ListQuery['before']>

/** The order of this id. Text that cannot be an id is not asked for: databases refuse a NUL. */
async function findOrder(shop: Shop, orderId: string): Promise<ReadOrder | undefined> {
  return canBeOrderId(orderId) ? (await find(shop, { orderId })).order : undefined
}

/** The payments of an order, newest first. */
export async function paymentsOfOrder(shop: Shop, orderId: string): Promise<Payment[]> {
  const order = await findOrder(shop, String(orderId))
  return order ? paymentsOf(order.record) : []
}

/** An order by its id, or by the pidx or transaction id of a payment: what customers read out. */
export async function orderBy(shop: Shop, key: string): Promise<OrderView | undefined> {
  const text = String(key)
  const order = await findOrder(shop, text)
  if (order) return viewOf(order)
  const found = plausibleId.test(text)
    ? (await find(shop, { key: text })).order
    : (await findPayment(shop, text))?.order
  return found && viewOf(found)
}

/** Orders, the newest change first. */
export async function orders(shop: Shop, query: OrdersQuery = {}): Promise<OrdersPage> {
  requireOptions(query, 'The orders were not listed', ['attention', 'after', 'limit'])
  const { attention, after, limit = 50 } = query
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1000) {
    throw new KhaltiInputError('The orders were not listed', {
      limit: [`The limit is ${show(limit)}. It is a whole number from 1 to 1000.`],
    })
  }
  const found: Shown[] = []
  // One more than the page takes shows whether there is a next one.
  for await (const shown of shownOrders(shop, {
    attention,
    after: after === undefined ? undefined : readCursor(after),
    size: limit + 1,
  })) {
    found.push(shown)
    if (found.length > limit) break
  }
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return { orders: page.map(({ view }) => view), ...(last && { next: cursorOf(last.place) }) }
}

/** An order of a list, and its place there. */
interface Shown {
  view: OrderView
  place: Cursor
}

/** The orders after a place, read `size` at a time. An order whose link Khalti never made is left out. */
async function* shownOrders(
  shop: Shop,
  { attention, after, size }: { attention: boolean | undefined; after: Cursor | undefined; size: number },
): AsyncGenerator<Shown> {
  let before = after
  let stored: StoredOrder[]
  do {
    const query = { limit: size, ...(attention && { attention }), ...(before && { before }) }
    stored = await storeInTime(() => shop.payments.list(query))
    for (const order of stored) {
      before = { changedAt: order.changedAt, orderId: order.orderId }
      const view = viewOf(readOrder(order, order.changedAt))
      if (view) yield { view, place: before }
    }
  } while (stored.length === size)
}

const cursorOf = ({ changedAt, orderId }: Cursor) => `${changedAt.getTime()}:${orderId}`

function readCursor(after: string): Cursor {
  const [, instant, orderId] = /^(\d{1,15}):(.*)/s.exec(String(after)) ?? []
  if (canBeOrderId(orderId)) return { changedAt: new Date(Number(instant)), orderId }
  throw new KhaltiInputError('The orders were not listed', { after: ['It is not the `next` of a page.'] })
}

/** Fulfils a held payment because a person decided so. */
export async function accept(shop: Shop, pidx: string, options: ByWhom = {}): Promise<Settlement> {
  requireWords(options, 'The payment was not accepted', ['by'])
  const { by } = options
  const settled = await lookOnce(shop, pidx)
  if (settled) return settled
  const found = await findPayment(shop, pidx)
  if (found === undefined) throw noSuchPayment()
  const token = crypto.randomUUID()
  const { answer, order } = await change(shop, found.order, (record, now) =>
    acceptRule(record, now, { pidx, token, by }),
  )
  if (typeof answer === 'string') throw refusalFor(answer)
  return withoutOrder(await settleClaimed(shop, { order, claim: answer, route: 'settle' }))
}

/**
 * Looks the payment up first, since it may have been refunded meanwhile. Returns the settlement where the look alone has
 * fulfilled it, or has led to a hold that the person cannot have seen: another amount, or the shop's `PaymentHold`. A person
 * may decide also where Khalti does not know the payment.
 */
async function lookOnce(shop: Shop, pidx: string): Promise<Settlement | undefined> {
  const found = await findPayment(shop, pidx)
  if (found === undefined) throw noSuchPayment()
  try {
    const settled = await settlePayment(shop, found, { route: 'settle' })
    const isNews = settled.fulfilled && found.link.fulfilledAt === undefined
    return isNews || isOtherHold(settled, found.link) ? withoutOrder(settled) : undefined
  } catch (error) {
    if (isUnknownPayment(error)) return undefined
    throw error
  }
}

/** Whether the payment is held, and not as it was before. */
function isOtherHold({ order, outcome }: Settled, before: Link): boolean {
  const link = linkOf(order.record, before.pidx)
  const facts = ['state', 'since', 'holdReason', 'evidence'] as const
  return outcome === 'hold' && facts.some((fact) => link?.[fact] !== before[fact])
}

/** A person has dealt with what wanted attention. */
export async function attended(shop: Shop, orderId: string, options: AttendedOptions = {}): Promise<OrderView> {
  checkAttended(options)
  const { by, note, reasons } = options
  const known = await findOrder(shop, String(orderId))
  const changed =
    known && (await change(shop, known, (record, now) => attend(record, now, { by, text: note, seen: reasons })))
  const view = changed && viewOf(changed.order)
  if (view === undefined) throw new CheckoutRefusal(404, 'There is no such order.', 'not-found')
  return view
}

function checkAttended(options: AttendedOptions): void {
  const title = 'The order was not marked as attended'
  requireWords(options, title, ['by', 'note', 'reasons'])
  const { reasons } = options
  if (reasons === undefined || (Array.isArray(reasons) && reasons.every((one) => typeof one === 'string'))) return
  throw new KhaltiInputError(title, {
    reasons: [`The reasons are ${show(reasons)}. They are those of an order's view.`],
  })
}
