// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { KhaltiClient, rupees } from 'khalti-kit'
import { createCheckout, memoryPayments } from 'khalti-kit/checkout'
import { KhaltiPaymentForm, KhaltiPaymentStatus } from 'khalti-kit/react'
import { createSimulator } from 'khalti-kit/testing'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import './patience.ts'

// What docs/react.md shows of testing a checkout page, and that it works.
const simulator = createSimulator()
const checkout = createCheckout({
  // jsdom looks like a browser, where the client refuses to run: it would give away the key.
  client: new KhaltiClient({ secretKey: 'any', fetch: simulator.fetch, dangerouslyAllowBrowser: true }),
  payments: memoryPayments(),
  siteUrl: location.origin,
  readOrder: ({ orderId }) => ({ id: String(orderId), name: 'Dhaka topi', amount: rupees(1250) }),
  fulfil() {},
  landing: ({ payment }) => `/thanks?pidx=${payment?.pidx ?? ''}`,
})
const server = setupServer(http.all('*/api/khalti/*', ({ request }) => checkout.handler(request)))

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  server.resetHandlers()
})
afterAll(() => server.close())

test('msw can answer for the routes', async () => {
  const pending = { outcome: 'pending', pidx: 'abc', orderId: 'A-42', orderName: 'Dhaka topi', amount: 125_000 }
  server.use(http.get('*/api/khalti/status', () => HttpResponse.json(pending)))
  render(<KhaltiPaymentStatus pidx="abc" />)
  expect(await screen.findByText('Payment pending')).toBeTruthy()
})

test('a status page on a real checkout turns to paid when the simulator is paid', async () => {
  const { pidx } = await checkout.initiate({ id: 'A-42', name: 'Dhaka topi', amount: rupees(1250) })
  render(<KhaltiPaymentStatus pidx={pidx} />)
  expect(await screen.findByText('Payment pending')).toBeTruthy()
  simulator.pay(pidx)
  expect(await screen.findByText('Payment received', {}, { timeout: 10_000 })).toBeTruthy()
})

test('a form on a real checkout starts a payment at the price of the server', async () => {
  // jsdom cannot leave the page.
  const assign = vi.fn()
  vi.stubGlobal('location', { origin: location.origin, href: location.href, assign })
  render(<KhaltiPaymentForm orderId="A-43" defaultValues={{ name: 'Sita Gurung' }} />)
  fireEvent.click(screen.getByRole('button', { name: 'Pay with Khalti' }))
  await expect.poll(() => assign.mock.calls).toHaveLength(1)
  const payment = simulator.payments().at(-1)
  expect(payment).toMatchObject({ purchase_order_id: 'A-43', amount: 125_000 })
  expect(assign.mock.calls).toEqual([[expect.stringContaining(`${payment?.pidx}`)]])
})
