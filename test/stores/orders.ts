import type { StoredOrder } from '../../src/checkout/payment-store.ts'

/** An order as a checkout writes it for the first time, with one paid link. */
export function newOrder(change: Partial<StoredOrder> = {}): StoredOrder {
  return {
    orderId: 'o1',
    version: 0,
    record: { links: [newLink()] },
    keys: ['p1'],
    dueAt: new Date('2026-07-01T06:00:00.123Z'),
    attention: false,
    changedAt: new Date('2026-07-01T05:00:00.456Z'),
    ...change,
  }
}

export const newLink = () => ({
  pidx: 'p1',
  method: 'khalti',
  orderName: 'Momo and tea',
  amount: 1300,
  state: 'paid',
  transactionId: 't1',
  createdAt: Date.parse('2026-07-01T04:00:00.001Z'),
  expiresAt: Date.parse('2026-07-01T05:00:00.002Z'),
  fulfilledAt: Date.parse('2026-07-01T04:10:00.003Z'),
  refundedAmount: 300,
})

/** An order that was read and must be there. */
export function existing({ order }: { order?: StoredOrder | undefined }): StoredOrder {
  if (order) return order
  throw new Error('The order is not stored.')
}
