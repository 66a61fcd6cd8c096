import { afterEach, expect, it, vi } from 'vitest'
import { createKhaltiPayment } from '../../../src/browser/create-khalti-payment.ts'
import { answering, pidx, status } from './answering.ts'

// Node has no page, as React Native has none.
afterEach(() => vi.unstubAllGlobals())

it('An app without a page watches the payment that it is told to', async () => {
  const asked = answering({ json: status })
  const watch = createKhaltiPayment({ endpoint: 'https://shop.example/api/khalti', pidx })
  const end = watch.subscribe(() => {})
  await vi.waitFor(() => expect(watch.get().phase).toBe('paid'))
  end()
  expect(asked.map(({ url }) => url)).toEqual([`https://shop.example/api/khalti/status?pidx=${pidx}`])
})

it('An app without a page watches nothing where it is told of no payment', async () => {
  const asked = answering({ json: status })
  const watch = createKhaltiPayment()
  const end = watch.subscribe(() => {})
  await Promise.resolve()
  expect(watch.get()).toEqual({ phase: 'idle', payment: null, error: null })
  end()
  expect(asked).toEqual([])
})

it('An app that has an address but no events is read once', async () => {
  vi.stubGlobal('location', { search: `?pidx=${pidx}`, hash: '' })
  vi.stubGlobal('addEventListener', undefined)
  answering({ json: status })
  const watch = createKhaltiPayment()
  const end = watch.subscribe(() => {})
  await vi.waitFor(() => expect(watch.get().phase).toBe('paid'))
  end()
})

it('An app that has events but no address follows none', () => {
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', () => expect.unreachable())
  answering({ json: status })
  const end = createKhaltiPayment().subscribe(() => {})
  expect(vi.getTimerCount()).toBe(0)
  end()
  vi.useRealTimers()
})
