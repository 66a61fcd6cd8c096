import { KhaltiClient } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { toNextRoute } from 'khalti-kit/next'
import { redirect } from 'next/navigation'

// A shop whose customers must sign in: nobody here has.
const checkout = createCheckout({
  client: new KhaltiClient({ secretKey: 'anything', environment: 'sandbox' }),
  payments: memoryPayments(),
  siteUrl: process.env.SITE_URL ?? 'http://localhost',
  basePath: '/api/members',
  readOrder: () => redirect('/login'),
  fulfil() {},
  landing: () => '/',
})

export const { GET, POST } = toNextRoute(checkout.handler)
