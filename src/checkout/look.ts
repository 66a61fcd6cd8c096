import type { RequestOptions } from '../core/request-options.ts'
import type { Verdict } from '../core/verdict.ts'
import type { CheckoutEvent, CheckoutHooks, CheckoutRoute } from './checkout-options.ts'
import type { Payment, PaymentChange } from './payment-store.ts'
import type { Shop } from './shop.ts'

/** One look at a payment: on whose behalf, and within which limits. */
export interface Look {
  route: CheckoutRoute
  /** Limits of the lookup. */
  limits?: RequestOptions | undefined
  /** Milliseconds until the next look, null for never. Only reconcile has it: nobody else moves the schedule. */
  nextLook?: ((payment: Payment, outcome: Verdict['outcome']) => number | null) | undefined
}

/** Tells the shop of a change. False where the hook threw: the change is not recorded then, so that it is told again. */
export async function tell(shop: Shop, hook: keyof CheckoutHooks, told: CheckoutEvent & { look: Look }) {
  const { payment, verdict, look } = told
  try {
    await shop.hooks[hook]?.({ payment, verdict })
    return true
  } catch (error) {
    shop.report(error, { route: look.route, pidx: payment.pidx, orderId: payment.orderId })
    return false
  }
}

/** Writes a change and, for reconcile, the next look in one statement; nothing where there is nothing to write. */
export async function write(
  shop: Shop,
  payment: Payment,
  { change, dueInMs }: { change: PaymentChange | undefined; dueInMs: number | null | undefined },
): Promise<void> {
  if (change === undefined && dueInMs === undefined) return
  await shop.payments.record(payment.pidx, { ...change, ...(dueInMs !== undefined && { dueInMs }) })
}
