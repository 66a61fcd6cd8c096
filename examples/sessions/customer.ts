import { AsyncLocalStorage } from 'node:async_hooks'
import { CheckoutRefusal } from 'khalti-kit/checkout'

/** Who is logged in, as your session has it. */
export interface Customer {
  id: string
  name: string
  isStaff: boolean
}

/** Who sent the request that is being answered: `who.getStore()`, anywhere below `who.run`. */
export const who = new AsyncLocalStorage<Customer | undefined>()

/** For `readOrder`. */
export function loggedIn(): Customer {
  const customer = who.getStore()
  if (!customer) throw new CheckoutRefusal(401, 'Please log in first.')
  return customer
}
