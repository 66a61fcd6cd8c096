// @vitest-environment jsdom
import { act, cleanup, render, renderHook, screen, waitFor } from '@testing-library/react'
import { type UseKhaltiPaymentOptions, useKhaltiPayment } from 'khalti-kit/react'
import { type ReactNode, StrictMode } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { answering, pidx, status } from '../browser/answering.ts'
import './patience.ts'

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

it('useKhaltiPayment reads the payment from the address of its page', async () => {
  history.replaceState(null, '', `/#/thanks?pidx=${pidx}`)
  const asked = answering({ json: status })
  render(<ReturnPage />)
  await waitFor(() => expect(phase()).toBe('paid'))
  expect(asked.map(({ url }) => url)).toEqual([`/api/khalti/status?pidx=${pidx}`])
})

/** Writes down what each render of it would show. */
function Renders({ pidx, seen }: { pidx: string; seen: Set<string> }): ReactNode {
  const { phase, payment } = useKhaltiPayment({ pidx })
  seen.add(`${pidx}: ${phase} ${payment?.pidx ?? ''}`)
  return <output>{phase}</output>
}

it('useKhaltiPayment shows nothing of one payment under the pidx of another, not for one render', async () => {
  answering({ json: status }, { json: { ...status, pidx: 'second', outcome: 'unpaid', reason: 'canceled' } })
  const seen = new Set<string>()
  const { rerender } = render(<Renders pidx={pidx} seen={seen} />)
  await waitFor(() => expect(phase()).toBe('paid'))
  rerender(<Renders pidx="second" seen={seen} />)
  await waitFor(() => expect(phase()).toBe('unpaid'))
  const first = [`${pidx}: checking `, `${pidx}: paid ${pidx}`]
  expect([...seen]).toEqual([...first, 'second: checking ', 'second: unpaid second'])
})

describe('a link from one payment to another', () => {
  const unpaid = { json: { ...status, pidx: 'second', outcome: 'unpaid', reason: 'canceled', orderName: 'Pashmina' } }

  it.each([
    ['without a render', () => {}],
    ['with a render', (render: () => void) => render()],
  ])('shows the right payment where the router changes the address %s', async (_, then) => {
    history.replaceState(null, '', `/thanks?pidx=${pidx}`)
    answering({ json: status }, unpaid)
    const { rerender, container } = render(<ReturnPage />)
    await waitFor(() => expect(phase()).toBe('paid'))
    history.pushState(null, '', '/thanks?pidx=second')
    then(() => rerender(<ReturnPage />))
    await waitFor(() => expect(phase()).toBe('unpaid'))
    expect(container.textContent).toContain('Pashmina')
  })
})

it('useKhaltiPayment takes the payment it is given instead, also from where it is null at first', async () => {
  history.replaceState(null, '', '/thanks?pidx=other')
  const asked = answering({ json: status })
  render(<ReturnPage pidx={pidx} endpoint="/payments" />)
  await waitFor(() => expect(phase()).toBe('paid'))
  expect(asked.map(({ url }) => url)).toEqual([`/payments/status?pidx=${pidx}`])
})

it('useKhaltiPayment believes the shop, not the address', async () => {
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

it('useKhaltiPayment asks once more, not twice as often, in StrictMode', async () => {
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

it('useKhaltiPayment goes over to another payment when it is given one', async () => {
  answering({ json: status }, { json: { ...status, outcome: 'hold', reason: 'wrong-amount' } })
  const { rerender } = render(<ReturnPage pidx="first" />)
  await waitFor(() => expect(phase()).toBe('paid'))
  rerender(<ReturnPage pidx="second" />)
  await waitFor(() => expect(phase()).toBe('hold'))
})

it('useKhaltiPayment asks again when the back button brings back a page that was left while it asked', async () => {
  const asked = answering()
  render(<ReturnPage pidx={pidx} />)
  act(() => {
    window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }))
    document.dispatchEvent(new Event('visibilitychange'))
  })
  expect(phase()).toBe('checking')
  await waitFor(() => expect(asked).toHaveLength(2), { timeout: 5000 })
})

it('useKhaltiPayment gives refetch, the same for all renders', async () => {
  answering({ status: 404, json: { error: 'No such payment.', code: 'not-found' } }, { json: status })
  const { result } = renderHook(() => useKhaltiPayment({ pidx }))
  await waitFor(() => expect(result.current).toMatchObject({ phase: 'failed', error: { code: 'not-found' } }))
  const { refetch } = result.current
  await act(() => refetch())
  expect(result.current).toMatchObject({ phase: 'paid', payment: status, error: null, refetch })
})

it('useKhaltiPayment renders on a server as checking, and hydrates without a word before it reads the address', async () => {
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
