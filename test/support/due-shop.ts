import { type CheckoutOptions, memoryPayments, type PaymentStore, type ReconcileResult } from 'khalti-kit/checkout'
import { storedOf } from '../../src/checkout/stored-order.ts'
import type { OrderRecord } from '../../src/rules/record.ts'
import { now, second } from './records.ts'
import { openToldShop } from './told-shop.ts'

type Store = PaymentStore<undefined>

/** What reconcile counts where it checks nothing. */
export const none: ReconcileResult = { checked: 0, paid: 0, unpaid: 0, pending: 0, hold: 0, refunded: 0, failed: 0 }

/** What {@link openDueShop} may be told. */
export interface DueSettings {
  checkout?: Partial<CheckoutOptions>
  /** What the store does otherwise. */
  otherwise?: (memory: Store) => Partial<Store>
  /** What Khalti says of each payment, which takes it a second. Default: that it is pending. */
  says?: Record<string, string>
}

/** A shop whose store has these orders, and what became of each write. */
export async function openDueShop(
  orders: OrderRecord[],
  { checkout = {}, otherwise = () => ({}), says = {} }: DueSettings = {},
) {
  let time = now
  const memory = memoryPayments({ now: () => new Date(time) })
  for (const one of orders) await memory.write(storedOf(one, 0, new Date(now)))
  const store = { ...memory, ...otherwise(memory) }
  const writes: unknown[] = []
  const payments: Store = {
    ...store,
    async write(order) {
      try {
        const isFirst = await store.write(order)
        writes.push(isFirst)
        return isFirst
      } catch (error) {
        writes.push((error as Error).message)
        throw error
      }
    },
  }
  const looks: string[] = []
  const fetch: typeof globalThis.fetch = async (_url, init) => {
    time += second
    const { pidx } = JSON.parse(String(init?.body))
    looks.push(pidx)
    const status = says[pidx] ?? 'Pending'
    if (status === 'nothing') return new Response('', { status: 500 })
    const facts = { total_amount: 85_000, transaction_id: status === 'Completed' ? `txn-${pidx}` : null, fee: 0 }
    return Response.json({ pidx, status, refunded: false, ...facts })
  }
  const shop = openToldShop({ checkout: { ...checkout, payments: payments as PaymentStore }, client: { fetch } })
  const kept = async (orderId = 'topi') => {
    const { order } = await memory.read({ orderId })
    return order && { ...order, record: order.record as unknown as OrderRecord }
  }
  return { ...shop, memory, kept, writes, looks }
}
