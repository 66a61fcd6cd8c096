import {
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common'
import { KhaltiClient, paisa } from 'khalti-kit'
import { type Checkout, CheckoutRefusal, createCheckout, PaymentHold } from 'khalti-kit/checkout'
import { toNodeListener } from 'khalti-kit/node'
import { postgresPayments } from 'khalti-kit/postgres'
import { Orders } from './orders.ts'

/** Ask for the checkout anywhere: `@Inject(KHALTI) private readonly khalti: Checkout`. */
export const KHALTI = Symbol('khalti')

async function openCheckout(orders: Orders): Promise<Checkout> {
  const payments = postgresPayments(orders.database)
  await payments.migrate()
  return createCheckout({
    client: new KhaltiClient(), // KHALTI_SECRET_KEY, KHALTI_ENVIRONMENT
    payments,
    siteUrl: process.env.SITE_URL ?? 'http://localhost:3000',
    cronSecret: process.env.CRON_SECRET,

    // The browser names an order. The price is ours. In a shop with accounts, check that it is this customer's, too.
    async readOrder({ orderId }) {
      const order = await orders.find(orderId)
      if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
      return { id: order.id, name: order.name, amount: paisa(order.amount) }
    },

    // What is written through the transaction is written exactly once, whatever crashes.
    async fulfil({ orderId, pidx, amount }, { transaction, accepted }) {
      const { rows } = await transaction.query(
        'update orders set paid_by = $1 where id = $2 and (amount = $3 or $4) returning id',
        [pidx, orderId, amount, accepted !== undefined],
      )
      if (rows.length === 0) throw new PaymentHold('The order has changed since it was paid.')
    },

    landing: ({ payment, outcome }) => (payment ? `/orders/${payment.orderId}?payment=${outcome}` : '/'),
  })
}

@Module({
  providers: [Orders, { provide: KHALTI, inject: [Orders], useFactory: openCheckout }],
  exports: [Orders, KHALTI],
})
export class KhaltiModule implements NestModule, OnApplicationBootstrap, OnApplicationShutdown {
  private timer?: NodeJS.Timeout

  constructor(@Inject(KHALTI) private readonly khalti: Checkout) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(toNodeListener(this.khalti.handler)).forRoutes('/api/khalti/*splat')
  }

  // Khalti has no webhooks: this finds the payments of customers who closed the tab.
  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.khalti.reconcile().catch(console.error), 60_000)
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer)
  }
}
