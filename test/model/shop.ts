import { rupees } from 'khalti-kit'
import type { CheckoutOptions, Order, Payment } from 'khalti-kit/checkout'
import { PaymentHold } from 'khalti-kit/checkout'
import type { WorldTransaction } from './gated-store.ts'
import type { Handout, Telling } from './ledger.ts'
import type { Process } from './process.ts'
import type { World } from './world.ts'

export const orderId = 'topi'

/** The cart of the only order, as it costs this many rupees. */
export function cart(price: number): Order {
  return { id: orderId, name: 'Dhaka topi', amount: rupees(price) }
}

type Callbacks = Required<Pick<CheckoutOptions<WorldTransaction>, 'fulfil' | 'on' | 'onError'>> &
  Pick<CheckoutOptions<WorldTransaction>, 'orderOf'>

/** What the shop does when the checkout calls it from this process. Each call is a step that can fail or hang. */
export function shopOf(world: World, process: Process): Callbacks {
  const tell = (what: string) => (event: { payment: Payment; refund?: { id: string } | undefined }) => {
    const telling: Telling = { what, payment: event.payment, refundId: event.refund?.id, taken: false }
    world.inspector.told(telling)
    world.ledger.tellings.push(telling)
    return process.step({
      words: `tells the shop: ${what} ${event.payment.pidx}`,
      isPrivate: true,
      mishaps: ['fails', 'hangs'],
      failure: () => new Error('the shop could not be told'),
      run() {
        telling.taken = true
      },
    })
  }
  const orderOf: Callbacks['orderOf'] = (id) =>
    process.step({
      words: 'asks the shop for the order',
      mishaps: ['fails', 'hangs'],
      failure: () => new Error('the shop does not know at the moment'),
      run() {
        world.inspector.pricedFor(process, id)
        return cart(world.price)
      },
    })
  return {
    ...(world.settings.asksForOrder && { orderOf }),
    onError: (error) => world.hear(error),
    fulfil: (payment, context) => fulfil({ world, process, payment, context }),
    on: {
      refunded: tell('refunded'),
      unpaid: tell('unpaid'),
      hold: tell('hold'),
      paidTwice: tell('paidTwice'),
      refundUnclear: tell('refundUnclear'),
    },
  }
}

interface Fulfilling {
  world: World
  process: Process
  payment: Payment
  context: Parameters<Callbacks['fulfil']>[1]
}

/** Writes that the goods are handed out: in the transaction where there is one, else at once. */
function fulfil({ world, process, payment, context }: Fulfilling): Promise<void> {
  const { transaction, idempotencyKey, attempt } = context as typeof context & { transaction?: WorldTransaction }
  world.inspector.beforeFulfil(payment, process, transaction)
  // The claim began before the shop was asked for the order.
  const claimedUntil = world.ledger.find({ orderId: payment.orderId })?.record.claim?.until ?? world.time.now
  return process.step({
    words: `hands out the goods for ${payment.pidx}`,
    isPrivate: transaction !== undefined,
    mishaps: world.settings.isOutOfStock ? ['hangs'] : ['fails', 'loses its answer', 'hangs'],
    failure: () => new Error('the shop could not hand out'),
    run() {
      if (world.settings.isOutOfStock) throw new PaymentHold('out of stock')
      const handout: Handout = {
        orderId: payment.orderId,
        pidx: payment.pidx,
        idempotencyKey,
        attempt,
        process,
        mishapsBefore: process.mishaps,
        claimedUntil,
      }
      if (transaction?.ended) throw new Error('this transaction has ended')
      if (transaction) transaction.handouts.push(handout)
      else world.inspector.handedOut(handout)
    },
  })
}
