import type { StoredOrder } from '../checkout/payment-store.ts'

/** What a write throws that was refused for a key. */
export function foreignKey({ orderId, keys }: Pick<StoredOrder, 'orderId' | 'keys'>, cause?: unknown): Error {
  return new Error(`Order ${orderId} was not stored: one of its keys (${keys.join(', ')}) belongs to another order.`, {
    cause,
  })
}
