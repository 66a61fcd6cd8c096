import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { pause } from '../../../src/simulator/pause.ts'

const reason = new Error('enough')

test('leaves nothing behind on the signal when the time is over', async () => {
  const { signal } = new AbortController()
  const pausing = pause(1, signal)
  expect(getEventListeners(signal, 'abort')).toHaveLength(1)
  await pausing
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

test('ends a pause with the reason of the signal, and leaves nothing behind on it', async () => {
  const controller = new AbortController()
  const pausing = pause(60_000, controller.signal)
  controller.abort(reason)
  await expect(pausing).rejects.toBe(reason)
  expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
})

test('does not begin to wait where the signal is aborted already', async () => {
  await expect(pause(50, AbortSignal.abort(reason))).rejects.toBe(reason)
})

test.each([2 ** 31, Number.POSITIVE_INFINITY])('waits for the signal alone in a pause of %d ms', async (ms) => {
  const controller = new AbortController()
  const pausing = pause(ms, controller.signal)
  const first = await Promise.race([pausing.then(() => 'over'), pause(20).then(() => 'still waiting')])
  expect(first).toBe('still waiting')
  controller.abort(reason)
  await expect(pausing).rejects.toBe(reason)
})
