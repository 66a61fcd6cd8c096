import { payPath, reconcilePathOf, siteUrlOf } from './checkout-module.ts'
import type { NextProject, Project } from './detect-project.ts'

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
export function returnPage(project: NextProject): string {
  const { basePath, router } = project
  // A page on the server could not hand on the link's component.
  const directive = basePath && router === 'app' ? "'use client'\n\n" : ''
  const slots = basePath && ' slots={{ link: ShopLink }}'
  return `${directive}import { KhaltiPaymentStatus } from 'khalti-kit/react'
import 'khalti-kit/react/styles.css'
${basePath && shopLink(project)}
export default function KhaltiReturnPage() {
  return (
    <main>
      <KhaltiPaymentStatus${endpointOf(basePath)} links={{ paid: '/', unpaid: '/' }}${slots} />
    </main>
  )
}
`
}

/** A component, not addresses in `links`: those phases that have none there lead to `/`, as "Back to the shop". */
function shopLink({ basePath, typescript }: NextProject): string {
  const [load, typed] = typescript
    ? ["import type { ComponentProps } from 'react'\n", ": ComponentProps<'a'>"]
    : ['', '']
  return `${load}
/** Puts the basePath of next.config before a link. */
function ShopLink({ href = '/', ...props }${typed}) {
  return <a {...props} href={\`${basePath}\${href === '/' ? '' : href}\`} />
}
`
}

const endpointOf = (basePath: string) => (basePath ? ` endpoint="${basePath}/api/khalti"` : '')

/** A page with the button, which reads the order's id from its own address. */
export function payPage({ router, typescript, basePath }: NextProject): string {
  const typed = (text: string) => (typescript ? text : '')
  const start = `import { KhaltiPaymentForm } from 'khalti-kit/react'
import 'khalti-kit/react/styles.css'
`
  const form = `(
    <main>
      <KhaltiPaymentForm${endpointOf(basePath)} orderId={orderId} />
    </main>
  )`
  const about = `/** ${payPath}?order=A-1 has the button. Put the form where customers pay, and take this page out. */`
  if (router === 'app') {
    const props = typed(': { searchParams: Promise<{ order?: string }> }')
    return `${start.replace('\n', "\nimport { Suspense } from 'react'\n")}
${about}
export default function KhaltiPayPage(props${props}) {
  return (
    <main>
      <Suspense>
        <PayForm {...props} />
      </Suspense>
    </main>
  )
}

/** By itself, since Next.js may prepare the page before anybody has asked for it, and with it an order. */
async function PayForm({ searchParams }${props}) {
  const { order: orderId = '' } = await searchParams
  return <KhaltiPaymentForm${endpointOf(basePath)} orderId={orderId} />
}
`
  }
  return `${typed("import type { GetServerSideProps } from 'next'\n")}${start}
export const getServerSideProps${typed(': GetServerSideProps')} = async ({ query }) => ({
  props: { orderId: String(query.order ?? '') },
})

${about}
export default function KhaltiPayPage({ orderId }${typed(': { orderId: string }')}) {
  return ${form}
}
`
}

/** The variables, for `.env.example`. */
export function envExample(project: Project): string {
  const { framework, database } = project
  const front = framework === 'express' ? project.frontEnd?.url : undefined
  return `# Khalti's secret key: from test-admin.khalti.com for the sandbox, admin.khalti.com for production. Any word will do for
# the simulator. It stays on the server: never in a variable that goes to browsers, such as NEXT_PUBLIC_ or VITE_.
KHALTI_SECRET_KEY=
# sandbox, or production for real money
KHALTI_ENVIRONMENT=sandbox
# The simulator of npx khalti-kit simulate. Take the line out to pay at Khalti.
KHALTI_BASE_URL=http://127.0.0.1:8787
# Where customers reach this ${framework === 'next' ? 'shop' : 'server'}
SITE_URL=${siteUrlOf(project)}
${framework === 'express' ? `# Where the pages are, if they are elsewhere\nFRONTEND_URL=${front ?? ''}\n` : ''}# 16 characters or more, for whoever calls ${reconcilePathOf(project)} every minute or so: openssl rand -hex 32
CRON_SECRET=
${database?.variable ? `# The database\n${database.variable}=\n` : ''}`
}
