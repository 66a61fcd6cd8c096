// Node, and React without a document: what React Native is to the hooks.
import { type UseKhaltiOptions, type UseKhaltiPaymentOptions, useKhalti, useKhaltiPayment } from 'khalti-kit/react'
import { createElement, type ReactNode } from 'react'
import { act, create } from 'react-test-renderer'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Answer, answering, later, link, paymentUrl, pidx, status } from '../browser/answering.ts'

/** Longer than the busiest machine needs. */
const patience = { timeout: 60_000 }

const endpoint = 'https://shop.example/api/khalti'

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  for (const name of ['document', 'location', 'window', 'navigation']) {
    vi.stubGlobal(name, undefined)
  }
  // React Native has neither, and half a URL.
  vi.stubGlobal('addEventListener', undefined)
  vi.spyOn(AbortSignal, 'any').mockImplementation(() => expect.unreachable())
  vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => expect.unreachable())
  vi.spyOn(URL.prototype, 'searchParams', 'get').mockImplementation(() => expect.unreachable())
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

function Screen({ use, heard }: { use: () => unknown; heard: (result: unknown) => void }): ReactNode {
  heard(use())
  return null
}

/** Renders what a hook gives, without a DOM. */
function mounting<Result>(use: () => Result) {
  const results: unknown[] = []
  let mounted: ReturnType<typeof create> | undefined
  act(() => {
    mounted = create(createElement(Screen, { use, heard: (result) => results.push(result) }))
  })
  return {
    get now() {
      return results.at(-1) as Result
    },
    unmount: () => act(() => mounted?.unmount()),
  }
}

const paying = (options: UseKhaltiOptions) => mounting(() => useKhalti({ endpoint, ...options }))
const watching = (options: UseKhaltiPaymentOptions) => mounting(() => useKhaltiPayment({ endpoint, ...options }))

it('useKhalti pays in an in-app browser without document, location or window', async () => {
  const asked = answering({ json: link }, { json: { ...status, outcome: 'pending' } }, { json: status })
  const closed = later<void>()
  const open = vi.fn(() => closed.promise)
  const hook = paying({ open })
  let started: Promise<unknown> | undefined
  await act(async () => {
    started = hook.now.initiate({ orderId: 'A-42' })
  })
  expect(hook.now.phase).toBe('leaving')
  expect(open.mock.calls).toEqual([[paymentUrl]])
  await act(async () => {
    closed.settle()
    await started
  })
  expect(hook.now.phase).toBe('pending')
  await act(() => vi.waitFor(() => expect(asked).toHaveLength(3), patience))
  await act(() => vi.waitFor(() => expect(hook.now.phase).toBe('paid'), patience))
  hook.unmount()
})

it('useKhaltiPayment asks for the payment that it is given without document, location or window', async () => {
  const asked = answering({ json: status })
  const hook = watching({ pidx })
  await act(() => vi.waitFor(() => expect(hook.now.phase).toBe('paid'), patience))
  expect(asked.map(({ url }) => url)).toEqual([`${endpoint}/status?pidx=${pidx}`])
  hook.unmount()
})

it('useKhaltiPayment is idle in an app that gives no payment', async () => {
  const hook = watching({})
  await act(async () => {})
  expect(hook.now.phase).toBe('idle')
  hook.unmount()
})

it('useKhaltiPayment stops when its screen goes', () => {
  const slow = later<Answer>()
  const asked = answering(slow.promise)
  watching({ pidx }).unmount()
  expect(asked[0]?.init.signal?.aborted).toBe(true)
})
