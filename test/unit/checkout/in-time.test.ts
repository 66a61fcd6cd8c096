import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { unlessAborted, within } from '../../../src/checkout/in-time.ts'

afterEach(() => void vi.useRealTimers())

const ways = [
  ['succeeds', () => Promise.resolve('done')],
  ['fails', () => Promise.reject(new Error('no network'))],
] as const

const settle = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

describe('a wait that a signal can end', () => {
  it.each(ways)('A wait for work that %s leaves no listener on the signal', async (_how, work) => {
    const { signal } = new AbortController()
    const waits = settle(unlessAborted(signal, work()))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await waits
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('A wait that the signal ends rejects with its reason, and leaves no listener', async () => {
    const controller = new AbortController()
    const waits = settle(unlessAborted(controller.signal, new Promise(() => {})))
    controller.abort('gone')
    expect(await waits).toBe('gone')
    expect(getEventListeners(controller.signal, 'abort')).toEqual([])
  })

  it('A wait rejects where the signal has aborted before', async () => {
    await expect(unlessAborted(AbortSignal.abort('gone'), new Promise(() => {}))).rejects.toBe('gone')
  })

  it('A wait without a signal has the outcome of the work', async () => {
    expect(await unlessAborted(undefined, Promise.resolve('done'))).toBe('done')
  })
})

describe('a wait that time can end', () => {
  it.each(ways)('A wait for work that %s leaves no timer', async (_how, work) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waits = settle(within(1_000, work, () => 'late'))
    expect(vi.getTimerCount()).toBe(1)
    await waits
    expect(vi.getTimerCount()).toBe(0)
  })

  it('A wait that has taken too long has the outcome of what comes then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const waits = within(
      1_000,
      () => new Promise<string>(() => {}),
      () => 'late',
    )
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await waits).toBe('late')
  })
})
