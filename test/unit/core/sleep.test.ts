import { getEventListeners } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Deadline } from '../../../src/core/deadline.ts'
import { sleep } from '../../../src/core/sleep.ts'

afterEach(() => vi.useRealTimers())

/** A signal whose listeners are counted. */
function countedSignal() {
  const controller = new AbortController()
  const { signal } = controller
  return { controller, signal, listeners: () => getEventListeners(signal, 'abort').length }
}

describe('sleep', () => {
  it('sleep ends after its time, by the setTimeout that is global when it is called', async () => {
    vi.useFakeTimers()
    let over = false
    const { signal, listeners } = countedSignal()
    const asleep = sleep(60_000, signal).then(() => {
      over = true
    })
    await vi.advanceTimersByTimeAsync(59_999)
    expect(over).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    await asleep
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0])
  })

  it('sleep rejects with the signal’s reason as soon as it aborts, and leaves no timer', async () => {
    vi.useFakeTimers()
    const { controller, signal, listeners } = countedSignal()
    const asleep = sleep(60_000, signal)
    expect(listeners()).toBe(1)
    controller.abort(new Error('the customer left'))
    await expect(asleep).rejects.toThrow('the customer left')
    await expect(sleep(60_000, signal)).rejects.toThrow('the customer left')
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0])
  })
})

describe('a deadline', () => {
  it('a deadline aborts when its time is over, and says so', () => {
    vi.useFakeTimers()
    const deadline = new Deadline(100, undefined)
    vi.advanceTimersByTime(100)
    expect([deadline.passed, deadline.signal.aborted, deadline.signal.reason.name]).toEqual([
      true,
      true,
      'TimeoutError',
    ])
  })

  it('a deadline follows the caller’s signal, and has not passed then', () => {
    vi.useFakeTimers()
    const { controller, signal, listeners } = countedSignal()
    const deadline = new Deadline(100, signal)
    expect(listeners()).toBe(1)
    controller.abort('left')
    expect(listeners()).toBe(0)
    vi.advanceTimersByTime(100)
    expect([deadline.passed, deadline.signal.reason]).toEqual([false, 'left'])
    expect(new Deadline(100, signal).signal.reason).toBe('left')
  })

  it('a deadline tells whoever had its signal before, and whoever waits, once', () => {
    vi.useFakeTimers()
    const { controller, signal } = countedSignal()
    const deadline = new Deadline(100, signal)
    const [own, stop] = [deadline.signal, vi.fn()]
    deadline.onOver(stop)
    expect([own.aborted, deadline.over]).toEqual([false, undefined])
    expect(() => deadline.throwIfOver()).not.toThrow()
    vi.advanceTimersByTime(100)
    controller.abort('left')
    expect([own.reason.name, deadline.signal, stop.mock.calls.length]).toEqual(['TimeoutError', own, 1])
    expect(() => deadline.throwIfOver()).toThrow('100 ms have passed')
  })

  it('a deadline that is ended leaves no timer and no listener', () => {
    vi.useFakeTimers()
    const { signal, listeners } = countedSignal()
    new Deadline(100, signal).end()
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0])
  })
})
