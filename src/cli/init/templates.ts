/** Where customers come back to; the page asks the shop how it went. */
export const returnPath = '/khalti/return'

/** The module with the checkout. It compiles as TypeScript and as JavaScript, and refuses every payment until it is filled in. */
export const checkoutModule = (path: string) => `import { KhaltiClient } from 'khalti-kit'
import { CheckoutRefusal, createCheckout } from 'khalti-kit/checkout'

/** Khalti payments of this shop. Write readOrder and fulfil: until then nobody can pay. */
export const checkout = createCheckout({
  client: new KhaltiClient(), // KHALTI_SECRET_KEY and KHALTI_ENVIRONMENT
  siteUrl: process.env.SITE_URL || 'http://localhost:3000',
  cronSecret: process.env.CRON_SECRET || undefined,
  // Without \`payments\` they are kept in memory, which production refuses. With a pool of \`pg\`:
  // payments: postgresPayments(pool), // from 'khalti-kit/postgres'

  // The browser names an order. Find it, check that it is this customer's, and price it yourself:
  //   const order = await db.findOrder(String(input.orderId)) // readOrder(input, request)
  //   if (!order) throw new CheckoutRefusal(404, 'There is no such order.')
  //   return { id: order.id, name: order.title, amount: rupees(order.total) } // rupees is from 'khalti-kit'
  async readOrder() {
    throw new CheckoutRefusal(501, 'This shop takes no payments yet: write readOrder in ${path}.')
  },

  // Khalti has the money: mark the order as paid. It may run again for the same payment after a crash, with the same
  // idempotencyKey: fulfil(payment, { idempotencyKey }).
  async fulfil(payment) {
    throw new Error(\`Order \${payment.orderId} is paid: write fulfil in ${path}.\`)
  },

  // Where customers end. The page asks the shop how it went.
  landing: ({ payment }) => (payment ? \`${returnPath}?pidx=\${payment.pidx}\` : '${returnPath}'),
})
`

/** `app/api/khalti/[...khalti]/route.ts` */
export const appRoute = (checkout: string) => `import { toNextRoute } from 'khalti-kit/next'
import { checkout } from '${checkout}'

export const { GET, POST } = toNextRoute(checkout.handler)
`

/** `pages/api/khalti/[...khalti].ts` */
export const pagesRoute = (checkout: string) => `import { toNextApiHandler } from 'khalti-kit/next'
import { checkout } from '${checkout}'

export default toNextApiHandler(checkout.handler)
`

/** The return page, for both routers. */
export const returnPage = `import { KhaltiPaymentStatus } from 'khalti-kit/react'
import 'khalti-kit/react/styles.css'

export default function KhaltiReturnPage() {
  return (
    <main>
      <KhaltiPaymentStatus links={{ paid: '/', unpaid: '/' }} />
    </main>
  )
}
`

/** The variables, for `.env.example`. */
export const envExample = `# Khalti's secret key: from test-admin.khalti.com for the sandbox, admin.khalti.com for production. Never NEXT_PUBLIC_.
KHALTI_SECRET_KEY=
# sandbox, or production for real money
KHALTI_ENVIRONMENT=sandbox
# Where customers reach this shop
SITE_URL=http://localhost:3000
# 16 characters or more, for whoever calls /api/khalti/reconcile every few minutes: openssl rand -hex 32
CRON_SECRET=
`
