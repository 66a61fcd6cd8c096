import { KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { pidx } from '../../support/payment-request.ts'

const expected = { pidx, amount: 1000 }
const says = (status: string) => () => Response.json({ pidx, total_amount: 1000, status, transaction_id: 'GFq9' })

function clientOf(answers: (() => Response)[], options: KhaltiClientOptions = {}) {
  let asked = 0
  const fetch = async () => {
    const answer = answers[Math.min(asked++, answers.length - 1)]
    return answer ? answer() : new Response('', { status: 500 })
  }
  const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', maxRetries: 0, fetch, ...options })
  return { client, asked: () => asked }
}

describe('waitForPayment', () => {
  afterEach(() => void vi.useRealTimers())

  it.each([
    ['Completed', 'paid'],
    ['User canceled', 'unpaid'],
    ['Refunded', 'refunded'],
    ['Ambiguous', 'hold'],
  ])('waitForPayment looks until %s is final, and says %s', async (status, outcome) => {
    const { client, asked } = clientOf([says('Initiated'), says('Pending'), says(status), says('Initiated')])
    expect(await client.waitForPayment(expected, { intervalMs: 1 })).toMatchObject({ outcome })
    expect(asked()).toBe(3)
  })

  it.each(['verify', 'waitForPayment'] as const)('%s judges by the cart as it was at the call', async (name) => {
    const cart = { pidx, amount: 2_500_000 }
    const { client } = clientOf([says('Completed')])
    const asked = client[name](cart)
    cart.amount = 1000
    expect(await asked).toMatchObject({ outcome: 'hold', reason: 'wrong-amount' })
  })

  it('waitForPayment looks past failures that may pass', async () => {
    const { client } = clientOf([
      () => new Response('', { status: 502 }),
      () => new Response('<html>'),
      says('Completed'),
    ])
    expect(await client.waitForPayment(expected, { intervalMs: 1 })).toMatchObject({ outcome: 'paid' })
  })

  it('waitForPayment throws a failure that will not pass', async () => {
    const { client, asked } = clientOf([says('Pending'), () => new Response('{}', { status: 401 })])
    await expect(client.waitForPayment(expected, { intervalMs: 1 })).rejects.toMatchObject({ kind: 'authentication' })
    expect(asked()).toBe(2)
  })

  it('waitForPayment gives the last verdict at the deadline, though later looks failed', async () => {
    const { client } = clientOf([says('Pending'), () => new Response('', { status: 502 })])
    expect(await client.waitForPayment(expected, { intervalMs: 5, deadlineMs: 80 })).toMatchObject({
      outcome: 'pending',
    })
  })

  it('waitForPayment throws the last failure at the deadline where no look succeeded', async () => {
    const { client } = clientOf([() => new Response('', { status: 502 })])
    await expect(client.waitForPayment(expected, { intervalMs: 5, deadlineMs: 50 })).rejects.toMatchObject({
      kind: 'server',
    })
  })

  it('waitForPayment ends at the deadline while a look hangs', async () => {
    const client = new KhaltiClient({ secretKey: 'sk', fetch: () => new Promise(() => {}) })
    await expect(client.waitForPayment(expected, { deadlineMs: 50 })).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('waitForPayment leaves Khalti alone for as long as it asks', async () => {
    vi.useFakeTimers()
    const limited = () => new Response('{}', { status: 429, headers: { 'retry-after': '60' } })
    const { client, asked } = clientOf([limited, limited, says('Completed')], { timeoutMs: 1_000 })
    const verdict = client.waitForPayment(expected)
    await vi.advanceTimersByTimeAsync(59_999)
    expect(asked()).toBe(1)
    await vi.advanceTimersByTimeAsync(60_001)
    expect(asked()).toBe(3)
    expect(await verdict).toMatchObject({ outcome: 'paid' })
  })

  it('waitForPayment pauses half as long again each time, up to 15 seconds', async () => {
    vi.useFakeTimers()
    const looks: number[] = []
    const start = performance.now()
    const pending = () => {
      looks.push(Math.round(performance.now() - start))
      return says('Pending')()
    }
    const { client } = clientOf([pending])
    const verdict = client.waitForPayment(expected, { deadlineMs: 60_000 })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await verdict).toMatchObject({ outcome: 'pending' })
    const pauses = looks.slice(1).map((at, index) => at - Number(looks[index]))
    expect(pauses).toEqual([2_000, 3_000, 4_500, 6_750, 10_125, 15_000, 15_000])
  })

  it('waitForPayment ends after five minutes where nothing else is said', async () => {
    vi.useFakeTimers()
    const { client } = clientOf([says('Pending')])
    const start = performance.now()
    const verdict = client.waitForPayment(expected).then(({ outcome }) => [outcome, performance.now() - start])
    await vi.advanceTimersByTimeAsync(400_000)
    expect(await verdict).toEqual(['pending', 300_000])
  })

  it.each(['Completed', 'Pending'])(
    'waitForPayment leaves no timer and no listener once %s is said',
    async (status) => {
      vi.useFakeTimers()
      const { signal } = new AbortController()
      const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')]
      const verdict = clientOf([says(status)]).client.waitForPayment(expected, { signal, deadlineMs: 5_000 })
      await vi.advanceTimersByTimeAsync(5_000)
      await verdict
      expect(vi.getTimerCount()).toBe(0)
      expect(add).toHaveBeenCalled()
      expect(remove.mock.calls.map(([name]) => name)).toEqual(add.mock.calls.map(([name]) => name))
    },
  )

  it('waitForPayment says of a look that hangs that nothing was changed', async () => {
    vi.useFakeTimers()
    const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch: () => new Promise(() => {}) })
    const failure = client.waitForPayment(expected, { deadlineMs: 50 }).catch((error) => error)
    await vi.advanceTimersByTimeAsync(50)
    expect(await failure).toMatchObject({
      message: 'https://dev.khalti.com did not answer lookup within 50 ms. Nothing was changed. Try again.',
      retryable: true,
      mayHaveBeenProcessed: false,
    })
  })

  it('waitForPayment says that its signal ended it, and that nothing was changed', async () => {
    vi.useFakeTimers()
    const controller = new AbortController()
    const { client } = clientOf([says('Pending')])
    const failure = client.waitForPayment(expected, { signal: controller.signal }).catch((error) => error)
    await vi.advanceTimersByTimeAsync(500)
    controller.abort('left')
    expect(await failure).toMatchObject({
      message: 'waitForPayment was aborted by its signal.',
      reason: 'aborted',
      mayHaveBeenProcessed: false,
      cause: 'left',
    })
  })

  it('waitForPayment looks no sooner where the time that Khalti names is none that a timer takes', async () => {
    vi.useFakeTimers()
    const limited = () => new Response('{}', { status: 429, headers: { 'retry-after': '99999999999' } })
    const { client, asked } = clientOf([limited])
    const verdict = expect(client.waitForPayment(expected)).rejects.toMatchObject({ kind: 'rate-limit' })
    await vi.advanceTimersByTimeAsync(300_000)
    await verdict
    expect(asked()).toBe(1)
  })

  it('waitForPayment ends at once with the signal', async () => {
    const { client } = clientOf([says('Pending')])
    const signal = AbortSignal.timeout(20)
    await expect(client.waitForPayment(expected, { signal, intervalMs: 60_000 })).rejects.toMatchObject({
      code: 'connection',
      reason: 'aborted',
    })
  })

  it.each([[{ deadlineMs: 0 }], [{ intervalMs: Number.NaN }]])('waitForPayment refuses %j', async (options) => {
    await expect(clientOf([]).client.waitForPayment(expected, options)).rejects.toMatchObject({ code: 'config' })
  })
})
