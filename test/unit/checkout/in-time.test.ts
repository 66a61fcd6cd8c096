import { afterEach, describe, expect, it, vi } from 'vitest'
import { within } from '../../../src/checkout/in-time.ts'

afterEach(() => void vi.useRealTimers())

const ways = [
  ['succeeds', () => Promise.resolve('done')],
  ['fails', () => Promise.reject(new Error('no network'))],
] as const

const settle = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

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
