import { KhaltiPaymentForm, KhaltiPaymentStatus } from 'khalti-kit/react'
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

// A plain page with one component; the test answers its routes. What to show is in the query of the address.
const query = new URLSearchParams(location.search)
const locale = query.get('locale') === 'ne' ? 'ne' : 'en'
const links = { paid: '/orders/:orderId', unpaid: '/checkout/:orderId', hold: '/orders/:orderId', failed: '/orders' }
const customer = { name: 'Sita Gurung', email: 'sita@example.com', phone: '9800000001' }
const shown =
  query.get('show') === 'form' ? (
    <KhaltiPaymentForm
      orderId="A-42"
      locale={locale}
      defaultValues={query.has('filled') ? customer : {}}
      open={query.has('closes') ? async () => {} : undefined}
    />
  ) : (
    <KhaltiPaymentStatus locale={locale} links={links} />
  )
createRoot(document.getElementById('app') as HTMLElement).render(createElement(StrictMode, null, shown))
