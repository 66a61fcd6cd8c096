// @vitest-environment jsdom
import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import { type UseKhaltiPaymentOptions, useKhaltiPayment } from 'khalti-kit/react'
import { type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, expect, test, vi } from 'vitest'
import { answering, pidx, status } from './answering.ts'

afterEach(() => {
  cleanup()
  history.replaceState(null, '', '/')
  vi.unstubAllGlobals()
})

function ReturnPage(options: UseKhaltiPaymentOptions): ReactNode {
  const { phase, payment, error } = useKhaltiPayment(options)
  return (
    <>
      <output>{phase}</output>
      <p>{payment?.orderName}</p>
      <p role="alert">{error?.message}</p>
    </>
  )
}

const phase = () => screen.getByRole('status').textContent

test.each([
  ['as the checkout writes it', `?pidx=${pidx}`],
  ['among others', `?orderId=A-42&pidx=${pidx}&lang=ne`],
  ['behind a second question mark', `?orderId=A-42?pidx=${pidx}&status=Completed`],
  ['before a slash and a second question mark', `?pidx=${pidx}/?status=Completed`],
  ['twice, of which the first counts', `?pidx=${pidx}&pidx=second`],
])('reads the payment from the address, %s', async (_, query) => {
  history.replaceState(null, '', `/thanks${query}`)
  const asked = answering({ json: status })
  render(<ReturnPage />)
  await waitFor(() => expect(phase()).toBe('paid'))
  expect(asked.map(({ url }) => url)).toEqual([`/api/khalti/status?pidx=${pidx}`])
})

test.each([
  ['nothing', ''],
  ['an empty one', '?pidx='],
  ['what is no id', '?pidx=%3Cscript%3E'],
  ['half an id', '?pidx=abc%20def'],
  ['another name', '?xpidx=abc'],
])('asks nothing when the address has %s', async (_, query) => {
  history.replaceState(null, '', `/thanks${query}`)
  const asked = answering({ json: status })
  render(<ReturnPage />)
  expect(phase()).toBe('idle')
  expect(asked).toEqual([])
})

test('takes the payment it is given instead, also from where it is null at first', async () => {
  history.replaceState(null, '', '/thanks?pidx=other')
  const asked = answering({ json: status })
  render(<ReturnPage pidx={pidx} endpoint="/payments" />)
  await waitFor(() => expect(phase()).toBe('paid'))
  expect(asked.map(({ url }) => url)).toEqual([`/payments/status?pidx=${pidx}`])
})

test('believes the shop, not the address', async () => {
  history.replaceState(
    null,
    '',
    `/thanks?pidx=${pidx}&status=Completed&transaction_id=forged&purchase_order_name=Forged`,
  )
  answering({ json: { ...status, outcome: 'unpaid', reason: 'canceled' } })
  const { container } = render(<ReturnPage />)
  await waitFor(() => expect(phase()).toBe('unpaid'))
  expect(container.textContent).not.toMatch(/forged|Completed/i)
})

test('asks once more, not twice as often, in StrictMode', async () => {
  const asked = answering({ json: status })
  const onSuccess = vi.fn()
  render(
    <StrictMode>
      <ReturnPage pidx={pidx} onSuccess={onSuccess} />
    </StrictMode>,
  )
  await waitFor(() => expect(phase()).toBe('paid'))
  expect(asked.filter(({ init }) => !init.signal?.aborted)).toHaveLength(1)
  expect(onSuccess).toHaveBeenCalledTimes(1)
})

test('goes over to another payment when it is given one', async () => {
  answering({ json: status }, { json: { ...status, outcome: 'hold', reason: 'wrong-amount' } })
  const { rerender } = render(<ReturnPage pidx="first" />)
  await waitFor(() => expect(phase()).toBe('paid'))
  rerender(<ReturnPage pidx="second" />)
  await waitFor(() => expect(phase()).toBe('hold'))
})

test('asks again when the back button brings back a page that was left while it asked', async () => {
  const asked = answering()
  render(<ReturnPage pidx={pidx} />)
  act(() => {
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    document.dispatchEvent(new Event('visibilitychange'))
  })
  expect(phase()).toBe('checking')
  await waitFor(() => expect(asked).toHaveLength(2), { timeout: 5000 })
})

test('gives refetch, the same for all renders', async () => {
  answering({ status: 404, json: { error: 'No such payment.', code: 'not-found' } }, { json: status })
  const { result } = renderHook(() => useKhaltiPayment({ pidx }))
  await waitFor(() => expect(result.current).toMatchObject({ phase: 'failed', error: { code: 'not-found' } }))
  const { refetch } = result.current
  await act(() => refetch())
  expect(result.current).toMatchObject({ phase: 'paid', payment: status, error: null, refetch })
})

test('renders on a server as checking, and hydrates without a word before it reads the address', async () => {
  history.replaceState(null, '', `/thanks?pidx=${pidx}`)
  answering({ json: status })
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  const container = document.createElement('div')
  container.innerHTML = renderToString(<ReturnPage />)
  expect(container.querySelector('output')?.textContent).toBe('checking')
  const root = await act(async () => hydrateRoot(container, <ReturnPage />, { onRecoverableError: complaints }))
  await waitFor(() => expect(container.querySelector('output')?.textContent).toBe('paid'))
  expect(complaints.mock.calls).toEqual([])
  act(() => root.unmount())
  complaints.mockRestore()
})
