import { isKhaltiError, KhaltiClient, type KhaltiClientOptions } from 'khalti-kit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { pidx, paymentRequest as request } from '../../support/payment-request.ts'

const good = () => Response.json({ pidx, total_amount: 1000, status: 'Completed', transaction_id: 'GFq9' })

const broken = (code?: string) =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) })
const status =
  (code: number, headers: Record<string, string> = {}) =>
  () =>
    new Response('{}', { status: code, headers })
const fails = (error: Error) => () => {
  throw error
}

/** A client whose fetch gives these answers in turn, the last one for ever. */
function clientOf(answers: (() => Response)[], options: KhaltiClientOptions = {}) {
  const asked: string[] = []
  const delays: number[] = []
  const fetch: typeof globalThis.fetch = async (input) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)]
    asked.push(String(input))
    if (!answer) throw new Error('no answer scripted')
    return answer()
  }
  const hooks = { onRetry: ({ delayMs }: { delayMs: number }) => void delays.push(delayMs) }
  return {
    asked,
    delays,
    client: new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch, hooks, ...options }),
  }
}

type Operation = (client: KhaltiClient) => Promise<unknown>
const lookup: Operation = (client) => client.lookup(pidx)
const banks: Operation = (client) => client.banks('ebanking')
const initiate: Operation = (client) => client.initiate(request)
const refund: Operation = (client) => client.refund('GFq9')

const someRefused = new AggregateError([broken('ECONNREFUSED'), broken('ECONNRESET')])

/** As Node tells that a name's addresses were tried one after the other: the code of the first, and no syscall. */
const noAddress = (...errors: { code: string; syscall: string }[]) => {
  const tried = errors.map((facts) => Object.assign(new Error(facts.code), facts))
  const all = Object.assign(new AggregateError(tried), { code: tried[0] && errors[0]?.code })
  return Object.assign(new TypeError('fetch failed'), { cause: all })
}
const dropped = { code: 'ETIMEDOUT', syscall: 'connect' }

/** What a call leads to. The clock stands still but for its pauses, which take no time. */
async function ended<T>(call: Promise<T>): Promise<T> {
  const outcome = Promise.allSettled([call])
  await vi.runAllTimersAsync()
  const [settled] = await outcome
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('what is repeated', () => {
  it.each<[title: string, reads: number, initiates: number, refunds: number, answer: () => Response]>([
    ['a reset connection', 3, 1, 1, fails(broken('ECONNRESET'))],
    ['a failure without a code', 3, 1, 1, fails(broken())],
    ['an unknown host', 3, 3, 1, fails(broken('ENOTFOUND'))],
    ['a DNS server that is away', 3, 3, 1, fails(broken('EAI_AGAIN'))],
    ['a refused connection', 3, 3, 1, fails(broken('ECONNREFUSED'))],
    ['a connection that is not made in time', 3, 3, 1, fails(broken('UND_ERR_CONNECT_TIMEOUT'))],
    ['a certificate that has expired', 3, 3, 1, fails(broken('CERT_HAS_EXPIRED'))],
    ['some addresses refused, another reset', 3, 1, 1, fails(someRefused)],
    [
      '::1 dropped and 127.0.0.1 refused',
      3,
      3,
      1,
      fails(noAddress(dropped, { code: 'ECONNREFUSED', syscall: 'connect' })),
    ],
    ['all addresses dropped', 3, 3, 1, fails(noAddress(dropped, dropped))],
    ['one address dropped, another reset', 3, 1, 1, fails(noAddress(dropped, { code: 'ECONNRESET', syscall: 'read' }))],
    ['a timeout while connecting', 3, 3, 1, fails(Object.assign(new Error('x'), dropped))],
    ['a timeout while reading', 3, 1, 1, fails(Object.assign(new Error('x'), { code: 'ETIMEDOUT', syscall: 'read' }))],
    ['a DNS server that answers nothing', 3, 3, 1, fails(broken('EAI_FAIL'))],
    ['HTTP 408', 3, 1, 1, status(408)],
    ['HTTP 429', 3, 1, 1, status(429)],
    ['HTTP 500', 3, 1, 1, status(500)],
    ['HTTP 503', 3, 1, 1, status(503)],
    ['HTTP 400', 1, 1, 1, status(400)],
    ['HTTP 401', 1, 1, 1, status(401)],
    ['HTTP 404', 1, 1, 1, status(404)],
    ['HTTP 200 that cannot be read', 1, 1, 1, () => new Response('[]')],
    ['HTTP 302', 1, 1, 1, status(302)],
  ])(
    'a call that meets %s is sent so often: a read %i times, initiate %i, refund %i',
    async (_title, reads, initiates, refunds, answer) => {
      const tries = async (operation: Operation) => {
        const { client, asked } = clientOf([answer])
        await expect(ended(operation(client))).rejects.toSatisfy(isKhaltiError)
        return asked.length
      }
      expect([await tries(lookup), await tries(banks)]).toEqual([reads, reads])
      expect([await tries(initiate), await tries(refund)]).toEqual([initiates, refunds])
    },
  )

  it('a call succeeds with the try that succeeds', async () => {
    const { client, asked } = clientOf([status(502), fails(broken('ECONNRESET')), good])
    expect(await ended(client.lookup(pidx))).toMatchObject({ status: 'Completed' })
    expect(asked).toHaveLength(3)
  })

  it('a call obeys maxRetries of the client and of its own', async () => {
    const { client, asked } = clientOf([status(500)], { maxRetries: 0 })
    await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ kind: 'server' })
    expect(asked).toHaveLength(1)
    await expect(ended(client.lookup(pidx, { maxRetries: 1 }))).rejects.toMatchObject({ kind: 'server' })
    expect(asked).toHaveLength(3)
  })
})

describe('the pause between tries', () => {
  it('the pause between tries doubles, and half of it is chance', async () => {
    const { client, delays } = clientOf([status(500)])
    await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ kind: 'server' })
    expect(delays).toHaveLength(2)
    expect(delays[0]).toBeGreaterThanOrEqual(125)
    expect(delays[0]).toBeLessThanOrEqual(250)
    expect(delays[1]).toBeGreaterThanOrEqual(250)
    expect(delays[1]).toBeLessThanOrEqual(500)
  })

  it('the pause is what Retry-After asks for, in seconds or as a date', async () => {
    const { client, delays } = clientOf([
      status(429, { 'retry-after': '0' }),
      status(503, { 'retry-after': '0.05' }),
      good,
    ])
    await ended(client.lookup(pidx))
    expect(delays).toEqual([0, 50])
    const past = clientOf([status(429, { 'retry-after': 'Mon, 01 Jan 2024 00:00:00 GMT' }), good])
    await ended(past.client.lookup(pidx))
    expect(past.delays).toEqual([0])
  })

  it('a Retry-After that is longer than the time left ends the call at once', async () => {
    const { client, asked, delays } = clientOf([status(429, { 'retry-after': '3' })], { timeoutMs: 1_000 })
    await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ kind: 'rate-limit', retryAfterMs: 3_000 })
    expect([asked.length, delays]).toEqual([1, []])
  })

  it.each<[retryAfter: string, tries: number]>([
    ['1', 3],
    ['1.999', 2],
    ['2', 1],
  ])('a Retry-After of %s seconds with 2 seconds left leads to %i tries', async (retryAfter, tries) => {
    const headers = { 'retry-after': retryAfter }
    const { client, asked } = clientOf([status(429, headers), status(500), status(500)], { timeoutMs: 1_000 })
    vi.spyOn(Math, 'random').mockReturnValue(0)
    await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ code: 'api' })
    expect(asked).toHaveLength(tries)
  })

  it('the pause between tries grows to four seconds and no further', async () => {
    const pauses = async (chance: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(chance)
      const { client, delays } = clientOf([status(500)], { maxRetries: 6 })
      await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ kind: 'server' })
      return delays
    }
    expect(await pauses(1)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000])
    expect(await pauses(0.5)).toEqual([187.5, 375, 750, 1_500, 3_000, 3_000])
    expect(await pauses(0)).toEqual([125, 250, 500, 1_000, 2_000, 2_000])
  })

  it('the last try gets only what is left of twice the timeout', async () => {
    const client = new KhaltiClient({ secretKey: 'sk', environment: 'sandbox', fetch: () => new Promise(() => {}) })
    const start = performance.now()
    await expect(ended(client.lookup(pidx, { timeoutMs: 1_000 }))).rejects.toMatchObject({ reason: 'timeout' })
    expect(Math.round(performance.now() - start)).toBe(2_000)
  })

  it('a call that its signal ended is not told as one that is tried again', async () => {
    const signal = AbortSignal.abort('left')
    const { client, asked, delays } = clientOf([good])
    await expect(ended(client.lookup(pidx, { signal }))).rejects.toMatchObject({ reason: 'aborted' })
    expect([asked, delays]).toEqual([[], []])
  })

  it.each<[name: string, operation: (client: KhaltiClient, signal: AbortSignal) => Promise<unknown>]>([
    ['lookup', (client, signal) => client.lookup(pidx, { signal })],
    ['banks', (client, signal) => client.banks('ebanking', { signal })],
    ['initiate', (client, signal) => client.initiate(request, { signal })],
  ])('a pause of %s that the signal ends is told as harmless', async (name, operation) => {
    const controller = new AbortController()
    const events: unknown[] = []
    const { client, asked } = clientOf([fails(broken('ENOTFOUND'))], {
      hooks: {
        onRetry: (event) => {
          events.push([event.operation, event.attempt, event.error.code])
          controller.abort('left')
        },
      },
    })
    await expect(ended(operation(client, controller.signal))).rejects.toMatchObject({
      message: `${name} was aborted by its signal.`,
      reason: 'aborted',
      mayHaveBeenProcessed: false,
      cause: 'left',
    })
    expect([asked.length, events]).toEqual([1, [[name, 1, 'connection']]])
  })

  it('the signal cuts the pause short', async () => {
    const controller = new AbortController()
    const { client } = clientOf([status(503, { 'retry-after': '15' })], {
      hooks: { onRetry: () => setTimeout(() => controller.abort(), 5) },
    })
    const start = performance.now()
    const { signal } = controller
    await expect(ended(client.lookup(pidx, { signal }))).rejects.toMatchObject({ reason: 'aborted' })
    expect(performance.now() - start).toBe(5)
  })

  it('retries never take a call beyond twice its timeout', async () => {
    const { client, delays } = clientOf([status(500)], { timeoutMs: 200, maxRetries: 1_000 })
    await expect(ended(client.lookup(pidx))).rejects.toMatchObject({ kind: 'server' })
    // Each pause is 125 ms or more, and none begins that would end behind 400 ms.
    expect(delays.length).toBeLessThanOrEqual(3)
    expect(delays.reduce((sum, delayMs) => sum + delayMs, 0)).toBeLessThan(400)
  })
})

describe('options that cannot be', () => {
  it.each([
    [{ timeoutMs: 0 }],
    [{ timeoutMs: -1 }],
    [{ timeoutMs: Number.NaN }],
    [{ timeoutMs: 2 ** 31 }],
    [{ maxRetries: -1 }],
    [{ maxRetries: 1.5 }],
    [{ maxRetries: '2' as never }],
    [{ timeoutMs: '5' as never }],
    [{ signal: {} as never }],
  ])('the options %j are refused before anything is sent', async (options) => {
    const { client, asked } = clientOf([good])
    await expect(client.lookup(pidx, options)).rejects.toMatchObject({ code: 'config' })
    expect(asked).toEqual([])
  })
})
