import type { Verdict } from '../core/judge.ts'
import { linkOf, type OrderRecord, type Untold } from '../rules/record.ts'
import { told } from '../rules/tell.ts'
import { type Changed, change, find } from './change.ts'
import type { ErrorRoute, PaymentEvent } from './checkout-options.ts'
import { inTime } from './in-time.ts'
import { paymentOf, refundOf } from './payment.ts'
import type { Shop } from './shop.ts'
import { reportUnheard } from './unheard.ts'
import { failureText } from './without-secrets.ts'

/** The route and the verdict that brought the news. */
interface Telling {
  route: ErrorRoute
  verdict?: Verdict | undefined
}

/** A stored change with its news. */
type Told = Pick<Changed<unknown>, 'order' | 'untold'>

/**
 * Calls the shop's callbacks for the news of a change, and reports news without a callback. One that fails stops nothing
 * else, and reconcile calls it again.
 */
export async function tell(shop: Shop, changed: Told, telling: Telling): Promise<void> {
  reportUnheard(shop, changed.order, telling.route)
  if (changed.untold.length === 0) return
  const run = (hasWaited: boolean) => tellAll(shop, changed, { ...telling, hasWaited })
  if (shop.aside) shop.aside.add(run)
  else await run(false)
}

async function tellAll(
  shop: Shop,
  { order, untold }: Told,
  { hasWaited, ...telling }: Telling & { hasWaited: boolean },
): Promise<void> {
  let record: OrderRecord | undefined = hasWaited ? undefined : order.record
  for (const entry of untold) {
    // Time has passed since the change, so outdated news is skipped.
    record ??= await shop.tryOrReport(telling.route, aboutOf(order.record, entry), () =>
      stillToTell(shop, order.record.orderId, entry),
    )
    if (record) await tellOne(shop, { record, entry }, telling)
    record = undefined
  }
}

async function stillToTell(shop: Shop, orderId: string, { id, until }: Untold): Promise<OrderRecord | undefined> {
  const { order } = await find(shop, { orderId })
  return order?.record.untold.some((entry) => entry.id === id && entry.until === until) ? order.record : undefined
}

async function tellOne(
  shop: Shop,
  { record, entry }: { record: OrderRecord; entry: Untold },
  { route, verdict }: Telling,
): Promise<void> {
  const about = aboutOf(record, entry)
  const callback = shop.options.on?.[entry.what]
  const event = eventOf(record, entry, verdict)
  let failure: string | undefined
  try {
    if (callback && event) await inTime(`on.${entry.what}`, () => callback(event))
  } catch (error) {
    shop.report(error, route, about)
    failure = failureText(error, shop.client)
  }
  // Where this fails, the callback is called again after its lease.
  await shop.tryOrReport(route, about, () =>
    change(shop, record.orderId, (current, now) => told(current, now, { entry, failure })),
  )
}

function eventOf(record: OrderRecord, entry: Untold, verdict: Verdict | undefined): PaymentEvent | undefined {
  const link = linkOf(record, entry.pidx)
  const refund = record.refunds.find(({ id }) => id === entry.refundId)
  if (link === undefined) return undefined
  return {
    payment: paymentOf(record, link),
    previous: paymentOf(record, entry.previous),
    ...(verdict && verdict.lookup.pidx === entry.pidx && { verdict }),
    ...(refund && { refund: refundOf(refund) }),
  }
}

const aboutOf = ({ orderId }: OrderRecord, { pidx }: Untold) => ({ orderId, pidx })
