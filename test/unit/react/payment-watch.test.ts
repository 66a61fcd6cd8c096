// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StoreOptions } from '../../../src/react/khalti-store.ts'
import { createPaymentWatch } from '../../../src/react/payment-watch.ts'
import { type Answer, answering, pidx, status } from './answering.ts'

const pending: Answer = { json: { ...status, outcome: 'pending' } }
const paid: Answer = { json: status }
const ends: (() => void)[] = []
let visibility: DocumentVisibilityState = 'visible'

beforeEach(() => {
  vi.useFakeTimers()
  visibility = 'visible'
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility)
})

afterEach(() => {
  for (const end of ends.splice(0)) end()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

function watching(options: StoreOptions = {}, id: string | undefined = pidx) {
  const watch = createPaymentWatch(options)
  const end = watch.start(id)
  ends.push(end)
  return { ...watch, end, phase: () => watch.store.get().phase }
}

function turnTo(state: DocumentVisibilityState) {
  visibility = state
  document.dispatchEvent(new Event('visibilitychange'))
}

const passes = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000)

test('shows that it checks before it knows anything', () => {
  expect(createPaymentWatch({}).store.get()).toMatchObject({ phase: 'checking', payment: null, pidx: null })
})

test('asks nothing without a payment', async () => {
  const asked = answering(paid)
  const watch = createPaymentWatch({})
  ends.push(watch.start(undefined))
  await passes(100)
  await expect(watch.refetch()).resolves.toBeUndefined()
  expect(watch.store.get().phase).toBe('idle')
  expect(asked).toEqual([])
})

describe('asks again', () => {
  test('while pending, at growing intervals of at most half a minute', async () => {
    const times: number[] = []
    const asked = answering(pending)
    watching()
    await passes(0)
    const start = Date.now()
    for (let seconds = 0; seconds < 240; seconds += 1) {
      const before = asked.length
      await passes(1)
      if (asked.length > before) times.push((Date.now() - start) / 1000)
    }
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(times[0]).toBeLessThanOrEqual(2)
    expect(waits.every((wait, index) => wait + 1 >= (waits[index - 1] ?? 0))).toBe(true)
    expect(Math.max(...waits)).toBeGreaterThan(25)
    expect(Math.max(...waits)).toBeLessThanOrEqual(31)
  })

  test('until the answer is final, and says paid once', async () => {
    const asked = answering(pending, pending, paid)
    const onSuccess = vi.fn()
    const { phase } = watching({ onSuccess })
    await passes(0)
    expect(phase()).toBe('pending')
    await passes(600)
    expect(phase()).toBe('paid')
    expect(asked).toHaveLength(3)
    expect(onSuccess.mock.calls).toEqual([[status]])
  })

  test.each([
    ['no answer', 'no connection'],
    ['a fault of the server', { status: 500, json: { error: 'Sorry.', code: 'internal' } }],
    ['a web page of a proxy', { status: 502, html: '<h1>Bad Gateway</h1>' }],
  ] as const)('after %s', async (_, answer) => {
    answering(answer, paid)
    const { phase, store } = watching()
    await passes(0)
    expect(store.get()).toMatchObject({ phase: 'failed', payment: null, statusError: expect.any(Error) })
    await passes(2)
    expect(phase()).toBe('paid')
    expect(store.get().statusError).toBeNull()
  })

  test('without taking back what the shop has said, when a check in between fails', async () => {
    answering(pending, 'no connection', paid)
    const { store, phase } = watching()
    await passes(2)
    expect(store.get()).toMatchObject({ phase: 'pending', payment: { pidx }, statusError: { code: 'network' } })
    await passes(5)
    expect(phase()).toBe('paid')
  })

  test('quietly: the phase does not flicker', async () => {
    answering(pending)
    const { store } = watching()
    await passes(0)
    const phases = new Set<string>()
    store.subscribe(() => phases.add(store.get().phase))
    await passes(60)
    expect([...phases]).toEqual(['pending'])
  })
})

describe('stops', () => {
  test.each(['paid', 'unpaid', 'refunded', 'hold'] as const)('at %s', async (outcome) => {
    const asked = answering({ json: { ...status, outcome } })
    const { phase } = watching()
    await passes(600)
    expect(phase()).toBe(outcome)
    turnTo('visible')
    await passes(600)
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['a payment nobody knows', { status: 404, json: { error: 'No such payment.', code: 'not-found' } }],
    ['a missing route', { status: 404, html: 'Not found' }],
  ])('at %s', async (_, answer) => {
    const asked = answering(answer)
    const onError = vi.fn()
    const { phase } = watching({ onError })
    await passes(600)
    expect(phase()).toBe('failed')
    expect(asked).toHaveLength(1)
    expect(onError).toHaveBeenCalledTimes(1)
  })

  test('when its component goes: the request is aborted and no other made', async () => {
    const asked = answering()
    const { end, store } = watching()
    store.subscribe(() => {})()
    end()
    await passes(600)
    expect(asked).toHaveLength(1)
    expect(asked[0]?.init.signal?.aborted).toBe(true)
  })

  test('when its component goes between two checks', async () => {
    const asked = answering(pending)
    const { end } = watching()
    await passes(0)
    end()
    turnTo('visible')
    await passes(600)
    expect(asked).toHaveLength(1)
  })
})

describe('in a hidden tab', () => {
  test('pauses, and asks at once when the tab is looked at again', async () => {
    const asked = answering(pending, paid)
    const { phase } = watching()
    await passes(0)
    turnTo('hidden')
    await passes(600)
    expect(asked).toHaveLength(1)
    turnTo('visible')
    await passes(0)
    expect(asked).toHaveLength(2)
    expect(phase()).toBe('paid')
  })

  test('pauses also when the tab is hidden during a check', async () => {
    const asked = answering(pending)
    watching()
    turnTo('hidden')
    await passes(600)
    expect(asked).toHaveLength(1)
  })
})

test('refetch asks now, shows that it does, and goes on asking', async () => {
  const asked = answering(pending)
  const { refetch, phase } = watching()
  await passes(0)
  const outcome = refetch()
  expect(phase()).toBe('checking')
  await expect(outcome).resolves.toMatchObject({ outcome: 'pending' })
  await passes(4)
  expect(asked).toHaveLength(3)
})

test('refetch also asks after a final answer, which a refund can change', async () => {
  answering(paid, { json: { ...status, outcome: 'refunded' } })
  const { refetch, phase } = watching()
  await passes(0)
  await refetch()
  expect(phase()).toBe('refunded')
})

test('another payment takes the place of the one before', async () => {
  const asked = answering(pending, { json: { ...status, pidx: 'second' } })
  const { store, start, end } = watching()
  await passes(0)
  end()
  ends.push(start('second'))
  expect(store.get()).toMatchObject({ phase: 'checking', payment: null })
  await passes(600)
  expect(store.get()).toMatchObject({ phase: 'paid', payment: { pidx: 'second' } })
  expect(asked.map(({ url }) => url)).toEqual([`/api/khalti/status?pidx=${pidx}`, '/api/khalti/status?pidx=second'])
})
