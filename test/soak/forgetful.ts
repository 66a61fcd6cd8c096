import { memoryPayments, type PaymentStore } from '../../src/checkout.ts'

/** A store that can be told that an order has ended. */
export interface ForgetfulStore extends PaymentStore<undefined> {
  forget(orderId: string): void
  /** How many orders it has. */
  readonly size: number
}

/**
 * The store in memory, one for each order, so that an order can be forgotten when it has ended: it keeps every order for
 * ever, which is its nature and no leak.
 */
export function forgetful(): ForgetfulStore {
  const homes = new Map<string, PaymentStore<undefined>>()
  const owners = new Map<string, string>()
  const keys = new Map<string, string[]>()
  const refuse = async () => {
    throw new Error('The soak reads orders one by one.')
  }

  return {
    get size() {
      return homes.size
    },
    forget(orderId) {
      for (const key of keys.get(orderId) ?? []) owners.delete(key)
      keys.delete(orderId)
      homes.delete(orderId)
    },
    async read(by) {
      const orderId = 'orderId' in by ? by.orderId : owners.get(by.key)
      const home = orderId === undefined ? undefined : homes.get(orderId)
      return (home ?? memoryPayments()).read(by)
    },
    async write(order) {
      const { orderId } = order
      const home = homes.get(orderId) ?? memoryPayments()
      const isWritten = await home.write(order)
      if (!isWritten) return false
      homes.set(orderId, home)
      keys.set(orderId, [...order.keys])
      for (const key of order.keys) owners.set(key, orderId)
      return true
    },
    due: refuse,
    list: refuse,
  }
}
