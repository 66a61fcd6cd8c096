import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { untilAborted } from '../../../src/transport/until-aborted.ts'

/** A signal whose listeners are counted. */
function countedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  return { controller, signal, listeners: () => getEventListeners(signal, 'abort').length }
}

const never = new Promise<never>(() => {})

describe('a promise until its signal aborts', () => {
  it('A promise that is settled leaves no listener on its signal', async () => {
    const { signal, listeners } = countedSignal()
    const [kept, broken] = [untilAborted(Promise.resolve('topi'), signal), untilAborted(Promise.reject('sold'), signal)]
    expect(listeners()).toBe(2)
    expect(await kept).toBe('topi')
    await expect(broken).rejects.toBe('sold')
    expect(listeners()).toBe(0)
  })

  it('A promise whose signal aborts, or has aborted, rejects with its reason and leaves no listener', async () => {
    const { controller, signal, listeners } = countedSignal()
    const waiting = untilAborted(never, signal)
    controller.abort('left')
    await expect(waiting).rejects.toBe('left')
    await expect(untilAborted(never, signal)).rejects.toBe('left')
    expect(listeners()).toBe(0)
  })

  it('A promise without a signal is only waited for', async () => {
    expect(await untilAborted(Promise.resolve('topi'), undefined)).toBe('topi')
  })
})
