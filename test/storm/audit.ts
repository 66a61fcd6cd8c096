import type { SimulatedPayment } from 'khalti-kit/testing'
import type { Customer } from './customers.ts'
import type { Aftermath, StoredPayment } from './storm.ts'

/** One order with all that anybody knows about it. */
export interface Case {
  customer: Customer
  khalti: SimulatedPayment[]
  stored: StoredPayment[]
  goods: Aftermath['goods']
  told: Aftermath['told']
  /** Links that Khalti has the money of, for the cart that the customer had in the end. */
  bought: string[]
  /** Links that were paid for a cart that the customer had changed. */
  outdated: string[]
}

/** Puts together what belongs to each order. Customers and Khalti alone decide what ought to have happened. */
export function casesOf({ customers, khalti, stored, goods, told, isExactlyOnce }: Aftermath): Case[] {
  const [byKhalti, byStore] = [groupBy(khalti, (row) => row.purchase_order_id), groupBy(stored, (row) => row.orderId)]
  const [byGoods, byTold] = [groupBy(goods, (row) => row.order_id), groupBy(told, (row) => row.pidx)]
  return customers.map((customer) => {
    const atKhalti = byKhalti.get(customer.orderId) ?? []
    const paid = atKhalti.filter(({ status }) => status === 'Completed').map(({ pidx }) => pidx)
    const isCurrent = (pidx: string) => customer.links.some((link) => link.pidx === pidx && link.cart === customer.cart)
    const [payments, calls] = [byStore.get(customer.orderId) ?? [], byGoods.get(customer.orderId) ?? []]
    return {
      customer,
      khalti: atKhalti,
      stored: payments,
      goods: isExactlyOnce ? calls : onceAnOrder(calls, payments),
      told: atKhalti.flatMap(({ pidx }) => byTold.get(pidx) ?? []),
      bought: paid.filter(isCurrent),
      outdated: paid.filter((pidx) => !isCurrent(pidx)),
    }
  })
}

/** Without transactions `fulfil` is called at least once, and the shop hands out once for each idempotency key: the order's. */
function onceAnOrder(calls: Aftermath['goods'], payments: StoredPayment[]): Aftermath['goods'] {
  const completed = payments.find(({ fulfilledAt }) => fulfilledAt !== undefined)
  return calls
    .filter(({ pidx }) => pidx === completed?.pidx)
    .concat(calls)
    .slice(0, 1)
}

/** What is wrong with an order; undefined where nothing is. */
export type Check = (order: Case) => string | undefined

/** Every order that was paid is handed out once, for the payment that bought it. */
export const isFulfilledOnce: Check = ({ bought, goods, khalti }) => {
  if (bought.length === 0) return undefined
  if (goods.length !== 1) return `paid, and handed out ${goods.length} times`
  const payment = khalti.find(({ pidx }) => pidx === goods[0]?.pidx)
  if (!bought.includes(payment?.pidx ?? '')) return `handed out for ${goods[0]?.pidx}, which did not buy it`
  return Number(goods[0]?.amount) === payment?.amount ? undefined : 'handed out for another amount'
}

/** Nothing is handed out that was not paid. */
export const isUnpaidUnfulfilled: Check = ({ bought, goods }) =>
  bought.length === 0 && goods.length > 0 ? `not paid, and handed out ${goods.length} times` : undefined

/** Every payment beyond the one that bought the order is known as such, and the shop was told of it. */
export const isSurplusTold: Check = (order) => {
  const bought = order.bought.filter((second) => second !== order.goods[0]?.pidx)
  const wrong = bought.map((pidx) => whyNotTold(order, { pidx, event: 'paidTwice' }))
  const outdated = order.outdated.map((pidx) => {
    const row = order.stored.find((payment) => payment.pidx === pidx)
    // Held, or where the order had been handed out before it was learned, paid twice.
    return whyNotTold(order, { pidx, event: row?.duplicateOf === undefined ? 'hold' : 'paidTwice' })
  })
  return [...wrong, ...outdated].find((why) => why !== undefined)
}

function whyNotTold({ goods, stored, told }: Case, { pidx, event }: { pidx: string; event: 'hold' | 'paidTwice' }) {
  const row = stored.find((payment) => payment.pidx === pidx)
  const isKnown = event === 'hold' ? row?.holdReason === 'superseded' : row?.duplicateOf === goods[0]?.pidx
  if (!isKnown) return `${pidx} was paid too, and is neither held nor a duplicate`
  return told.some((news) => news.event === event && news.pidx === pidx) ? undefined : `of ${pidx} no ${event} was told`
}

/** Every link that a customer got is stored, and every stored one is as Khalti says and done with. */
export const isNothingForgotten: Check = ({ customer, stored, khalti }) => {
  const lost = customer.links.find(({ pidx }) => !stored.some((row) => row.pidx === pidx))
  if (lost) return `${lost.pidx} was given out and is not stored`
  for (const row of stored) {
    const payment = khalti.find(({ pidx }) => pidx === row.pidx)
    if (payment?.amount !== Number(row.amount)) return `${row.pidx} is stored with another amount than Khalti's`
    if (row.isWatched) return `${row.pidx} is still watched`
    if (row.isUntold) return `the shop was not told all of the order of ${row.pidx}`
    if (!isAsKhaltiSays(row, payment)) return `${row.pidx} is ${payment.status} and stored as ${row.state}`
  }
  return undefined
}

function isAsKhaltiSays({ state, fulfilledAt, duplicateOf, holdReason }: StoredPayment, { status }: SimulatedPayment) {
  if (status !== 'Completed') return state === 'unpaid' && fulfilledAt === undefined
  if (state === 'hold') return holdReason === 'superseded' && fulfilledAt === undefined
  return state === 'paid' && (fulfilledAt !== undefined) !== (duplicateOf !== undefined)
}

/** What Khalti made while a server died is paid by nobody: no customer ever saw it. */
export const isOnlyGivenPaid: Check = ({ customer, khalti }) => {
  const unseen = khalti.find(
    ({ pidx, status }) => status === 'Completed' && !customer.links.some((link) => link.pidx === pidx),
  )
  return unseen && `${unseen.pidx} was paid and never given out`
}

/** No customer gets a second link for the same cart while the first can be paid. */
export const isOneLinkLive: Check = ({ customer, khalti }) => {
  const made = customer.links.flatMap((link) => {
    const payment = khalti.find(({ pidx }) => pidx === link.pidx)
    return payment ? [{ ...link, from: payment.createdAt.getTime(), until: link.endedAt ?? nearEnd(payment) }] : []
  })
  for (const first of made) {
    const second = made.find(({ pidx, cart, from }) => {
      return pidx !== first.pidx && cart === first.cart && from >= first.from && from < first.until
    })
    if (second) return `${first.pidx} and ${second.pidx} were both live`
  }
  return undefined
}

/** A link that is about to end is replaced a minute before; the clocks of Khalti and the store differ a little. */
const nearEnd = ({ expiresAt }: SimulatedPayment) => expiresAt.getTime() - 2 * 60_000

function groupBy<Row>(rows: Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row)) ?? []
    group.push(row)
    groups.set(keyOf(row), group)
  }
  return groups
}
