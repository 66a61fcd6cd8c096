// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react'
import { type UseKhaltiOptions, useKhalti } from 'khalti-kit/react'
import { type ReactNode, StrictMode, useEffect } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Answer, answering, later, link, pidx, status } from '../browser/answering.ts'
import './patience.ts'

// jsdom leaves for no other page, but it does follow a hash: the simulator on loopback, for this test.
const here = { ...link, payment_url: `${location.origin}/#pay` }

afterEach(() => {
  cleanup()
  location.hash = ''
  vi.unstubAllGlobals()
})

function PayButton(options: UseKhaltiOptions): ReactNode {
  const { initiate, phase, initiationError, isLoading } = useKhalti(options)
  return (
    <>
      <button type="button" aria-disabled={isLoading} onClick={() => initiate({ orderId: 'A-42' })}>
        Pay
      </button>
      <output>{phase}</output>
      <p role="alert">
        {initiationError?.message}
        {initiationError?.status === 401 && <a href="/login">Log in</a>}
      </p>
    </>
  )
}

function CallbackPage(options: UseKhaltiOptions): ReactNode {
  const { checkPaymentStatus, payment } = useKhalti(options)
  useEffect(() => {
    checkPaymentStatus(pidx)
  }, [checkPaymentStatus])
  return <p>{payment?.orderName}</p>
}

const phase = () => screen.getByRole('status').textContent

describe.each([
  ['plainly', ({ children }: { children: ReactNode }) => children],
  ['in StrictMode', ({ children }: { children: ReactNode }) => <StrictMode>{children}</StrictMode>],
])('rendered %s', (_, wrapper) => {
  it('useKhalti asks once for a double click, and leaves', async () => {
    const asked = answering({ json: here })
    render(<PayButton />, { wrapper })
    fireEvent.click(screen.getByRole('button'))
    fireEvent.click(screen.getByRole('button'))
    expect(phase()).toBe('starting')
    expect(screen.getByRole('button').getAttribute('aria-disabled')).toBe('true')
    await waitFor(() => expect(phase()).toBe('leaving'))
    expect(location.hash).toBe('#pay')
    expect(asked).toHaveLength(1)
  })

  it('useKhalti shows why it failed, and can be tried again', async () => {
    const asked = answering('no connection', { json: here })
    render(<PayButton />, { wrapper })
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('offline'))
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(phase()).toBe('leaving'))
    expect(asked).toHaveLength(2)
  })

  it('useKhalti gives a refusal with its status, so that a page can show the way to its login', async () => {
    answering({ status: 401, json: { error: 'Please log in first.', code: 'refused' } })
    const errors: unknown[] = []
    render(<PayButton onError={(error) => errors.push(error)} />, { wrapper })
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(screen.getByRole('link').getAttribute('href')).toBe('/login'))
    expect(screen.getByRole('alert').textContent).toContain('Please log in first.')
    expect(errors).toMatchObject([{ status: 401, code: 'refused' }])
  })

  it('useKhalti is usable again when the back button brings the page back as it was left', async () => {
    answering({ json: here })
    render(<PayButton />, { wrapper })
    fireEvent.click(screen.getByRole('button'))
    await waitFor(() => expect(phase()).toBe('leaving'))
    fireEvent(window, Object.assign(new Event('pageshow'), { persisted: true }))
    expect(phase()).toBe('idle')
  })

  it('useKhalti checks the payment of an effect, and says paid once', async () => {
    const asked = answering({ json: status })
    const onSuccess = vi.fn()
    render(<CallbackPage onSuccess={onSuccess} />, { wrapper })
    await screen.findByText('Dhaka topi')
    expect(onSuccess.mock.calls).toEqual([[status]])
    expect(asked.filter(({ init }) => !init.signal?.aborted)).toHaveLength(1)
  })
})

it('useKhalti aborts on unmount, and stays where it is', async () => {
  const slow = later<Answer>()
  const asked = answering(slow.promise)
  const { unmount } = render(<PayButton />)
  fireEvent.click(screen.getByRole('button'))
  unmount()
  expect(asked[0]?.init.signal?.aborted).toBe(true)
  await act(async () => slow.settle({ json: here }))
  expect(location.hash).toBe('')
})

it('useKhalti calls the callbacks of the last render, and keeps its functions the same', async () => {
  answering({ json: status })
  const [first, second] = [vi.fn(), vi.fn()]
  const { result, rerender } = renderHook(({ onSuccess }) => useKhalti({ onSuccess }), {
    initialProps: { onSuccess: first },
  })
  const { initiate, checkPaymentStatus, reset } = result.current
  rerender({ onSuccess: second })
  expect(result.current).toMatchObject({ initiate, checkPaymentStatus, reset })
  await act(() => checkPaymentStatus(pidx))
  expect(first).not.toHaveBeenCalled()
  expect(second.mock.calls).toEqual([[status]])
})

it('useKhalti takes a new endpoint with the next render', async () => {
  const asked = answering({ json: status })
  const { result, rerender } = renderHook((endpoint) => useKhalti({ endpoint }), { initialProps: '/api/khalti' })
  rerender('/payments')
  await act(() => result.current.checkPaymentStatus(pidx))
  expect(asked[0]?.url).toBe(`/payments/status?pidx=${pidx}`)
})

it('lets two components pay each for themselves', async () => {
  answering({ json: status })
  const { result } = renderHook(() => [useKhalti(), useKhalti()] as const)
  await act(() => result.current[0].checkPaymentStatus(pidx))
  expect(result.current.map(({ phase }) => phase)).toEqual(['paid', 'idle'])
})

it('reset goes back to the beginning', async () => {
  answering({ json: status })
  const { result } = renderHook(() => useKhalti())
  await act(() => result.current.checkPaymentStatus(pidx))
  expect(result.current).toMatchObject({ phase: 'paid', pidx })
  act(() => result.current.reset())
  expect(result.current).toMatchObject({ phase: 'idle', payment: null, pidx: null, isLoading: false })
})

it('useKhalti renders on a server, and hydrates without a word', async () => {
  const complaints = vi.spyOn(console, 'error').mockReturnValue()
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = renderToString(<PayButton />)
  expect(container.textContent).toBe('Payidle')
  const root = await act(async () => hydrateRoot(container, <PayButton />, { onRecoverableError: complaints }))
  expect(complaints.mock.calls).toEqual([])
  act(() => root.unmount())
  container.remove()
  complaints.mockRestore()
})
