import { KhaltiClient } from 'khalti-kit'
import { type CheckoutOptions, type ErrorPlace, memoryPayments, type PaymentStore } from 'khalti-kit/checkout'
import { openShop } from '../../src/checkout/shop.ts'
import { storedOf } from '../../src/checkout/stored-order.ts'
import type { OrderRecord } from '../../src/rules/record.ts'
import { now } from './records.ts'

type Store = PaymentStore<undefined>

/** The inside of a checkout on a store whose time stands still, and what it has told the shop. */
export function openInside(
  options: Partial<CheckoutOptions> = {},
  /** What the store does otherwise. */
  otherwise: (memory: Store) => Partial<Store> = () => ({}),
) {
  const memory = memoryPayments({ now: () => new Date(now) })
  const told: ({ said: string } & ErrorPlace)[] = []
  const shop = openShop({
    client: new KhaltiClient({ secretKey: 'any', environment: 'sandbox' }),
    payments: { ...memory, ...otherwise(memory) },
    siteUrl: 'https://shop.example',
    readOrder: () => Promise.reject(new Error('not asked for')),
    fulfil: () => {},
    landing: () => '/',
    onError: (error, place) => told.push({ said: (error as Error).message, ...place }),
    ...options,
  })
  return {
    shop,
    told,
    /** Writes an order as its next version, past what the store does otherwise. */
    async keep(record: OrderRecord, version = 0) {
      await memory.write(storedOf(record, version, new Date(now)))
    },
    /** The order as it is stored. */
    async kept(orderId = 'topi') {
      const { order } = await memory.read({ orderId })
      return order && { ...order, record: order.record as unknown as OrderRecord }
    },
  }
}
