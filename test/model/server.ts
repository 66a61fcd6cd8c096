import { KhaltiClient } from 'khalti-kit'
import type { Checkout } from 'khalti-kit/checkout'
import { gatedStore } from './gated-store.ts'
import type { Process } from './process.ts'
import { cart, shopOf } from './shop.ts'
import type { World } from './world.ts'

export const cronSecret = 'a secret of 16 characters or more'

/** One server: a process with a checkout of its own. */
export interface Server {
  process: Process
  checkout: Checkout
}

/** Starts a server in a process. */
export function startServer(world: World, process: Process): Server {
  const client = new KhaltiClient({
    secretKey: 'any',
    environment: 'sandbox',
    maxRetries: 0,
    fetch: world.gateway.fetchOf(process),
  })
  const checkout = world.settings.createCheckout({
    client,
    payments: gatedStore(process, world.database, world),
    siteUrl: 'https://shop.example',
    readOrder: () => cart(world.price),
    landing: ({ outcome }) => `/thanks?outcome=${outcome}`,
    cronSecret,
    ...shopOf(world, process),
  })
  return { process, checkout }
}
